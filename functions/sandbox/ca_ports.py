"""What the sandbox's certificate authority needs from the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sandbox.domain.certificates import Issuance


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Authority:
    """Root and issuing certificate with the issuing key; the root's key is kept beside them."""

    root_pem: str
    root_key_pem: str
    issuing_pem: str
    issuing_key_pem: str


class Authorities(Protocol):
    """Where the one authority lives."""

    def the_one(self) -> Authority:
        """The authority; made the first time, the same for ever after."""
        ...


class Issuer(Protocol):
    """Makes X.509 certificates."""

    def issue(self, authority: Authority, csr_pem: str, issuance: Issuance) -> str:
        """The certificate as PEM; raises SigningRequestRefused."""
        ...
