"""Every environment variable of the factory's functions, typed and read once."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.settings import Settings


@dataclass(frozen=True)
class FactorySettings(Settings):
    """Names come from the stack; a missing one stops the first request with the whole list."""

    table_name: str
    data_key_arn: str
    exchange_key_arn: str
    business_date: str
    workflow_arn: str
    describe_product_arn: str
    void_disbursement_arn: str
    documents_bucket: str
    core_banking_url: str
    core_banking_secret_arn: str
