"""Every environment variable of external data's functions, typed and read once."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.settings import Settings

NO_ADDRESS = ".invalid"
"""What a deployment without sandbox or public callbacks configures (RFC 2606)."""


@dataclass(frozen=True)
class ExtdataSettings(Settings):
    """Names come from the stack; a missing one stops the first request with the whole list."""

    table_name: str
    data_key_arn: str
    exchange_key_arn: str
    blind_index_secret_arn: str
    archive_bucket: str
    documents_bucket: str
    provider_key_prefix: str
    business_date: str
    providers_url: str
    callbacks_url: str

    @property
    def sandbox_url(self) -> str | None:
        """Where simulated providers answer; None where there are none, as in production."""
        return _address(self.providers_url)

    @property
    def callback_base(self) -> str | None:
        """Public address of this API, below which providers deliver; None without one."""
        return _address(self.callbacks_url)


@dataclass(frozen=True)
class AuditSettings(Settings):
    """What the stream's consumer reads."""

    table_name: str


@dataclass(frozen=True)
class NightSettings(Settings):
    """What the nightly job reads."""

    table_name: str
    archive_bucket: str
    business_date: str


def _address(url: str) -> str | None:
    return None if url.rstrip("/").endswith(NO_ADDRESS) else url.rstrip("/")
