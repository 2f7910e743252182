"""Environment variables of the rail; the certificate authority's are in `ca_wiring`."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.settings import Settings


@dataclass(frozen=True)
class RailSettings(Settings):
    """Where payments lie, who is told of money, and the secret that both sides sign with."""

    table_name: str
    core_banking_secret_arn: str
    rail_notices_url: str
    business_date: str
