"""Whole nights: what they do to loans, and that a night may break anywhere and begin again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.simulation.in_memory_loan_books import InMemoryLoanBooks
from puhui.errors import StaleVersion
from puhui.money import Money
from servicing.domain.account.book import Entered, LoanChange
from servicing.domain.account.change_request import ChangeRequest
from servicing.domain.account.events import Provision, Repayment
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
from servicing.domain.end_of_day.leg import Leg
from servicing.domain.end_of_day.report import EndOfDay
from servicing.domain.end_of_day.tally import Basis
from servicing.domain.invariants import check_invariants
from servicing.domain.vouchers import Balance
from servicing.usecases.open_closing import OpenClosing
from tests.support.end_of_day import ByDaysOverdue, Night, one_page_a_call
from tests.support.loan_accounts import INSTALMENT, on
from tests.support.servicing import NOON, NORTH, TODAY, MemoryWorld

FIRST_DUE = on(31)
APPLICATIONS = [f"app-{number}" for number in range(5)]


def a_night(*, by_model: bool = True) -> Night:
    """Five loans of 1 March, and the bank's day on the first due day."""
    night = Night(assessments=ByDaysOverdue(by_model=by_model))
    for application in APPLICATIONS:
        night.book(application)
    night.days.save(night.read_business_day(NORTH))
    night.days.days[NORTH] = night.days.get(NORTH).__class__(  # type: ignore[attr-defined]
        bank_id=NORTH, day=FIRST_DUE, version=1
    )
    return night


def pay(night: Night, loan_id: str, event_id: str, amount: Money) -> None:
    """The borrower pays on the bank's business day."""
    book, day = night.world.loan_books.get(NORTH, loan_id), night.read_business_day(NORTH).day
    change = book.enter(
        Entered(
            event_id=event_id,
            loan_id=loan_id,
            value_date=day,
            entered_on=day,
            at=NOON,
            what=Repayment(amount=amount),
        )
    )
    night.world.loan_books.record(change)


def loans(night: Night) -> list[str]:
    """The ids of all loans."""
    return sorted(night.world.books.loan_books)


def state(night: Night) -> object:
    """Everything that a night leaves behind, but who did it."""
    books = night.world.books
    day = night.days.get(NORTH)
    kept = {
        key: (one.tally, one.ended)
        for key, one in night.days.ended.items()  # type: ignore[attr-defined]
    }
    return (
        books.loan_books,
        books.book,
        books.sub_ledgers,
        books.vouchers,
        sorted(event.event_id for event in books.events),
        (day.day, day.state),
        kept,
        night.watches.seen,
        night.rail.debits,
    )


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
    for step in steps[:70]:
        step()

    pay(night, loans(night)[0], "pay-1", INSTALMENT)
    for step in steps[70:]:
        step()

    book = night.world.loan_books.get(NORTH, loans(night)[0])
    assert (book.events[0].value_date, book.account.day) == (day, day)
    assert book.position.days_overdue == 0


def test_a_settled_loan_is_told_by_the_difference_of_two_days() -> None:
    night = a_night()
    night.run(FIRST_DUE)
    next_day = FIRST_DUE + timedelta(days=1)
    night.book("app-new", disbursement_date=TODAY)
    pay(night, loans(night)[0], "pay-1", Money(400_000_00))

    night.catch_up(on(366))

    statuses = [book.account.status for book in night.world.books.loan_books.values()]
    assert statuses.count(LoanStatus.SETTLED) == 1
    ended = [night.reports.get(NORTH, on(days)).ended for days in range(32, 367)]
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


def test_a_walk_goes_on_where_its_call_ended() -> None:
    whole, parted = a_night(), a_night()

    whole.run(FIRST_DUE)
    parted.run(FIRST_DUE, has_time=one_page_a_call)

    assert state(parted) == state(whole)


class PaidMeanwhile(InMemoryLoanBooks):
    """Between the reading and the writing of a book, somebody else changes it, so many times."""

    times = 0

    def record(self, change: LoanChange, approval: ChangeRequest | None = None) -> None:
        """Time has passed; an instalment was paid before."""
        if change.event is None and self.times:
            self.times -= 1
            book = self.get(NORTH, change.after.loan.loan_id)
            other = Entered(
                event_id=f"other-{self.times}",
                loan_id=book.loan.loan_id,
                value_date=book.account.day,
                entered_on=book.account.day,
                at=NOON,
                what=Repayment(amount=Money(1_00)),
            )
            super().record(book.enter(other))
        super().record(change, approval)


@pytest.mark.parametrize("times", [1, 3])
def test_a_loan_that_is_paid_while_it_is_closed_is_closed_with_the_payment(times: int) -> None:
    world = MemoryWorld(books_class=PaidMeanwhile)
    night = Night(world)
    loan_id = night.book("app-1")
    world.loan_books.times = times  # type: ignore[attr-defined]

    night.run(TODAY)
    night.run(on(1))

    book = world.loan_books.get(NORTH, loan_id)
    assert (book.account.day, book.account.held) == (on(1), times * 100)


def test_a_loan_that_never_stands_still_is_left_to_the_workflow() -> None:
    world = MemoryWorld(books_class=PaidMeanwhile)
    night = Night(world)
    night.book("app-1")
    night.run(TODAY)
    world.loan_books.times = 100  # type: ignore[attr-defined]

    with pytest.raises(StaleVersion):
        night.run(on(1))


def test_an_index_that_is_a_moment_behind_is_not_believed() -> None:
    night = a_night()
    late = night.world.books.loan_books.copy()
    night.run(FIRST_DUE)
    (loan_id, stale), *_ = sorted(late.items())
    partition = next(
        number
        for number in range(64)
        if any(
            one.loan.loan_id == loan_id
            for one in night.world.loan_books.open_in(NORTH, number, after="", limit=9).books
        )
    )
    real = night.world.loan_books.open_in

    def behind(*given: object, **named: object) -> object:
        page = real(*given, **named)
        return type(page)(books=(stale,), next_after="")

    night.world.loan_books.open_in = behind
    leg = Leg(bank_id=NORTH, day=FIRST_DUE, partition=partition)
    closed = night.close_loans(leg, lambda: True)
    classified = night.classify_loans(leg, lambda: True)

    assert (closed.changed, classified.changed, classified.tally.due_today) == (0, 0, 1)


class Stop(BaseException):
    """The process ends here."""


def crash(step: Callable[[], object], world: MemoryWorld, after_writes: int) -> None:
    """Run a step that dies after so many writes, then again to its end."""
    books: InMemoryLoanBooks = world.loan_books
    record, left = books.record, [after_writes]

    def record_and_die(change: LoanChange, approval: ChangeRequest | None = None) -> None:
        if left[0] == 0:
            raise Stop
        left[0] -= 1
        record(change, approval)

    books.record = record_and_die  # type: ignore[method-assign]
    try:
        step()
    except Stop:
        pass
    finally:
        del books.record
    step()


@settings(max_examples=60, deadline=None)
@given(
    breaks=st.dictionaries(st.integers(0, 129), st.integers(0, 5), max_size=6),
    restart=st.none() | st.integers(0, 129),
    paged=st.booleans(),
)
def test_a_night_that_breaks_anywhere_ends_like_one_that_never_broke(
    breaks: dict[int, int], restart: int | None, paged: bool
) -> None:
    whole, broken = a_night(), a_night()
    whole.run(FIRST_DUE)

    time = one_page_a_call if paged else None
    steps = broken.steps(FIRST_DUE, has_time=time)
    for place, step in enumerate(steps):
        if place == restart:
            break
        crash(step, broken.world, breaks.get(place, 99))
    if restart is not None:
        broken.run(FIRST_DUE, "run-2", has_time=time)

    assert state(broken) == state(whole)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 60), st.sets(st.integers(1, 60), max_size=4))
def test_a_loan_that_missed_days_comes_to_the_same_as_one_that_missed_none(
    days: int, closed: set[int]
) -> None:
    """A loan whose days pass at once has the books of one whose days pass one by one."""
    daily, late = Night(), Night()
    for night in (daily, late):
        night.book("app-1")
    for day in range(1, days):
        walk_all(daily, day)
    walk_all(daily, days)
    for day in sorted(one for one in closed if one < days):
        walk_all(late, day)
    walk_all(late, days)

    books = [night.world.loan_books.get(NORTH, loans(night)[0]) for night in (daily, late)]
    assert books[0].account == books[1].account
    assert held(daily) == held(late)


def held(night: Night) -> dict[str, Balance]:
    """What the bank's ledger holds; an account that came back to nothing is as if untouched."""
    balances = night.world.ledger.balances(NORTH)
    return {code: balance for code, balance in balances.items() if balance != Balance()}


def walk_all(night: Night, days: int) -> None:
    """Close a day's loans in every partition."""
    for partition in range(64):
        leg = Leg(bank_id=NORTH, day=on(days), partition=partition)
        night.close_loans(leg, lambda: True)


def test_a_closed_day_is_found_with_its_bank_only() -> None:
    night = a_night()
    night.run(FIRST_DUE)

    found: EndOfDay = night.reports.get(NORTH, FIRST_DUE)

    assert found.bank_id == NORTH
    with pytest.raises(EndOfDayNotFound):
        night.reports.get("south", FIRST_DUE)  # type: ignore[arg-type]
