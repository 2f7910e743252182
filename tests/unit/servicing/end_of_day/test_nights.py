"""Whole nights: what they do to loans, to the bank's day and to its books."""

from __future__ import annotations

from datetime import timedelta

import pytest

from puhui.money import Money
from servicing.domain.account.events import Provision
from servicing.domain.account.position import LoanStatus
from servicing.domain.accounts import INTEREST_INCOME
from servicing.domain.end_of_day.business_day import DayState, Failure
from servicing.domain.end_of_day.errors import (
    BooksUnbalanced,
    DayNotClosing,
    DayNotInTurn,
    EndOfDayNotFound,
    PartitionsMissing,
)
from servicing.domain.end_of_day.report import EndOfDay
from servicing.domain.end_of_day.tally import Basis
from servicing.domain.invariants import check_invariants
from servicing.domain.vouchers import Balance
from servicing.usecases.open_closing import OpenClosing
from tests.support.loan_accounts import INSTALMENT, on
from tests.support.nights import FEW, FIRST_DUE, LATER, a_night, loans, pay, state
from tests.support.servicing import NORTH, TODAY


def test_a_night_brings_every_loan_to_its_day_and_the_bank_to_the_next() -> None:
    night = a_night()

    night.run(FIRST_DUE)

    books = night.world.books.loan_books.values()
    assert {book.account.day for book in books} == {FIRST_DUE}
    assert night.days.get(NORTH).day == FIRST_DUE + timedelta(days=1)
    assert check_invariants(night.world.snapshot()) == ()


def test_the_report_says_how_the_loans_stand() -> None:
    night = a_night()

    night.run(FIRST_DUE)

    ended = night.reports.get(NORTH, FIRST_DUE)
    assert (ended.tally.loans, ended.tally.due_today, ended.tally.overdue) == (5, 5, 0)
    assert ended.tally.principal_fen == 5 * 30_000_000
    assert ended.tally.provision_fen == 5 * 300_000
    assert (ended.tally.basis, ended.ended, ended.attempts) == (Basis.MODEL, None, 1)


def test_what_falls_due_is_asked_of_the_borrower_once() -> None:
    night = a_night()

    night.run(FIRST_DUE)
    night.catch_up(FIRST_DUE + timedelta(days=3))

    assert [one.amount for one in night.rail.debits.values()] == [INSTALMENT] * 5


def test_a_part_that_is_paid_between_two_attempts_asks_for_no_second_debit() -> None:
    night = a_night()
    for step in night.steps(FIRST_DUE)[:-1]:
        step()
    pay(night, loans(night)[0], "pay-1", Money(1_00))

    night.run(FIRST_DUE, "run-2")

    assert [one.amount for one in night.rail.debits.values()] == [INSTALMENT] * 5


def test_who_pays_on_the_due_day_is_asked_nothing() -> None:
    night = a_night()
    pay(night, loans(night)[0], "pay-1", INSTALMENT)

    night.run(FIRST_DUE)

    assert len(night.rail.debits) == 4


def test_a_payment_during_the_closing_counts_for_the_day_that_is_closed() -> None:
    night, day = a_night(), FIRST_DUE
    steps = night.steps(day)
    for step in steps[: FEW + 2]:
        step()

    pay(night, loans(night)[0], "pay-1", INSTALMENT)
    for step in steps[FEW + 2 :]:
        step()

    book = night.world.loan_books.get(NORTH, loans(night)[0])
    assert (book.events[0].value_date, book.account.day) == (day, day)
    assert book.position.days_overdue == 0


def test_a_settled_loan_is_told_by_the_difference_of_two_days() -> None:
    night = a_night()
    night.run(FIRST_DUE)
    next_day = FIRST_DUE + timedelta(days=1)
    short = night.book(LATER, disbursement_date=TODAY, term_months=3)
    pay(night, short, "pay-1", Money(400_000_00))

    night.catch_up(on(93))

    statuses = [book.account.status for book in night.world.books.loan_books.values()]
    assert statuses.count(LoanStatus.SETTLED) == 1
    ended = [night.reports.get(NORTH, on(days)).ended for days in range(32, 94)]
    assert night.reports.get(NORTH, next_day).tally.loans == 6
    assert [one for one in ended if one] == [-1, 1]


def test_where_the_model_does_not_answer_the_report_says_so() -> None:
    night = a_night(by_model=False)

    night.catch_up(on(31 + 91))

    ended = night.reports.get(NORTH, on(31 + 91))
    assert (ended.tally.basis, ended.tally.by_days_only) == (Basis.DAYS_OVERDUE, 5)
    assert (ended.tally.non_performing, ended.tally.npl_ppm) == (5, 1_000_000)


def test_a_provision_is_booked_once_a_day_and_only_when_it_differs() -> None:
    night = a_night()

    night.catch_up(FIRST_DUE + timedelta(days=5))

    events = night.world.loan_books.get(NORTH, loans(night)[0]).events
    assert [(one.value_date, one.what.tier) for one in events] == [
        (FIRST_DUE, "pass"),
        (FIRST_DUE + timedelta(days=1), "special_mention"),
    ]
    assert all(isinstance(one.what, Provision) for one in events)


def test_a_day_is_closed_once() -> None:
    night = a_night()
    night.run(FIRST_DUE)
    before = state(night)
    opening = OpenClosing(night.days, night.read_business_day, night.clock)

    again = opening(NORTH, FIRST_DUE, "run-2")
    ended = night.close_business_day(NORTH, FIRST_DUE)

    assert again.already_closed
    assert ended.run_id == "run-1"
    assert state(night) == before


def test_days_are_closed_in_turn() -> None:
    night = a_night()

    with pytest.raises(DayNotInTurn):
        night.run(FIRST_DUE + timedelta(days=1))


def test_a_day_without_every_partition_stays_open() -> None:
    night = a_night()
    steps = night.steps(FIRST_DUE)
    for step in steps[:-2]:
        step()

    with pytest.raises(PartitionsMissing):
        steps[-1]()

    assert night.days.get(NORTH).state is DayState.CLOSING


def test_a_day_whose_closing_nobody_opened_is_not_closed() -> None:
    with pytest.raises(DayNotClosing):
        a_night().close_business_day(NORTH, FIRST_DUE)


def test_a_day_is_not_closed_over_books_that_do_not_balance() -> None:
    night = a_night()
    night.world.books.book[NORTH, INTEREST_INCOME.code] = Balance(posted=Money(1))

    with pytest.raises(BooksUnbalanced):
        night.run(FIRST_DUE)

    with pytest.raises(EndOfDayNotFound):
        night.reports.get(NORTH, FIRST_DUE)


def test_a_failure_stands_on_the_business_day() -> None:
    night = a_night()
    told = (Failure(station="close_loans", partition=3, error="States.Timeout"),)
    night.steps(FIRST_DUE)[0]()

    night.fail_end_of_day(NORTH, FIRST_DUE, "run-1", told)

    assert night.days.get(NORTH).failures == told


def test_a_closed_day_is_found_with_its_bank_only() -> None:
    night = a_night()
    night.run(FIRST_DUE)

    found: EndOfDay = night.reports.get(NORTH, FIRST_DUE)

    assert found.bank_id == NORTH
    with pytest.raises(EndOfDayNotFound):
        night.reports.get("south", FIRST_DUE)  # type: ignore[arg-type]
