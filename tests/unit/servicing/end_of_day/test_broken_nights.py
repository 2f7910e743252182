"""Nights that break anywhere, are met by others or start late: they end as if nothing had been."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.simulation.in_memory_loan_books import InMemoryLoanBooks
from puhui.errors import StaleVersion
from puhui.money import Money
from servicing.adapters.rows import partition_of
from servicing.domain.account.book import Entered, LoanChange
from servicing.domain.account.change_request import ChangeRequest
from servicing.domain.account.events import Repayment
from servicing.domain.end_of_day.leg import Leg
from servicing.domain.vouchers import Balance
from tests.support.end_of_day import Night, one_page_a_call
from tests.support.loan_accounts import on
from tests.support.nights import APPLICATIONS, FEW, FIRST_DUE, STEPS, a_night, loans, state
from tests.support.servicing import NOON, NORTH, TODAY, MemoryWorld

BREAKS = {
    "breaks": st.dictionaries(st.integers(0, STEPS - 1), st.integers(0, 5), max_size=6),
    "restart": st.none() | st.integers(0, STEPS - 1),
    "paged": st.booleans(),
}
"""Step → after how many of its writes it dies; the step before which another run begins anew."""
GAPS = {"days": st.integers(1, 60), "closed": st.sets(st.integers(1, 60), max_size=4)}


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
    night = Night(world, partitions=FEW)
    loan_id = night.book(APPLICATIONS[0])
    world.loan_books.times = times  # type: ignore[attr-defined]

    night.run(TODAY)
    night.run(on(1))

    book = world.loan_books.get(NORTH, loan_id)
    assert (book.account.day, book.account.held) == (on(1), times * 100)


def test_a_loan_that_never_stands_still_is_left_to_the_workflow() -> None:
    world = MemoryWorld(books_class=PaidMeanwhile)
    night = Night(world, partitions=FEW)
    night.book(APPLICATIONS[0])
    night.run(TODAY)
    world.loan_books.times = 100  # type: ignore[attr-defined]

    with pytest.raises(StaleVersion):
        night.run(on(1))


def test_an_index_that_is_a_moment_behind_is_not_believed() -> None:
    night = a_night()
    late = night.world.books.loan_books.copy()
    night.run(FIRST_DUE)
    (loan_id, stale), *_ = sorted(late.items())
    real = night.world.loan_books.open_in

    def behind(*given: object, **named: object) -> object:
        page = real(*given, **named)
        return type(page)(books=(stale,), next_after="")

    night.world.loan_books.open_in = behind
    leg = Leg(bank_id=NORTH, day=FIRST_DUE, partition=partition_of(loan_id))
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


@cache
def unbroken() -> object:
    """What a night leaves that nothing happened to."""
    night = a_night()
    night.run(FIRST_DUE)
    return state(night)


def check_breaks(breaks: dict[int, int], restart: int | None, paged: bool) -> None:
    """Let a night break at these places, and compare."""
    broken, time = a_night(), one_page_a_call if paged else None
    for place, step in enumerate(broken.steps(FIRST_DUE, has_time=time)):
        if place == restart:
            break
        crash(step, broken.world, breaks.get(place, 99))
    if restart is not None:
        broken.run(FIRST_DUE, "run-2", has_time=time)

    assert state(broken) == unbroken()


@settings(max_examples=20, deadline=None)
@given(**BREAKS)
def test_a_night_that_breaks_anywhere_ends_like_one_that_never_broke(
    breaks: dict[int, int], restart: int | None, paged: bool
) -> None:
    check_breaks(breaks, restart, paged)


@pytest.mark.full
@settings(max_examples=400, deadline=None)
@given(**BREAKS)
def test_many_nights_that_break_end_like_one_that_never_broke(
    breaks: dict[int, int], restart: int | None, paged: bool
) -> None:
    check_breaks(breaks, restart, paged)


def check_gaps(days: int, closed: set[int]) -> None:
    """A loan whose days pass at once has the books of one whose days pass one by one."""
    daily, late = Night(partitions=FEW), Night(partitions=FEW)
    for night in (daily, late):
        night.book(APPLICATIONS[0])
    for day in range(1, days + 1):
        close_the_loan(daily, day)
    for day in sorted({one for one in closed if one < days} | {days}):
        close_the_loan(late, day)

    books = [night.world.loan_books.get(NORTH, loans(night)[0]) for night in (daily, late)]
    assert books[0].account == books[1].account
    assert held(daily) == held(late)


@settings(max_examples=6, deadline=None)
@given(**GAPS)
def test_a_loan_that_missed_days_comes_to_the_same_as_one_that_missed_none(
    days: int, closed: set[int]
) -> None:
    check_gaps(days, closed)


@pytest.mark.full
@settings(max_examples=100, deadline=None)
@given(**GAPS)
def test_many_loans_that_missed_days_come_to_the_same_as_those_that_missed_none(
    days: int, closed: set[int]
) -> None:
    check_gaps(days, closed)


def held(night: Night) -> dict[str, Balance]:
    """What the bank's ledger holds; an account that came back to nothing is as if untouched."""
    balances = night.world.ledger.balances(NORTH)
    return {code: balance for code, balance in balances.items() if balance != Balance()}


def close_the_loan(night: Night, days: int) -> None:
    """Close a day of the one loan."""
    (loan_id,) = loans(night)
    leg = Leg(bank_id=NORTH, day=on(days), partition=partition_of(loan_id))
    night.close_loans(leg, lambda: True)
