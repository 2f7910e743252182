"""Environment variables of the rail; the certificate authority's are in `ca_wiring`."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.settings import Settings


@dataclass(frozen=True)
class RailSettings(Settings):
    """Where payments lie, and the secret that the bank signs its requests with."""

    table_name: str
    core_banking_secret_arn: str
