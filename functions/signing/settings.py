"""Environment variables of signing, by the functions that read them."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.settings import Settings


@dataclass(frozen=True)
class SigningSettings(Settings):
    """What every function of signing reads."""

    table_name: str
    data_key_arn: str
    drafts_bucket: str
    contracts_bucket: str


@dataclass(frozen=True)
class PreparationSettings(Settings):
    """What the function that renders contracts reads besides."""

    exchange_key_arn: str
    business_date: str
    font_dir: str


@dataclass(frozen=True)
class AuthoritySettings(Settings):
    """What the functions that certify or verify read besides."""

    ca_root_sha256: str
    """Fingerprint of the authority's root; `first-use` pins the root that answers first."""


@dataclass(frozen=True)
class CertificationSettings(Settings):
    """What the function that signs reads besides."""

    exchange_key_arn: str
    ca_url: str
    core_banking_secret_arn: str
    """The key that signs our requests to the bank's systems, the authority among them."""
    seal_secret_prefix: str
