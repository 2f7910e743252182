"""What signing and the certificate authority say to each other over signed HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from puhui.contracts.common import Contract, Sha256

SCENE_DIGEST_OID = "2.25.147290749525325505831275959461593910429"
"""The extension that binds an event certificate to one act; a UUID-based arc (X.667)."""

MAX_PEM_CHARACTERS = 16_384
Pem = Annotated[str, Field(min_length=64, max_length=MAX_PEM_CHARACTERS)]
X520Name = Annotated[str, Field(min_length=1, max_length=64)]


class SubjectName(Contract):
    """Whom a certificate names; `serial_number` is a hash, never an id number."""

    common_name: X520Name
    organisation: X520Name | None = None
    serial_number: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class CertificateRequest(Contract):
    """POST /ca/certificates: a seal lives three years, an event certificate one day."""

    csr_pem: Pem
    kind: Literal["seal", "event"]
    subject: SubjectName
    scene_digest: Sha256 | None = None


class CertificateIssued(Contract):
    """Answer to `CertificateRequest`; the chain is the issuing certificate, then the root."""

    certificate_pem: Pem
    chain_pem: Annotated[str, Field(max_length=2 * MAX_PEM_CHARACTERS)]


class CertificateChain(Contract):
    """GET /ca/chain."""

    root_pem: Pem
    issuing_pem: Pem
