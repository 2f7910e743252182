"""Which findings make a sealed contract, and that each single doubt refuses it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from signing.domain.contract import LoanContract, StoredDocument
from signing.domain.errors import ContractNotValid
from signing.domain.evidence import (
    SignatureFinding,
    ensure_signed_as_agreed,
    scene_digest,
)
from tests.support.signing import BANK_NAME, a_contract, a_signing_contract

SHOWN = b"the very bytes that were shown"
SEALED = SHOWN + b" and two signatures"


def agreed_contract() -> LoanContract:
    contract = a_contract()
    assert contract.draft is not None
    document = StoredDocument(
        key="draft", sha256=hashlib.sha256(SHOWN).hexdigest(), size_bytes=len(SHOWN)
    )
    consent = a_signing_contract().consent
    assert consent is not None
    return replace(
        contract,
        draft=replace(contract.draft, document=document),
        consent=replace(consent, document_sha256=document.sha256),
    )


def findings(contract: LoanContract) -> tuple[SignatureFinding, SignatureFinding]:
    borrower = SignatureFinding(
        field="Borrower",
        intact=True,
        trusted=True,
        acceptable=True,
        covers_file=True,
        changes_after="FORM_FILLING",
        signer_organisation="合成测试商贸有限公司",
        certificate_sha256="a" * 64,
        scene_digest=scene_digest(contract),
    )
    bank = replace(
        borrower,
        field="Bank",
        signer_organisation=BANK_NAME,
        certificate_sha256="b" * 64,
        scene_digest=None,
    )
    return borrower, bank


def test_a_contract_signed_as_agreed_is_accepted() -> None:
    contract = agreed_contract()

    ensure_signed_as_agreed(contract, SEALED, findings(contract))


@pytest.mark.parametrize("signer", [0, 1])
@pytest.mark.parametrize(
    ("doubt", "rule"),
    [
        ({"intact": False}, "contract.intact"),
        ({"trusted": False}, "contract.trusted"),
        ({"acceptable": False}, "contract.changes"),
        ({"covers_file": False}, "contract.coverage"),
        ({"field": "Other"}, "contract.fields"),
    ],
)
def test_a_doubt_about_either_signature_refuses_the_contract(
    signer: int, doubt: dict[str, Any], rule: str
) -> None:
    contract = agreed_contract()
    found = list(findings(contract))
    found[signer] = replace(found[signer], **doubt)

    with pytest.raises(ContractNotValid) as refused:
        ensure_signed_as_agreed(contract, SEALED, found)

    assert refused.value.rule == rule


@pytest.mark.parametrize("order", [(), (0,), (1,), (1, 0), (0, 0), (0, 1, 1)])
def test_only_borrower_then_bank_is_a_contract(order: tuple[int, ...]) -> None:
    contract = agreed_contract()
    both = findings(contract)

    with pytest.raises(ContractNotValid) as refused:
        ensure_signed_as_agreed(contract, SEALED, [both[index] for index in order])

    assert refused.value.rule == "contract.fields"


@pytest.mark.parametrize("content", [b"", SHOWN[:-1], b"X" + SEALED[1:], SEALED[::-1]])
def test_a_document_that_does_not_begin_with_what_was_shown_is_refused(content: bytes) -> None:
    contract = agreed_contract()

    with pytest.raises(ContractNotValid) as refused:
        ensure_signed_as_agreed(contract, content, findings(contract))

    assert refused.value.rule == "contract.document"


@pytest.mark.parametrize("scene", [None, "", "0" * 64])
def test_a_certificate_of_another_act_is_refused(scene: str | None) -> None:
    contract = agreed_contract()
    borrower, bank = findings(contract)

    with pytest.raises(ContractNotValid) as refused:
        ensure_signed_as_agreed(contract, SEALED, [replace(borrower, scene_digest=scene), bank])

    assert refused.value.rule == "contract.scene"


def test_the_seal_of_another_bank_is_refused() -> None:
    contract = agreed_contract()
    borrower, bank = findings(contract)
    other = replace(bank, signer_organisation="南方测试农村商业银行股份有限公司")

    with pytest.raises(ContractNotValid) as refused:
        ensure_signed_as_agreed(contract, SEALED, [borrower, other])

    assert refused.value.rule == "contract.bank"
