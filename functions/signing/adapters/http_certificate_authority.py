"""The certificate authority over signed HTTP; what it issues is checked before it is used."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from typing import Final, TypeVar

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pydantic import BaseModel, ValidationError

from puhui.contracts.certificates import (
    SCENE_DIGEST_OID,
    CertificateChain,
    CertificateIssued,
    CertificateRequest,
    SubjectName,
)
from puhui.errors import UpstreamUnavailable
from signing.adapters.dynamo_roots import DynamoRoots
from signing.domain.certificate import CertificateOrder
from signing.domain.errors import CertificateRefused
from signing.ports import SigningIdentity

CONNECT_TIMEOUT_SECONDS: Final = 2.0
READ_TIMEOUT_SECONDS: Final = 5.0
MAX_ANSWER_BYTES: Final = 65_536
OK: Final = 200
CREATED: Final = 201

Sign = Callable[[str, str, bytes], dict[str, str]]
"""method, path, body → the signature headers."""
Answer = TypeVar("Answer", bound=BaseModel)


class HttpCertificateAuthority:
    """GET /ca/chain and POST /ca/certificates."""

    def __init__(
        self, base_url: str, sign: Sign, roots: DynamoRoots, client: httpx.Client | None = None
    ) -> None:
        self._base = base_url.rstrip("/")
        self._sign = sign
        self._roots = roots
        self._given = client

    @cached_property
    def _client(self) -> httpx.Client:
        """Made for the first call: a TLS context costs 30 ms, which most cold starts can save."""
        return self._given or httpx.Client(
            timeout=httpx.Timeout(READ_TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS),
            follow_redirects=False,
        )

    def certify(self, order: CertificateOrder, key: RSAPrivateKey) -> SigningIdentity:
        """Have a key certified; the private half never leaves this process."""
        subject = SubjectName(
            common_name=order.subject.common_name,
            organisation=order.subject.organisation,
            serial_number=order.subject.serial_number,
        )
        request = CertificateRequest(
            csr_pem=_signing_request(order, key),
            kind=order.kind,
            subject=subject,
            scene_digest=order.scene_digest,
        )
        body = request.model_dump_json(exclude_none=True).encode()
        issued = self._call("POST", "/ca/certificates", body, CertificateIssued)
        certificate, chain = _read(issued)
        _ensure_as_ordered(certificate, order, key)
        self._ensure_trusted(certificate, chain)
        return SigningIdentity(
            key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
            certificate.public_bytes(serialization.Encoding.DER),
            [one.public_bytes(serialization.Encoding.DER) for one in chain],
        )

    def root_pem(self) -> str:
        """The authority's own word about its root; only the first one is ever believed."""
        return self._call("GET", "/ca/chain", b"", CertificateChain).root_pem

    def _ensure_trusted(self, certificate: x509.Certificate, chain: list[x509.Certificate]) -> None:
        """Each certificate is issued by the next, the last one is the pinned root."""
        root = x509.load_pem_x509_certificate(self._roots.trusted(self.root_pem).encode())
        links = [certificate, *chain]
        try:
            for below, above in pairwise(links):
                below.verify_directly_issued_by(above)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise CertificateRefused("the chain does not hold", rule="ca.chain") from error
        if not chain or chain[-1].fingerprint(hashes.SHA256()) != root.fingerprint(hashes.SHA256()):
            raise CertificateRefused("not issued under the pinned root", rule="ca.root")

    def _call(self, method: str, path: str, body: bytes, model: type[Answer]) -> Answer:
        request = self._client.build_request(
            method,
            f"{self._base}{path}",
            content=body or None,
            headers={"Content-Type": "application/json"} if body else None,
        )
        request.headers.update(self._sign(method, path, body))
        try:
            response = self._client.send(request)
        except httpx.TransportError as error:
            raise UpstreamUnavailable(f"certificate authority: {type(error).__name__}") from error
        if response.status_code not in (OK, CREATED):
            raise UpstreamUnavailable(f"certificate authority answered {response.status_code}")
        if len(response.content) > MAX_ANSWER_BYTES:
            raise CertificateRefused("the authority answered with too much", rule="ca.size")
        try:
            return model.model_validate_json(response.content)
        except ValidationError as error:
            raise CertificateRefused("answer outside the protocol", rule="ca.schema") from error


def _signing_request(order: CertificateOrder, key: RSAPrivateKey) -> str:
    """A CSR proves that we hold the key; the names that count are in the request beside it."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, order.subject.common_name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode()


def _read(issued: CertificateIssued) -> tuple[x509.Certificate, list[x509.Certificate]]:
    try:
        return (
            x509.load_pem_x509_certificate(issued.certificate_pem.encode()),
            x509.load_pem_x509_certificates(issued.chain_pem.encode()),
        )
    except ValueError as error:
        raise CertificateRefused("not a certificate", rule="ca.format") from error


def _ensure_as_ordered(
    certificate: x509.Certificate, order: CertificateOrder, key: RSAPrivateKey
) -> None:
    """An authority that certifies another key, name or act is not to be used."""
    ordered = {
        x509.NameOID.COMMON_NAME: order.subject.common_name,
        x509.NameOID.ORGANIZATION_NAME: order.subject.organisation,
        x509.NameOID.SERIAL_NUMBER: order.subject.serial_number,
    }
    if certificate.public_key() != key.public_key():
        raise CertificateRefused("certificate for another key", rule="ca.key")
    for oid, expected in ordered.items():
        found = [str(item.value) for item in certificate.subject.get_attributes_for_oid(oid)]
        if found != ([expected] if expected else []):
            raise CertificateRefused("certificate for somebody else", rule="ca.subject")
    if scene_of(certificate) != order.scene_digest:
        raise CertificateRefused("certificate for another act", rule="ca.scene")


def scene_of(certificate: x509.Certificate) -> str | None:
    """The scene digest in a certificate: a DER UTF8String of 64 hexadecimal digits."""
    try:
        extension = certificate.extensions.get_extension_for_oid(
            x509.ObjectIdentifier(SCENE_DIGEST_OID)
        )
    except x509.ExtensionNotFound:
        return None
    value = extension.value
    if not isinstance(value, x509.UnrecognizedExtension) or value.value[:2] != b"\x0c\x40":
        return None
    return value.value[2:].decode("ascii", "replace")
