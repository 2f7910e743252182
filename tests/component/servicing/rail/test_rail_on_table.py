"""The rail beside real loans: money in the right accounts, and the books in order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from puhui.money import Money
from servicing.domain.account.events import (
    EventKind,
    Happening,
    Repayment,
    Reversal,
    WriteOff,
)
from servicing.domain.invariants import check_invariants
from servicing.domain.rail.differences import DifferenceKind
from servicing.domain.rail.statement_file import Direction
from servicing.usecases.record_event import AskedEvent, RecordEvent
from tests.support.aws_faults import FAULTS, Fault, Killed, TableCalls
from tests.support.rail import a_file, a_line
from tests.support.rail_world import RailWorld, rail_world
from tests.support.servicing import NORTH, SOUTH, TODAY

AMOUNT = 2_559_297
OUT = Direction.OUT
PAID_OUT = 30_000_000


def repaid(north: RailWorld, loan_id: str) -> list[int]:
    """The repayments in a loan's log."""
    book = north.table.loan_books.get(NORTH, loan_id)
    return [event.what.amount.minor for event in book.events]  # type: ignore[union-attr]


def enter(
    north: RailWorld, loan_id: str, event_id: str, what: Happening, on: date | None = None
) -> None:
    """Staff enter an event."""
    record = RecordEvent(north.table.loan_books, north.rail.clock, north.rail.calendar)
    record(AskedEvent(bank_id=NORTH, loan_id=loan_id, event_id=event_id, what=what, value_date=on))


def books_in_order(north: RailWorld) -> bool:
    """Every promise of the books holds."""
    violations = check_invariants(north.table.snapshot())
    assert violations == ()
    return True


def test_a_notice_books_a_repayment_into_the_loan(north: RailWorld) -> None:
    loan_id = north.a_loan()

    answer = north.notice(reference=loan_id)

    assert (answer.status, answer.body["state"]) == (200, "booked")
    assert repaid(north, loan_id) == [AMOUNT]
    assert north.table.snapshot().book["300101"].posted == Money(AMOUNT - PAID_OUT)
    assert books_in_order(north)


@pytest.mark.parametrize("reference", ["loan", "dsb-app-1-1", "con-1", "app-1"])
def test_a_loan_is_found_by_every_kind_of_reference(north: RailWorld, reference: str) -> None:
    loan_id = north.a_loan()

    answer = north.notice(reference=loan_id if reference == "loan" else reference)

    assert answer.body["state"] == "booked"
    assert repaid(north, loan_id) == [AMOUNT]


def test_a_contract_with_two_loans_needs_a_person(north: RailWorld) -> None:
    north.a_loan()
    north.a_loan(application_id="app-2", disbursement_id="dsb-app-2-1")

    assert north.notice(reference="con-1").body["state"] == "suspended"


def test_money_for_nobody_lies_in_224102_and_the_books_are_in_order(north: RailWorld) -> None:
    answer = north.notice(reference="nobody")

    assert answer.body["state"] == "suspended"
    books = north.table.snapshot().book
    assert (books["224102"].posted, books["300101"].posted) == (Money(-AMOUNT), Money(AMOUNT))
    assert [event.name for event in north.table.events()] == ["RailPaymentSuspended"]
    assert books_in_order(north)


def test_money_assigned_by_a_person_is_the_loans(north: RailWorld) -> None:
    loan_id = north.a_loan()
    north.notice(reference="nobody")

    north.rail.assign(NORTH, "cb-0001", loan_id, "staff-1")

    books = north.table.snapshot().book
    assert books["224102"].posted == Money(0)
    assert books["300101"].posted == Money(AMOUNT - PAID_OUT)
    assert repaid(north, loan_id) == [AMOUNT]
    assert north.rail.payments.work_items(NORTH) == []
    assert books_in_order(north)


def test_another_banks_money_never_meets_the_loan(north: RailWorld) -> None:
    loan_id = north.a_loan()

    answer = north.notice(reference=loan_id, bank_id="south")

    assert answer.body["state"] == "suspended"
    assert repaid(north, loan_id) == []
    assert north.rail.payments.work_items(NORTH) == []
    assert len(north.rail.payments.work_items(SOUTH)) == 1


def test_by_call_and_by_file_it_is_one_payment(north: RailWorld) -> None:
    loan_id = north.a_loan()
    north.notice(reference=loan_id)

    answer = north.delivered(a_file([a_line(1, "cb-0001", AMOUNT, reference=loan_id)], on=TODAY))

    assert answer == {"batchItemFailures": []}
    assert repaid(north, loan_id) == [AMOUNT]
    assert north.rail.read_file(NORTH, TODAY).problems == ()


# --- the three sides of a day --------------------------------------------------------------------


def test_ledger_rail_and_loans_agree_on_both_directions(north: RailWorld) -> None:
    loan_id = north.a_loan()
    north.notice(reference=loan_id)
    north.notice(serial_no="cb-0002", reference="nobody", amount_fen=100)

    north.delivered(
        a_file(
            [
                a_line(1, "cb-0001", AMOUNT, reference=loan_id),
                a_line(2, "cb-0002", 100, reference="nobody"),
                a_line(3, "dsb-app-1-1", PAID_OUT, direction=OUT, reference="dsb-app-1-1"),
            ],
            on=TODAY,
        )
    )

    result = north.rail.read_reconciliation(NORTH, TODAY)
    assert (result.matched, result.differences, result.version) == (3, (), 1)
    totals = {one.direction: (one.rail, one.ledger, one.loans) for one in result.totals}
    assert totals == {Direction.IN: (Money(AMOUNT + 100),) * 3, OUT: (Money(PAID_OUT),) * 3}


def test_the_difference_list_names_what_the_core_bank_left_out_and_changed(
    north: RailWorld,
) -> None:
    loan_id = north.a_loan()
    north.notice(reference=loan_id)
    north.notice(serial_no="cb-0002", reference=loan_id, amount_fen=500)

    north.delivered(
        a_file(
            [
                a_line(1, "cb-0002", 501, reference=loan_id),
                a_line(2, "cb-0003", 77, reference=loan_id),
            ],
            on=TODAY,
        )
    )

    found = {
        (one.serial_no, one.kind, one.amounts.rail.minor, one.amounts.ledger.minor)
        for one in north.rail.read_reconciliation(NORTH, TODAY).differences
    }
    assert found == {
        ("cb-0001", DifferenceKind.NOT_IN_RAIL, 0, AMOUNT),
        ("cb-0002", DifferenceKind.AMOUNT_DIFFERS, 501, 500),
        ("dsb-app-1-1", DifferenceKind.NOT_IN_RAIL, 0, PAID_OUT),
    }
    assert sorted(repaid(north, loan_id)) == [77, 500, AMOUNT]


def test_a_reversal_takes_the_money_out_of_both_sides_under_its_number(north: RailWorld) -> None:
    loan_id = north.a_loan()
    north.notice(reference=loan_id)
    payment = north.rail.payments.get(NORTH, "cb-0001")
    enter(north, loan_id, "rev-1", Reversal(reverses=payment.event_id, reason="重复"))

    result = north.rail.reconcile(NORTH, TODAY)

    assert {one.serial_no for one in result.differences if one.of_a_serial} == set()
    assert result.unverified == 1  # the disbursement; the reversed repayment is nothing


def test_money_without_a_rails_number_does_not_escape(north: RailWorld) -> None:
    loan_id = north.a_loan()
    enter(north, loan_id, "counter-1", Repayment(amount=Money(100)))

    north.delivered(a_file(on=TODAY))

    kinds = {
        one.serial_no: one.kind for one in north.rail.read_reconciliation(NORTH, TODAY).differences
    }
    assert kinds["counter-1"] is DifferenceKind.NOT_IN_RAIL


def test_a_loan_that_was_written_off_recovers(monkeypatch: pytest.MonkeyPatch) -> None:
    tomorrow = TODAY + timedelta(days=1)
    with rail_world(monkeypatch, tomorrow) as north:
        loan_id = north.a_loan()
        enter(north, loan_id, "wo-1", WriteOff(reason="呆账核销"), TODAY)

        answer = north.notice(reference=loan_id, booked_on=tomorrow.isoformat())

        events = north.table.loan_books.get(NORTH, loan_id).events
        assert answer.body["state"] == "booked"
        assert [event.kind for event in events] == [EventKind.WRITE_OFF, EventKind.RECOVERY]
        assert books_in_order(north)


# --- every call may fail -------------------------------------------------------------------------

CALLS = 16
"""More than a notice makes; a number beyond its last call breaks nothing."""


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.__name__ for fault in FAULTS])
@pytest.mark.parametrize("number", range(CALLS))
def test_a_notice_that_broke_at_any_call_is_told_again_to_the_same_end(
    north: RailWorld, number: int, fault: Fault
) -> None:
    loan_id = north.a_loan()

    with TableCalls().watched() as calls:
        calls.plan({number: fault})
        until_answered(north, reference=loan_id)
        until_answered(north, serial_no="cb-0002", reference="nobody")

    assert repaid(north, loan_id) == [AMOUNT]
    assert north.table.snapshot().book["224102"].posted == Money(-AMOUNT)
    assert books_in_order(north)


def test_the_sweep_reaches_every_call(north: RailWorld) -> None:
    loan_id = north.a_loan()

    with TableCalls().watched() as calls:
        calls.plan({})
        north.notice(reference=loan_id)
        north.notice(serial_no="cb-0002", reference="nobody")

    assert calls.count <= CALLS, calls.operations


def until_answered(north: RailWorld, **changes: Any) -> None:
    """The core bank tells again until it is heard."""
    for _ in range(4):
        try:
            if north.notice(**changes).status == 200:
                return
        except Killed:
            continue
    raise AssertionError("never heard")
