"""The schedule's look at all banks: what it starts, what it tells of, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest

from puhui.clock import FixedBusinessCalendar, FixedClock
from puhui.tenancy import BankId
from servicing.domain.account.position import LoanPosition
from servicing.domain.classification.errors import DebtorNotFound
from servicing.domain.end_of_day.business_day import DEFAULT_TIMES, Failure
from servicing.domain.end_of_day.errors import DayNotBegun
from servicing.end_of_day_ports import Assessment
from servicing.usecases.assess_debtors import AssessDebtors
from servicing.usecases.classify_debtor import ClassifyDebtorCommand
from servicing.usecases.open_closing import OpenClosing
from servicing.usecases.read_business_day import ReadBusinessDay
from servicing.usecases.start_end_of_days import StartEndOfDays
from tests.support.end_of_day import InMemoryBusinessDays
from tests.support.loan_accounts import a_book
from tests.support.servicing import NOON, NORTH, SOUTH, TODAY

START = DEFAULT_TIMES.start_of(TODAY)
LATE = DEFAULT_TIMES.late_of(TODAY)
STOPPED = (Failure(station="close_loans", partition=0, error="States.Timeout"),)


@dataclass
class KeptRuns:
    """Executions, by what they were started for."""

    started: list[tuple[BankId, date, int]] = field(default_factory=list)
    instants: list[datetime] = field(default_factory=list)

    def start(self, bank_id: BankId, day: date, attempt: int, at: datetime) -> None:
        """Remember it."""
        self.started.append((bank_id, day, attempt))
        self.instants.append(at)


@dataclass
class TwoBanks:
    """Both have loans."""

    def banks(self) -> Sequence[BankId]:
        """North and south."""
        return [NORTH, SOUTH]


class Schedule:
    """The schedule's function, and a clock to move."""

    def __init__(self, *, automatic: bool = True) -> None:
        self.clock, self.days, self.runs = FixedClock(NOON), InMemoryBusinessDays(), KeptRuns()
        self.read = ReadBusinessDay(self.days, FixedBusinessCalendar(TODAY))
        self.look = StartEndOfDays(
            TwoBanks(), self.days, self.read, self.runs, self.clock, automatic
        )

    def at(self, moment: object) -> Schedule:
        """The same at another time."""
        self.clock.advance(moment - self.clock.now())  # type: ignore[operator]
        return self


def test_by_day_nothing_starts_but_each_bank_has_its_day_from_then_on() -> None:
    schedule = Schedule()

    found = schedule.look()

    assert (list(found.started), list(found.late)) == ([], [])
    assert [schedule.days.get(bank).day for bank in (NORTH, SOUTH)] == [TODAY, TODAY]


def test_after_midnight_every_bank_is_started_once() -> None:
    schedule = Schedule().at(START)

    schedule.look()

    assert schedule.runs.started == [(NORTH, TODAY, 1), (SOUTH, TODAY, 1)]


def test_a_bank_that_runs_is_left_alone_and_one_that_stopped_gets_another_attempt() -> None:
    schedule = Schedule().at(START)
    schedule.look()
    for bank in (NORTH, SOUTH):
        schedule.days.save(schedule.days.get(bank).begin(TODAY, "run-1", START))
    schedule.days.save(schedule.days.get(SOUTH).fail(TODAY, "run-1", STOPPED))
    schedule.runs.started.clear()

    schedule.look()

    assert schedule.runs.started == [(SOUTH, TODAY, 2)]


def test_a_look_that_comes_twice_starts_the_same_execution() -> None:
    schedule = Schedule().at(START)
    schedule.look()
    schedule.at(START + timedelta(seconds=20)).look()

    assert set(schedule.runs.instants) == {START}


def test_an_attempt_that_could_not_even_be_opened_is_started_under_another_name() -> None:
    schedule = Schedule().at(START)
    schedule.look()
    schedule.at(START + timedelta(minutes=15)).look()

    assert schedule.runs.started[:2] == schedule.runs.started[2:]
    assert set(schedule.runs.instants) == {START, START + timedelta(minutes=15)}


def test_at_six_in_the_morning_a_day_that_is_open_is_told_of() -> None:
    assert list(Schedule().at(LATE).look().late) == [NORTH, SOUTH]


def test_where_operators_set_the_date_nothing_is_started_or_late() -> None:
    schedule = Schedule(automatic=False).at(LATE)

    found = schedule.look()

    assert (list(found.started), list(found.late), schedule.runs.started) == ([], [], [])


def test_a_day_that_has_not_begun_in_china_is_not_opened_for_closing() -> None:
    schedule = Schedule()
    opening = OpenClosing(schedule.days, schedule.read, schedule.clock)

    with pytest.raises(DayNotBegun):
        opening(NORTH, TODAY, "run-1", TODAY - timedelta(days=1))

    assert schedule.days.days == {}


def test_a_debtor_whose_last_loan_ended_a_moment_ago_is_left_out() -> None:
    asked: list[str] = []

    def classify(command: ClassifyDebtorCommand) -> object:
        asked.append(command.debtor_id)
        raise DebtorNotFound

    position: LoanPosition = a_book().position
    other = replace(position, loan_id="loan-2")
    assess = AssessDebtors(classify)  # type: ignore[arg-type]

    found: Mapping[str, Assessment] = assess.assess(NORTH, TODAY, [position, other])

    assert (found, asked) == ({}, [position.customer_id])
