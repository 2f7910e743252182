"""Composition root of the sandbox's certificate authority."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from puhui.aws import client
from puhui.clock import Clock, SystemClock
from puhui.secrets import secret_key
from puhui.settings import Settings
from sandbox.adapters.secret_authority import SecretAuthority
from sandbox.adapters.x509_issuer import X509Issuer
from sandbox.usecases.issue_certificate import IssueCertificate
from sandbox.usecases.read_certificate_chain import ReadCertificateChain


@dataclass(frozen=True)
class AuthoritySettings(Settings):
    """Where the authority's keys lie, and the key that signs requests to the sandbox."""

    ca_secret_name: str
    core_banking_secret_arn: str


@dataclass(frozen=True)
class AuthorityWiring:
    """Everything the authority's routes call."""

    request_key: bytes
    clock: Clock
    issue_certificate: IssueCertificate
    read_chain: ReadCertificateChain


@cache
def wiring() -> AuthorityWiring:
    """Build everything once per process."""
    settings = AuthoritySettings.from_env()
    clock = SystemClock()
    secrets = client("secretsmanager")
    authorities = SecretAuthority(secrets, settings.ca_secret_name, clock)
    return AuthorityWiring(
        request_key=secret_key(secrets, settings.core_banking_secret_arn),
        clock=clock,
        issue_certificate=IssueCertificate(authorities, X509Issuer(), clock),
        read_chain=ReadCertificateChain(authorities),
    )
