"""Identities that tests make themselves, from any authority, for any purpose."""

from __future__ import annotations

from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from puhui.clock import SystemClock
from sandbox.adapters.x509_issuer import X509Issuer
from sandbox.ca_ports import Authority
from sandbox.domain.certificates import Subject, issuance
from signing.adapters.event_certificates import fresh_key
from signing.ports import SigningIdentity
from tests.support.signing import BANK_NAME


def a_signing_request(key: Any, common_name: str = "测试人") -> str:
    """A CSR for a key."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode()


def certified(
    authority: Authority, kind: Any, scene: str | None, organisation: str = BANK_NAME
) -> SigningIdentity:
    """A fresh key certified by an authority."""
    key = fresh_key()
    subject = Subject(common_name="测试人", organisation=organisation, serial_number=None)
    decided = issuance(kind, subject, scene, SystemClock().now())
    certificate = X509Issuer().issue(authority, a_signing_request(key), decided)
    return SigningIdentity(
        key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        *_der(certificate, authority.issuing_pem + authority.root_pem),
    )


def _der(certificate: str, chain: str) -> tuple[bytes, list[bytes]]:
    encoding = serialization.Encoding.DER
    return (
        x509.load_pem_x509_certificate(certificate.encode()).public_bytes(encoding),
        [c.public_bytes(encoding) for c in x509.load_pem_x509_certificates(chain.encode())],
    )
