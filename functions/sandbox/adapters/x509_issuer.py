"""Makes the sandbox's X.509 certificates with `cryptography`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from puhui.contracts.certificates import SCENE_DIGEST_OID
from sandbox.ca_ports import Authority
from sandbox.domain.certificates import (
    AUTHORITY_ORGANISATION,
    COUNTRY,
    ISSUING_LIFETIME,
    ISSUING_NAME,
    ROOT_LIFETIME,
    ROOT_NAME,
    SUBJECT_UNIT,
    Issuance,
    SigningRequestRefused,
    Subject,
)

KEY_BITS: Final = 3072
PUBLIC_EXPONENT: Final = 65_537
DOCUMENT_SIGNING: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""RFC 9336; viewers look for this or e-mail protection, NSS for the latter only."""
UTF8_STRING: Final = 0x0C


class X509Issuer:
    """`sandbox.ca_ports.Issuer`."""

    def issue(self, authority: Authority, csr_pem: str, issuance: Issuance) -> str:
        """Certify the request's key under the issuing certificate."""
        request = _checked_request(csr_pem)
        issuing = x509.load_pem_x509_certificate(authority.issuing_pem.encode())
        key = _private(authority.issuing_key_pem)
        builder = (
            _builder(
                _subject_name(issuance.subject),
                issuing.subject,
                request,
                issuance.not_before,
                issuance.not_after,
            )
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_documents=True), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING]),
                critical=False,
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()),
                critical=False,
            )
        )
        if issuance.scene_digest is not None:
            builder = builder.add_extension(_scene(issuance.scene_digest), critical=False)
        return _pem(builder.sign(key, hashes.SHA256()))


def make_authority(now: datetime) -> Authority:
    """A new root and an issuing certificate below it."""
    root_key, issuing_key = _fresh_key(), _fresh_key()
    root_name, issuing_name = _authority_name(ROOT_NAME), _authority_name(ISSUING_NAME)
    root = _authority_certificate(
        root_name, root_name, root_key.public_key(), root_key, now, ROOT_LIFETIME, path_length=1
    )
    issuing = _authority_certificate(
        issuing_name,
        root_name,
        issuing_key.public_key(),
        root_key,
        now,
        ISSUING_LIFETIME,
        path_length=0,
    )
    return Authority(
        root_pem=root,
        root_key_pem=_key_pem(root_key),
        issuing_pem=issuing,
        issuing_key_pem=_key_pem(issuing_key),
    )


def _authority_certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: rsa.RSAPublicKey,
    signing_key: rsa.RSAPrivateKey,
    now: datetime,
    lifetime: timedelta,
    *,
    path_length: int,
) -> str:
    builder = (
        _builder(subject, issuer, public_key, now - timedelta(hours=1), now + lifetime)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_usage(signs_documents=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()),
            critical=False,
        )
    )
    return _pem(builder.sign(signing_key, hashes.SHA256()))


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: rsa.RSAPublicKey,
    not_before: datetime,
    not_after: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _checked_request(csr_pem: str) -> rsa.RSAPublicKey:
    """The request is signed with its own key, which is RSA of at least 3072 bits."""
    try:
        request = x509.load_pem_x509_csr(csr_pem.encode())
        valid = request.is_signature_valid
        key = request.public_key()
    except ValueError as error:
        raise SigningRequestRefused("not a signing request", field="csr_pem") from error
    if not valid:
        raise SigningRequestRefused(
            "the request is not signed by its key", field="csr_pem", rule="csr.signature"
        )
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < KEY_BITS:
        raise SigningRequestRefused("RSA of 3072 bits or more", field="csr_pem", rule="csr.key")
    return key


def _usage(*, signs_documents: bool) -> x509.KeyUsage:
    """Documents need non-repudiation (content commitment); authorities sign certificates."""
    return x509.KeyUsage(
        digital_signature=signs_documents,
        content_commitment=signs_documents,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs_documents,
        crl_sign=not signs_documents,
        encipher_only=False,
        decipher_only=False,
    )


def _scene(digest: str) -> x509.UnrecognizedExtension:
    """A DER UTF8String; 64 characters need one length byte."""
    return x509.UnrecognizedExtension(
        x509.ObjectIdentifier(SCENE_DIGEST_OID),
        bytes([UTF8_STRING, len(digest)]) + digest.encode(),
    )


def _authority_name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, COUNTRY),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, AUTHORITY_ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _subject_name(subject: Subject) -> x509.Name:
    given = (
        (NameOID.ORGANIZATION_NAME, subject.organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, SUBJECT_UNIT),
        (NameOID.COMMON_NAME, subject.common_name),
        (NameOID.SERIAL_NUMBER, subject.serial_number),
    )
    country = x509.NameAttribute(NameOID.COUNTRY_NAME, COUNTRY)
    return x509.Name([country, *(x509.NameAttribute(oid, text) for oid, text in given if text)])


def _fresh_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(PUBLIC_EXPONENT, KEY_BITS)


def _private(pem: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the issuing key is an RSA key")
    return key


def _key_pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
