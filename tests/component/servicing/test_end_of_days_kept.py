"""Business days and reports are kept alike in memory and on the table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from puhui.dynamodb import bind_table
from puhui.errors import StaleVersion
from servicing.adapters.dynamo_end_of_day import DynamoBusinessDays, DynamoDayReports
from servicing.adapters.end_of_day_rows import END_OF_DAY_ROWS
from servicing.domain.end_of_day.business_day import BusinessDay, Failure
from servicing.domain.end_of_day.errors import BankWithoutDay, EndOfDayNotFound
from servicing.domain.end_of_day.report import EndOfDay, PartitionReport
from servicing.domain.end_of_day.tally import DayTally
from tests.support.end_of_day import InMemoryBusinessDays, InMemoryDayReports
from tests.support.servicing import NOON, NORTH, SOUTH, TABLE, TODAY, table_world

A_DAY = BusinessDay(bank_id=NORTH, day=TODAY)
STOPPED = (Failure(station="close_the_day", partition=None, error="BooksUnbalanced"),)
ENDED = EndOfDay(
    bank_id=NORTH,
    day=TODAY,
    run_id="run-1",
    attempts=2,
    closed_at=NOON,
    tally=DayTally(loans=3, principal_fen=5),
    ended=None,
)


@pytest.fixture(params=["memory", "table"])
def kept(request: pytest.FixtureRequest) -> Iterator[tuple[Any, Any]]:
    """Days and their reports."""
    if request.param == "memory":
        days = InMemoryBusinessDays()
        yield days, InMemoryDayReports(days)
        return
    with table_world() as world:
        bind_table(TABLE, *END_OF_DAY_ROWS)
        yield DynamoBusinessDays(world.clock), DynamoDayReports()


def test_a_bank_without_loans_has_no_day_of_its_own(kept: tuple[Any, Any]) -> None:
    with pytest.raises(BankWithoutDay):
        kept[0].get(NORTH)


def test_a_day_comes_back_as_it_was_kept(kept: tuple[Any, Any]) -> None:
    days, _ = kept
    days.save(A_DAY)
    days.save(days.get(NORTH).begin(TODAY, "run-1", NOON).fail(TODAY, "run-1", STOPPED))

    found = days.get(NORTH)

    assert (found.run_id, found.attempt, found.closing_since) == ("run-1", 1, NOON)
    assert (found.failures, found.version) == (STOPPED, 2)


def test_a_first_day_is_kept_once(kept: tuple[Any, Any]) -> None:
    days, _ = kept
    days.save(A_DAY)

    with pytest.raises(StaleVersion):
        days.save(A_DAY)


def test_a_day_replaces_only_the_version_that_was_read(kept: tuple[Any, Any]) -> None:
    days, _ = kept
    days.save(A_DAY)
    read = days.get(NORTH)
    days.save(read.begin(TODAY, "run-1", NOON))

    with pytest.raises(StaleVersion):
        days.save(read.begin(TODAY, "run-2", NOON))


def test_a_closed_day_has_its_report_and_the_next_is_open(kept: tuple[Any, Any]) -> None:
    days, reports = kept
    days.save(A_DAY)
    days.save(days.get(NORTH).begin(TODAY, "run-1", NOON))

    days.close(days.get(NORTH).close(TODAY), ENDED)

    assert reports.get(NORTH, TODAY) == ENDED
    assert days.get(NORTH) == BusinessDay(bank_id=NORTH, day=TODAY + timedelta(days=1), version=3)


def test_a_day_that_moved_on_is_not_closed_again(kept: tuple[Any, Any]) -> None:
    days, reports = kept
    days.save(A_DAY)
    days.save(days.get(NORTH).begin(TODAY, "run-1", NOON))
    stale = days.get(NORTH).close(TODAY)
    days.save(days.get(NORTH).begin(TODAY, "run-2", NOON))

    with pytest.raises(StaleVersion):
        days.close(stale, ENDED)

    with pytest.raises(EndOfDayNotFound):
        reports.get(NORTH, TODAY)


def test_a_partition_reports_once_however_often_it_is_kept(kept: tuple[Any, Any]) -> None:
    _, reports = kept
    for loans in (1, 2):
        tally = DayTally(loans=loans)
        reports.keep(NORTH, TODAY, PartitionReport(partition=7, tally=tally))

    found = reports.partitions(NORTH, TODAY)

    assert [(number, one.tally.loans) for number, one in found.items()] == [(7, 2)]


def test_what_one_bank_reports_no_other_sees(kept: tuple[Any, Any]) -> None:
    _, reports = kept
    reports.keep(NORTH, TODAY, PartitionReport(partition=7, tally=DayTally()))

    assert reports.partitions(SOUTH, TODAY) == {}
    assert reports.partitions(NORTH, TODAY + timedelta(days=1)) == {}
