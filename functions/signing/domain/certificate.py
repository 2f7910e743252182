"""What a certificate says about who signs what."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, Literal

from puhui.contracts.party import Party
from signing.domain.contract import LoanContract
from signing.domain.evidence import organisation_of, scene_digest
from signing.domain.loan_document import signatory_of

MAX_COMMON_NAME_BYTES: Final = 64
"""X.520 bounds names in certificates; a longer one is cut there and whole in the contract."""
SEAL_NAME: Final = "电子合同专用章"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSubject:
    """Who a certificate names; an id number appears only as a hash that one contract knows."""

    common_name: str
    organisation: str | None = None
    serial_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateOrder:
    """One certificate to be issued for a fresh key."""

    kind: Literal["event", "seal"]
    subject: CertificateSubject
    scene_digest: str | None = None


def borrower_certificate(contract: LoanContract, party: Party) -> CertificateOrder:
    """An event certificate: this person, for this one act of signing."""
    return CertificateOrder(
        kind="event",
        subject=CertificateSubject(
            common_name=_common_name(signatory_of(party)),
            organisation=organisation_of(party.name) if party.kind == "firm" else None,
            serial_number=_hashed(contract.contract_id, party.legal_person_id),
        ),
        scene_digest=scene_digest(contract),
    )


def seal_certificate(bank_name: str) -> CertificateOrder:
    """The bank's electronic contract seal."""
    return CertificateOrder(
        kind="seal",
        subject=CertificateSubject(common_name=SEAL_NAME, organisation=organisation_of(bank_name)),
    )


def _hashed(contract_id: str, id_number: str) -> str:
    return hashlib.sha256(f"{contract_id}\n{id_number}".encode()).hexdigest()


def _common_name(name: str) -> str:
    return name.encode()[:MAX_COMMON_NAME_BYTES].decode(errors="ignore")
