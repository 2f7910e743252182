"""The business day: one day at a time, never back, closed once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import servicing
from puhui.clock import FixedBusinessCalendar
from puhui.tenancy import BankId
from servicing.domain.end_of_day.business_day import (
    DEFAULT_TIMES,
    RUN_LIMIT,
    BusinessDay,
    DayState,
    Failure,
    check_begun,
    run_name,
)
from servicing.domain.end_of_day.errors import DayNotBegun, DayNotClosing, DayNotInTurn
from servicing.usecases.read_business_day import BookedCalendar, ReadBusinessDay
from tests.support.end_of_day import InMemoryBusinessDays
from tests.support.servicing import NOON, NORTH, SOUTH, TODAY

STOPPED = (Failure(station="close_loans", partition=7, error="States.Timeout"),)
TOMORROW = TODAY + timedelta(days=1)
START = DEFAULT_TIMES.start_of(TODAY)


def a_day(**changes: object) -> BusinessDay:
    """1 March 2020 of the north bank, open."""
    return BusinessDay(bank_id=NORTH, day=TODAY, **changes)  # type: ignore[arg-type]


def a_closing(run_id: str = "run-1") -> BusinessDay:
    """The same, being closed."""
    return a_day().begin(TODAY, run_id, NOON)


def test_a_closed_day_opens_the_next() -> None:
    opened = a_closing().close(TODAY)

    assert opened == BusinessDay(bank_id=NORTH, day=TOMORROW)


@given(st.integers(1, 400))
def test_no_day_is_closed_before_the_one_before_it(ahead: int) -> None:
    with pytest.raises(DayNotInTurn):
        a_day().begin(TODAY + timedelta(days=ahead), "run-1", NOON)


def test_a_day_that_was_not_opened_for_closing_is_not_closed() -> None:
    with pytest.raises(DayNotClosing):
        a_day().close(TODAY)


@given(st.integers(-400, 400).filter(bool))
def test_a_closing_closes_its_own_day_only(away: int) -> None:
    with pytest.raises(DayNotClosing):
        a_closing().close(TODAY + timedelta(days=away))


def test_a_run_that_begins_twice_is_one_attempt() -> None:
    assert a_closing().begin(TODAY, "run-1", NOON) == a_closing()


def test_another_run_takes_the_closing_over() -> None:
    taken = a_closing().begin(TODAY, "run-2", NOON)

    assert (taken.run_id, taken.attempt, taken.state) == ("run-2", 2, DayState.CLOSING)


def test_a_failure_is_kept_until_the_next_attempt() -> None:
    failed = a_closing().fail(TODAY, "run-1", STOPPED)

    assert failed.failures == STOPPED
    assert failed.begin(TODAY, "run-1", NOON).failures == ()


@pytest.mark.parametrize(("day", "run"), [(TODAY, "run-1"), (TOMORROW, "run-2")])
def test_a_run_that_was_taken_over_says_nothing_any_more(day: date, run: str) -> None:
    taken = a_closing().begin(TODAY, "run-2", NOON)

    assert taken.fail(day, run, STOPPED) == taken


def test_the_end_of_a_day_starts_half_an_hour_after_its_midnight_in_china() -> None:
    assert START.isoformat() == "2020-03-02T00:30:00+08:00"
    assert not a_day().is_due(START - timedelta(seconds=1), DEFAULT_TIMES)
    assert a_day().is_due(START, DEFAULT_TIMES)


def test_a_day_that_is_being_closed_is_not_started_again_until_its_run_is_dead() -> None:
    closing = a_day().begin(TODAY, "run-1", START)

    assert not closing.is_due(START + RUN_LIMIT, DEFAULT_TIMES)
    assert closing.is_due(START + RUN_LIMIT + timedelta(seconds=1), DEFAULT_TIMES)


def test_a_failed_day_is_started_again_by_itself() -> None:
    failed = a_day().begin(TODAY, "run-1", START).fail(TODAY, "run-1", STOPPED)

    assert failed.is_due(START, DEFAULT_TIMES)


def test_a_day_is_late_from_six_in_the_morning_however_far_its_run_is() -> None:
    six = DEFAULT_TIMES.late_of(TODAY)

    assert six.isoformat() == "2020-03-02T06:00:00+08:00"
    assert not a_closing().is_late(six - timedelta(seconds=1), DEFAULT_TIMES)
    assert a_closing().is_late(six, DEFAULT_TIMES)


def test_a_day_that_has_not_begun_is_refused() -> None:
    check_begun(TODAY, TODAY)

    with pytest.raises(DayNotBegun):
        check_begun(TOMORROW, TODAY)


def test_every_question_of_the_day_names_the_bank() -> None:
    """A question without one gets the configured date, which no end of day moves."""
    sources = Path(servicing.__file__).parent.rglob("*.py")
    forgetful = [path.name for path in sources if "calendar.today()" in path.read_text()]

    assert forgetful == []


def test_a_bank_follows_its_own_day_and_another_the_configured_one() -> None:
    days = InMemoryBusinessDays()
    days.save(BusinessDay(bank_id=NORTH, day=TOMORROW))
    calendar = BookedCalendar(ReadBusinessDay(days, FixedBusinessCalendar(TODAY)))

    assert (calendar.today(NORTH), calendar.today(SOUTH)) == (TOMORROW, TODAY)
    assert calendar.today() == TODAY


def test_an_attempt_names_its_execution_by_chinas_time() -> None:
    at = datetime(2020, 3, 1, 16, 30, tzinfo=UTC)

    assert run_name(NORTH, TODAY, 3, at) == "eod-north-2020-03-01-3-20200302T003000"


def test_the_longest_name_of_an_execution_is_one_that_aws_takes() -> None:
    longest = BankId("b" * 32)

    assert len(run_name(longest, TODAY, 9_999, START)) <= 80
