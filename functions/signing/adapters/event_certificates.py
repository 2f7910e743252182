"""A key pair for one signature: made in memory, certified, used, destroyed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa

from puhui.observability import logger
from signing.adapters.http_certificate_authority import HttpCertificateAuthority
from signing.domain.certificate import CertificateOrder
from signing.ports import SigningIdentity

KEY_BITS: Final = 3072
"""RSA keeps the file at PDF 1.7 / PDF/A-2b; P-256 would raise it to PDF 2.0 (ISO 32002)."""
PUBLIC_EXPONENT: Final = 65_537


def fresh_key() -> rsa.RSAPrivateKey:
    """A new RSA-3072 key."""
    return rsa.generate_private_key(PUBLIC_EXPONENT, KEY_BITS)


class CertifiedOnce:
    """`signing.ports.EventCertificates`: the key exists only inside the block."""

    def __init__(self, authority: HttpCertificateAuthority) -> None:
        self._authority = authority

    @contextmanager
    def issue(self, order: CertificateOrder) -> Iterator[SigningIdentity]:
        """The identity for the block; its end destroys the key, whatever happened in it."""
        identity = self._authority.certify(order, fresh_key())
        try:
            yield identity
        finally:
            identity.destroy()
            logger.info("signing key destroyed", sha256=order.scene_digest)
