"""Five loans of 1 March and the nights that pass over them, in four partitions instead of 64.

night = a_night()
night.run(FIRST_DUE)
assert night.days.get(NORTH).day > FIRST_DUE
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count, islice
from typing import Final

from puhui.money import Money
from servicing.adapters.rows import partition_of
from servicing.domain.account.book import Entered
from servicing.domain.account.events import Repayment
from servicing.domain.end_of_day.business_day import BusinessDay
from servicing.domain.loan import loan_id_of
from tests.support.end_of_day import ByDaysOverdue, Night
from tests.support.loan_accounts import on
from tests.support.servicing import NOON, NORTH

FIRST_DUE: Final = on(31)
FEW: Final = 4
"""A night of 64 partitions walks through sixty that are empty."""
STEPS: Final = 2 * FEW + 2
"""The opening, each partition closed, each assessed, the closing."""


def within(partitions: int, loans: int) -> list[str]:
    """So many applications whose loans fall into the first partitions."""
    named = (f"app-{number}" for number in count())
    fitting = (one for one in named if partition_of(loan_id_of(f"dsb-{one}")) < partitions)
    return list(islice(fitting, loans))


APPLICATIONS: Final = within(FEW, 6)
LATER: Final = APPLICATIONS.pop()
"""One more, for a loan that is booked on a later day."""


def a_night(*, by_model: bool = True) -> Night:
    """Five loans of 1 March, and the bank's day on the first due day."""
    night = Night(assessments=ByDaysOverdue(by_model=by_model), partitions=FEW)
    for application in APPLICATIONS:
        night.book(application)
    night.days.save(night.read_business_day(NORTH))
    night.days.save(replace(night.days.get(NORTH), day=FIRST_DUE))
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
    day: BusinessDay = night.days.get(NORTH)
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
