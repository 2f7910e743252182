"""A contract's life: which step may follow which, and who changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.domain.contract import (
    ContractStatus,
    Delivery,
    LoanContract,
    Seal,
    contract_id_of,
)
from signing.domain.errors import (
    ContractNotOpen,
    DocumentNotAvailable,
    OtherDocumentSigned,
    SigningDeadlinePassed,
)
from signing.domain.evidence import reliability_of, scene_digest
from tests.support.signing import (
    NOON,
    NORTH,
    a_consent,
    a_contract,
    a_document,
    a_signing_contract,
)

SEAL = Seal(document=a_document("sealed", "f"), sealed_at=NOON, certificates=("a" * 64, "b" * 64))


def test_one_offer_has_one_contract_id() -> None:
    ids = {contract_id_of(NORTH, app, off) for app in ("a", "ab") for off in ("bc", "c")}

    assert len(ids) == 4


def test_the_borrower_signs_the_document_that_waits() -> None:
    signing = a_contract().request_signature(a_consent())

    assert signing.status is ContractStatus.SIGNING


def test_a_signature_about_another_document_is_refused() -> None:
    with pytest.raises(OtherDocumentSigned):
        a_contract().request_signature(a_consent(document_sha256="0" * 64))


def test_a_signature_after_the_deadline_is_refused() -> None:
    with pytest.raises(SigningDeadlinePassed):
        a_contract().request_signature(a_consent(at=NOON + timedelta(days=3)))


def test_asking_to_sign_again_changes_nothing() -> None:
    signing = a_signing_contract()

    assert signing.request_signature(a_consent(at=NOON + timedelta(days=9))) is signing


def test_a_contract_that_is_being_signed_cannot_be_refused() -> None:
    with pytest.raises(ContractNotOpen):
        a_signing_contract().refuse(NOON)


def test_refusing_twice_is_refusing_once() -> None:
    refused = a_contract().refuse(NOON)

    assert refused.refuse(NOON + timedelta(days=9)) is refused
    assert refused.delivery is Delivery.DUE


def test_only_a_contract_that_is_being_signed_is_sealed() -> None:
    with pytest.raises(ContractNotOpen):
        a_contract().sealed(SEAL)


@pytest.mark.parametrize("status", [s for s in ContractStatus if s.value not in ("signing",)])
def test_what_is_decided_stays_decided(status: ContractStatus) -> None:
    contract = a_contract(status=status)
    voided = contract.void(NOON)

    expected = ContractStatus.VOID if status is ContractStatus.AWAITING_SIGNATURE else status
    assert voided.status is expected


def test_a_void_contract_shows_no_document() -> None:
    with pytest.raises(DocumentNotAvailable):
        a_contract().void(NOON).readable()


def test_parties_read_the_sealed_document_once_there_is_one() -> None:
    assert a_signing_contract().readable() == a_document()
    assert a_signing_contract().sealed(SEAL).readable() == SEAL.document


@pytest.mark.parametrize(
    ("token", "seconds", "news"),
    [("token-2", 1, True), ("token-2", 0, False), ("token-2", -1, False), ("token-1", 9, False)],
)
def test_only_a_later_command_with_another_token_is_news(
    token: str, seconds: int, news: bool
) -> None:
    assert a_contract().is_news(token, NOON + timedelta(seconds=seconds)) is news


def test_a_command_sent_before_the_contract_became_void_is_no_news() -> None:
    voided = a_contract().void(NOON + timedelta(hours=1))

    assert not voided.is_news("token-2", NOON + timedelta(minutes=30))
    assert voided.is_news("token-2", NOON + timedelta(hours=2))


def test_a_newer_wait_for_a_sealed_contract_is_told_again() -> None:
    delivered = a_signing_contract().sealed(SEAL).delivered(Delivery.DELIVERED)

    again = delivered.wait_with("token-2", NOON, NOON)

    assert (again.delivery, again.task_token) == (Delivery.DUE, "token-2")


@given(
    st.sampled_from(["contract_id", "customer_id", "terms_sha256", "bank_id"]),
    st.text(alphabet="abc", min_size=1, max_size=5),
)
def test_the_scene_digest_depends_on_everything_it_binds(field: str, value: str) -> None:
    contract = a_signing_contract()

    assert scene_digest(_with(contract, **{field: value})) != scene_digest(contract)


def test_a_sealed_contract_meets_the_four_conditions_of_art_13() -> None:
    assert reliability_of(a_signing_contract().sealed(SEAL)).reliable


@pytest.mark.parametrize(
    "contract",
    [
        a_signing_contract(),
        a_signing_contract().sealed(
            Seal(document=SEAL.document, sealed_at=NOON, certificates=("a" * 64, "a" * 64))
        ),
        a_contract(
            status=ContractStatus.SIGNING, consent=a_consent(cost_disclosure_read=False)
        ).sealed(SEAL),
    ],
    ids=["unsealed", "one key for both", "cost disclosure unread"],
)
def test_missing_evidence_never_makes_a_signature_reliable(contract: LoanContract) -> None:
    assert not reliability_of(contract).reliable


def _with(contract: LoanContract, **changes: str) -> LoanContract:
    return replace(contract, **changes)  # type: ignore[arg-type]
