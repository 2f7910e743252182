"""The sandbox's certificates: usages, names and lifetimes that signing and viewers ask for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from puhui.clock import UTC, FixedClock
from puhui.contracts.certificates import (
    SCENE_DIGEST_OID,
    CertificateRequest,
    SubjectName,
)
from puhui.errors import Unprocessable
from sandbox.adapters.x509_issuer import DOCUMENT_SIGNING, X509Issuer, make_authority
from sandbox.ca_ports import Authority
from sandbox.domain.certificates import SigningRequestRefused
from sandbox.usecases.issue_certificate import IssueCertificate
from sandbox.usecases.read_certificate_chain import ReadCertificateChain

NOW = datetime(2026, 8, 3, 4, 0, tzinfo=UTC)
AUTHORITY = make_authority(NOW)
KEY = rsa.generate_private_key(65_537, 3072)
SCENE = "cd" * 32
BIT_STRING_OF_THE_SIGNATURE = -1


class OneAuthority:
    """Always the same."""

    def the_one(self) -> Authority:
        return AUTHORITY


def a_request(key: Any = KEY) -> x509.CertificateSigningRequest:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "whatever the CSR says")])
    return x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())


def pem(request: x509.CertificateSigningRequest) -> str:
    return request.public_bytes(serialization.Encoding.PEM).decode()


def issue(**changes: Any) -> x509.Certificate:
    request = CertificateRequest.model_validate(
        {
            "csr_pem": pem(a_request()),
            "kind": "event",
            "subject": SubjectName(common_name="王䶮", serial_number="ab" * 32),
            "scene_digest": SCENE,
            **changes,
        }
    )
    issued = IssueCertificate(OneAuthority(), X509Issuer(), FixedClock(NOW))(request)
    return x509.load_pem_x509_certificate(issued.certificate_pem.encode())


def extension(certificate: x509.Certificate, kind: Any) -> Any:
    return certificate.extensions.get_extension_for_class(kind)


def test_the_chain_leads_to_the_root() -> None:
    chain = ReadCertificateChain(OneAuthority())()
    issuing, root = (
        x509.load_pem_x509_certificate(text.encode())
        for text in (chain.issuing_pem, chain.root_pem)
    )

    issue().verify_directly_issued_by(issuing)
    issuing.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)


def test_signers_may_sign_documents_and_nothing_else() -> None:
    usage = extension(issue(), x509.KeyUsage)

    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    assert not usage.value.key_encipherment
    assert not extension(issue(), x509.BasicConstraints).value.ca


def test_viewers_find_the_extended_usages_they_ask_for() -> None:
    usages = list(extension(issue(), x509.ExtendedKeyUsage).value)

    assert usages == [ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING]


@pytest.mark.parametrize("which", ["root_pem", "issuing_pem"])
def test_authorities_sign_certificates_only(which: str) -> None:
    certificate = x509.load_pem_x509_certificate(getattr(AUTHORITY, which).encode())
    usage = extension(certificate, x509.KeyUsage).value

    assert usage.key_cert_sign
    assert not usage.digital_signature
    assert extension(certificate, x509.BasicConstraints).value.ca


def test_the_issuing_authority_cannot_make_further_authorities() -> None:
    issuing = x509.load_pem_x509_certificate(AUTHORITY.issuing_pem.encode())

    assert extension(issuing, x509.BasicConstraints).value.path_length == 0


def test_every_certificate_says_that_it_is_a_sandbox_one() -> None:
    certificates = [
        issue(),
        *(
            x509.load_pem_x509_certificate(text.encode())
            for text in (AUTHORITY.root_pem, AUTHORITY.issuing_pem)
        ),
    ]

    assert all("sandbox" in one.subject.rfc4514_string() for one in certificates)
    assert all("sandbox" in one.issuer.rfc4514_string() for one in certificates)


def test_the_names_come_from_the_order_not_from_the_signing_request() -> None:
    names = {attribute.oid: attribute.value for attribute in issue().subject}

    assert names[x509.NameOID.COMMON_NAME] == "王䶮"
    assert names[x509.NameOID.SERIAL_NUMBER] == "ab" * 32
    assert "whatever" not in issue().subject.rfc4514_string()


def test_an_event_certificate_carries_its_scene_and_lives_a_day() -> None:
    certificate = issue()
    scene = certificate.extensions.get_extension_for_oid(x509.ObjectIdentifier(SCENE_DIGEST_OID))

    assert scene.value.value == b"\x0c\x40" + SCENE.encode()  # type: ignore[attr-defined]
    assert certificate.not_valid_after_utc == NOW + timedelta(days=1)
    assert certificate.not_valid_before_utc == NOW - timedelta(minutes=5)


def test_a_seal_lives_three_years_without_a_scene() -> None:
    seal = issue(kind="seal", scene_digest=None)

    assert seal.not_valid_after_utc == NOW + timedelta(days=1095)
    with pytest.raises(x509.ExtensionNotFound):
        seal.extensions.get_extension_for_oid(x509.ObjectIdentifier(SCENE_DIGEST_OID))


@pytest.mark.parametrize(("kind", "scene"), [("event", None), ("seal", SCENE)])
def test_a_scene_belongs_to_event_certificates_only(kind: str, scene: str | None) -> None:
    with pytest.raises(Unprocessable) as refused:
        issue(kind=kind, scene_digest=scene)

    assert refused.value.field == "scene_digest"


@pytest.mark.parametrize(
    "key",
    [rsa.generate_private_key(65_537, 2048), ec.generate_private_key(ec.SECP256R1())],
    ids=["short", "not RSA"],
)
def test_weak_or_other_keys_are_refused(key: Any) -> None:
    with pytest.raises(SigningRequestRefused) as refused:
        issue(csr_pem=pem(a_request(key)))

    assert refused.value.rule == "csr.key"


def test_a_request_that_its_key_did_not_sign_is_refused() -> None:
    der = bytearray(a_request().public_bytes(serialization.Encoding.DER))
    der[BIT_STRING_OF_THE_SIGNATURE] ^= 1
    forged = pem(x509.load_der_x509_csr(bytes(der)))

    with pytest.raises(SigningRequestRefused) as refused:
        issue(csr_pem=forged)

    assert refused.value.rule == "csr.signature"


def test_what_is_no_request_is_refused() -> None:
    with pytest.raises(SigningRequestRefused):
        issue(csr_pem="x" * 100)


def test_serial_numbers_do_not_repeat() -> None:
    assert len({issue().serial_number for _ in range(5)}) == 5


def test_an_authority_does_not_show_its_keys() -> None:
    assert "PRIVATE" not in repr(AUTHORITY)
