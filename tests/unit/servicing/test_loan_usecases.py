"""Activate a loan, and the safety net below a closed application."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from puhui.contracts.factory import OUTCOME_NAMES
from puhui.contracts.servicing import BorrowerFacts
from servicing.domain.checks.plan import MAX_PLANNED_CHECKS, check_plan
from servicing.domain.errors import (
    DisbursementMismatch,
    LoanMismatch,
    ScheduleMismatch,
    TransferNotFound,
    TransferNotPosted,
)
from servicing.domain.invariants import check_invariants
from servicing.domain.loan import Loan, payload_hash
from servicing.domain.transfers import TransferState
from servicing.usecases.activate_loan import ActivateLoan
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.release_closed_application import (
    NO_MONEY_WENT_OUT,
    ReleaseClosedApplication,
    Released,
)
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from tests.support.servicing import (
    NORTH,
    SOUTH,
    MemoryWorld,
    a_closing,
    a_disbursed_loan,
    a_reservation,
    a_resolution,
    an_activation,
)


@pytest.fixture
def world() -> MemoryWorld:
    """Books with 300,000 yuan promised to app-1."""
    world = MemoryWorld()
    ReserveDisbursement(world.ledger, world.clock)(a_reservation())
    return world


@pytest.fixture
def paid(world: MemoryWorld) -> MemoryWorld:
    """Books with 300,000 yuan posted for app-1."""
    PostDisbursement(world.ledger, world.clock)(a_resolution(bank_reference="ref-1"))
    return world


def activate(world: MemoryWorld, **changes: Any) -> Loan:
    """Activate, with defaults."""
    return ActivateLoan(world.ledger, world.loans)(an_activation(**changes))


def release(world: MemoryWorld, event_id: str = "evt-1", **changes: Any) -> Released:
    """The safety net, with defaults."""
    net = ReleaseClosedApplication(world.ledger, world.clock)
    return net(NORTH, event_id, a_closing(**changes))


# --- activate -------------------------------------------------------------------------------


def test_a_loan_is_booked_with_its_plan_and_its_checks(paid: MemoryWorld) -> None:
    loan = activate(paid)

    assert loan.schedule.first_due_date == date(2020, 4, 1)
    assert loan.schedule.maturity_date == date(2021, 3, 1)
    assert [check.kind for check in loan.checks] == [
        "first",
        "periodic",
        "periodic",
        "periodic",
        "before_maturity",
    ]
    assert check_invariants(paid.snapshot()) == ()


def test_a_repeated_activation_answers_the_same_and_tells_once(paid: MemoryWorld) -> None:
    first = activate(paid)

    assert activate(paid, correlation_id="again") == first
    assert [event.name for event in paid.events()].count("LoanBooked") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"product_code": "other"},
        {"contract_id": "con-2"},
        {"settlement": {"prepay_strategy": "REDUCE_INSTALLMENT"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_loan_for_the_same_disbursement_is_refused(
    paid: MemoryWorld, change: dict[str, Any]
) -> None:
    activate(paid)

    with pytest.raises(LoanMismatch):
        activate(paid, **change)


def test_a_plan_that_was_not_signed_is_refused(paid: MemoryWorld) -> None:
    with pytest.raises(ScheduleMismatch) as refused:
        activate(paid, schedule_sha256="b" * 64)

    assert (refused.value.field, refused.value.rule) == ("schedule_sha256", "schedule.hash")
    assert paid.snapshot().loans == []


def test_a_loan_is_not_booked_before_its_money_is(world: MemoryWorld) -> None:
    with pytest.raises(TransferNotPosted):
        activate(world)


def test_a_loan_of_money_that_was_never_reserved_is_not_found() -> None:
    with pytest.raises(TransferNotFound):
        activate(MemoryWorld())


def test_another_banks_money_makes_no_loan(paid: MemoryWorld) -> None:
    with pytest.raises(TransferNotFound):
        activate(paid, bank_id="south")

    assert paid.snapshot(SOUTH).loans == []


@pytest.mark.parametrize(
    "change",
    [
        {"principal_fen": 29_999_999},
        {"principal_fen": 30_000_001},
        {"customer_id": "cus-2"},
        {"application_id": "app-2"},
        {"branch_id": "b2"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_loan_is_exactly_what_was_posted(paid: MemoryWorld, change: dict[str, Any]) -> None:
    with pytest.raises(DisbursementMismatch) as refused:
        activate(paid, **change)

    assert refused.value.field == next(iter(change))


# --- monitoring plan ------------------------------------------------------------------------


@pytest.mark.parametrize("months", [1, 2, 3, 12, 36, 360])
def test_every_check_lies_within_the_loan_and_comes_once(months: int) -> None:
    disbursed, matures = date(2020, 3, 1), date(2020 + months // 12, 3 + months % 12, 1)

    checks = check_plan(disbursed, matures)

    assert len(set(checks)) == len(checks) <= MAX_PLANNED_CHECKS
    assert all(disbursed < check.due_on < matures for check in checks)
    assert list(checks) == sorted(checks)
    assert checks[0].name == "首次跟踪检查"


# --- the safety net -------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", sorted(NO_MONEY_WENT_OUT))
def test_what_a_closed_application_left_pending_is_voided(world: MemoryWorld, outcome: str) -> None:
    assert release(world, outcome=outcome) is Released.VOIDED

    (transfer,) = world.snapshot().transfers
    assert transfer.state is TransferState.VOIDED
    assert transfer.reason == f"申请已结案：{OUTCOME_NAMES[outcome]}"
    assert check_invariants(world.snapshot()) == ()


def test_a_failed_application_keeps_its_promise_until_somebody_looked(world: MemoryWorld) -> None:
    """A payment may be on its way: unknown is not failed."""
    assert release(world, outcome="failed") is Released.NEEDS_INVESTIGATION

    assert world.snapshot().transfers[0].state is TransferState.PENDING


def test_a_second_delivery_finds_nothing_to_do(world: MemoryWorld) -> None:
    release(world)

    assert release(world) is Released.NOTHING_PENDING
    assert len(world.events()) == 2


def test_posted_money_is_left_alone(paid: MemoryWorld) -> None:
    assert release(paid, outcome="disbursed") is Released.NOTHING_PENDING

    assert paid.snapshot().transfers[0].state is TransferState.POSTED


def test_an_application_without_money_is_nothing_to_us(world: MemoryWorld) -> None:
    assert release(world, application_id="app-2") is Released.NOTHING_PENDING


def test_a_loan_is_booked_with_its_labels_by_what_the_borrower_has_been_lent_here() -> None:
    world = MemoryWorld()
    proprietor = BorrowerFacts(customer_kind="sole_proprietor")

    first = a_disbursed_loan(world, borrower=proprietor)
    second = a_disbursed_loan(
        world,
        application_id="app-2",
        disbursement_id="dsb-2",
        correlation_id="app-2",
        principal_fen=990_000_000,
        borrower=proprietor,
    )

    told = [{one.code: one.value for one in loan.labels} for loan in (first, second)]
    assert told[0]["inclusive_nfra_1000"] is True
    assert told[1]["inclusive_nfra_1000"] is False
    assert (told[0]["first_at_bank"], told[1]["first_at_bank"]) == (True, False)
    assert told[0]["first_loan"] is None


def test_without_facts_about_the_borrower_a_loan_has_no_labels() -> None:
    assert a_disbursed_loan(MemoryWorld()).labels == ()


def test_a_command_of_before_the_later_parameters_has_the_hash_that_it_had() -> None:
    """Frozen before products had repayment periods, balloons and grace: a repetition matches."""
    old = an_activation(settlement={"grace_days": 3}, disclosure=None)

    assert payload_hash(old) == ("fa8c476889baa23ca277ce19be07e20ae34f0535b029e8f7c1802442505f5ca2")
