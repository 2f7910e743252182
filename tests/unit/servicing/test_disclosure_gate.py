"""No money is promised or booked without a confirmed cost disclosure of this very loan."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from puhui.contracts.settlement import CN_DEFAULT, SettlementParameters
from puhui.disclosure import DisclosureNotConfirmed
from puhui.money import Money
from puhui.strict_json import dumps
from servicing.answers import loan_activated
from servicing.domain.loan import Loan
from servicing.usecases.activate_loan import ActivateLoan
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from tests.support.servicing import (
    NOON,
    NORTH,
    MemoryWorld,
    a_confirmation,
    a_disclosure,
    a_reservation,
    a_resolution,
    an_activation,
    some_terms,
)

TABLE = a_disclosure(some_terms())
OTHER = a_disclosure(some_terms(annual_rate_bps=500))


FIRST_FIELDS = {
    "bank_id",
    "branch_id",
    "application_id",
    "disbursement_id",
    "customer_id",
    "product_code",
    "principal_fen",
    "annual_rate_bps",
    "term_months",
    "method",
    "disbursement_date",
    "schedule_sha256",
    "contract_id",
}
"""What `ActivateLoan` said at first, less its trace: an old command says nothing else."""


def reserve(world: MemoryWorld, **changes: Any) -> str | None:
    """Reserve, and say which disclosure the promise keeps."""
    command = a_reservation(**changes)
    return ReserveDisbursement(world.ledger, world.clock)(command).disclosure_sha256


def paid(**changes: Any) -> MemoryWorld:
    """Books with 300,000 yuan posted for app-1."""
    world = MemoryWorld()
    reserve(world, **changes)
    PostDisbursement(world.ledger, world.clock)(a_resolution(bank_reference="ref-1"))
    return world


def activate(world: MemoryWorld, **changes: Any) -> Loan:
    """Activate, with defaults."""
    return ActivateLoan(world.ledger, world.loans)(an_activation(**changes))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"disclosure": None, "confirmation": None}, "disclosure.issued"),
        ({"disclosure": None, "confirmation": a_confirmation(TABLE)}, "disclosure.issued"),
        ({"confirmation": None}, "disclosure.confirmed"),
        ({"confirmation": a_confirmation(OTHER)}, "disclosure.same_table"),
        (
            {"disclosure": TABLE, "amount_fen": 30_000_001},
            "disclosure.principal",
        ),
    ],
)
def test_without_a_confirmed_disclosure_no_money_is_promised(
    changes: dict[str, Any], rule: str
) -> None:
    world = MemoryWorld()

    with pytest.raises(DisclosureNotConfirmed) as refused:
        reserve(world, **changes)

    assert refused.value.rule == rule
    assert world.snapshot().transfers == []


def test_the_promise_keeps_which_disclosure_was_confirmed() -> None:
    assert reserve(MemoryWorld()) == TABLE.sha256


def test_a_signature_on_site_confirms_as_well() -> None:
    signed = a_confirmation(
        TABLE,
        channel="on_site",
        confirmed_by="rm-1",
        shown_at=None,
        reading_seconds=None,
        signature_sha256="c" * 64,
    )

    assert reserve(MemoryWorld(), confirmation=signed) == TABLE.sha256


@pytest.mark.parametrize(
    "changes",
    [
        {"shown_at": NOON - timedelta(seconds=9)},
        {"shown_at": None},
        {"reading_seconds": None},
        {"channel": "on_site"},
    ],
)
def test_a_confirmation_that_broke_the_rule_cannot_even_be_written(
    changes: dict[str, Any],
) -> None:
    with pytest.raises(ValidationError):
        a_confirmation(TABLE, **changes)


def test_the_loan_and_its_answer_carry_the_disclosure_and_the_settlement() -> None:
    settlement = SettlementParameters(grace_days=3)

    table = a_disclosure(some_terms(), settlement)

    loan = activate(paid(disclosure=table), settlement=settlement)

    assert (loan.disclosure_sha256, loan.settlement) == (table.sha256, settlement)
    assert loan_activated(loan).disclosure_sha256 == table.sha256 != TABLE.sha256


@pytest.mark.parametrize("disclosure", [None, OTHER], ids=["none", "another"])
def test_a_loan_of_another_disclosure_than_reserved_is_not_booked(disclosure: Any) -> None:
    world = paid()

    with pytest.raises(DisclosureNotConfirmed, match="another cost disclosure"):
        activate(world, disclosure=disclosure)

    assert world.snapshot().loans == []


def test_a_loan_of_another_plan_than_disclosed_is_not_booked() -> None:
    with pytest.raises(DisclosureNotConfirmed, match="another plan"):
        activate(paid(), term_months=6, disclosure=TABLE)


def test_money_promised_before_there_were_disclosures_is_still_booked() -> None:
    """Its transfer names none, and neither does its command: what has moved is serviced."""
    world = paid()
    _forget_disclosure(world)

    loan = activate(world, disclosure=None)

    assert (loan.disclosure_sha256, loan.settlement) == (None, CN_DEFAULT)
    assert loan.terms.principal == Money(30_000_000)


def test_an_old_activation_repeated_has_the_hash_that_its_loan_was_booked_with() -> None:
    world = paid()
    _forget_disclosure(world)
    command = an_activation(disclosure=None)

    loan = activate(world, disclosure=None)

    before = command.model_dump(mode="json", include=FIRST_FIELDS)
    assert loan.payload_sha256 == hashlib.sha256(dumps(before).encode()).hexdigest()


def _forget_disclosure(world: MemoryWorld) -> None:
    transfers = world.books.transfers
    for key, transfer in transfers.items():
        transfers[key] = replace(transfer, disclosure_sha256=None)
    assert world.ledger.get(NORTH, next(iter(transfers))).disclosure_sha256 is None
