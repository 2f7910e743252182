"""Every AWS call of an end of day fails in every way; the night runs again and ends the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from puhui.dynamodb import bind_table
from puhui.errors import StaleVersion, UpstreamUnavailable
from servicing.adapters.commit import Committer
from servicing.adapters.dynamo_end_of_day import DynamoBusinessDays, DynamoDayReports
from servicing.adapters.end_of_day_rows import END_OF_DAY_ROWS
from servicing.adapters.rows import partition_of
from servicing.domain.end_of_day.business_day import BusinessDay
from servicing.domain.invariants import check_invariants
from servicing.domain.loan import loan_id_of
from tests.support.aws_faults import FAULTS, Fault, Killed, TableCalls
from tests.support.end_of_day import ByDaysOverdue, Night
from tests.support.loan_accounts import on
from tests.support.servicing import NORTH, TABLE, table_world

DUE = on(31)
APPLICATION = next(
    name
    for name in (f"app-{number}" for number in range(1_000))
    if partition_of(loan_id_of(f"dsb-{name}")) == 0
)
"""A loan of the first partition: the bank of these tests has one."""
CALLS = [
    "GetItem", "TransactWriteItems",                                    # open the closing
    "Query", "TransactWriteItems",                                      # close loans
    "Query", "Query", "Query", "TransactWriteItems",                    # debits, classify loans
    "Query",                                                            # watch loans
    "TransactWriteItems",                                               # report partition
    "GetItem", "BatchGetItem", "Query", "GetItem", "TransactWriteItems",  # close the day
]  # fmt: skip
SWEEP = [(number, fault) for number in range(len(CALLS)) for fault in FAULTS]


@contextmanager
def a_night() -> Iterator[Night]:
    """One loan on the table, and the bank's day on its first due day."""
    with table_world() as world:
        bind_table(TABLE, *END_OF_DAY_ROWS)
        commit = Committer(pause=lambda _: None)
        days = DynamoBusinessDays(world.clock, commit)
        night = Night(
            world,
            days=days,
            reports=DynamoDayReports(commit),
            assessments=ByDaysOverdue(),
            partitions=1,
        )
        night.book(APPLICATION)
        days.save(BusinessDay(bank_id=NORTH, day=DUE))
        yield night


def left_behind(night: Night) -> Sequence[Any]:
    """Everything that a night leaves behind, but who did it."""
    books = night.world.snapshot()
    ended = night.reports.get(NORTH, DUE)
    day = night.days.get(NORTH)
    return (
        [(book.account, book.events) for book in books.books],
        dict(books.book),
        sorted(event.event_id for event in night.world.events()),
        (ended.tally, ended.ended),
        (day.day, day.state),
        night.watches.seen,
        night.rail.debits,
    )


@pytest.fixture(scope="module")
def whole() -> Sequence[Any]:
    """What a night leaves behind that nothing happened to."""
    with a_night() as night:
        night.run(DUE)
        return left_behind(night)


def test_a_night_makes_the_calls_that_it_says() -> None:
    with a_night() as night, TableCalls().watched() as calls:
        night.run(DUE)

    assert calls.operations == CALLS


@pytest.mark.parametrize(
    ("number", "fault"), SWEEP, ids=[f"call{number}-{fault.__name__}" for number, fault in SWEEP]
)
def test_a_night_that_broke_at_any_call_is_started_again_to_the_same_end(
    whole: Sequence[Any], number: int, fault: Fault
) -> None:
    with a_night() as night, TableCalls().watched() as calls:
        calls.plan({number: fault})
        try:
            night.run(DUE, "run-1")
        except (Killed, UpstreamUnavailable, StaleVersion):
            night.run(DUE, "run-2") if not _closed(night) else None

        assert left_behind(night) == whole
        assert check_invariants(night.world.snapshot()) == ()


def _closed(night: Night) -> bool:
    """Whether the last write took effect before its answer was lost: the machine then stops."""
    return night.days.get(NORTH).is_over(DUE)
