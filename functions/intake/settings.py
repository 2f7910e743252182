"""Every environment variable of intake's functions, typed and read once."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.settings import Settings


@dataclass(frozen=True)
class IntakeSettings(Settings):
    """Names come from the stack; a missing one stops the first request with the whole list."""

    table_name: str
    data_key_arn: str
    exchange_key_arn: str
    blind_index_secret_arn: str
    quarantine_bucket: str
    documents_bucket: str
    business_date: str
    keep_consent_arn: str
    """External data's function that keeps consents; `absent` without that module."""
