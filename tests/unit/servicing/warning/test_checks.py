"""The check plan of a loan's life, and recording what was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.simulation.in_memory_warnings import InMemoryChecks, InMemoryWarnings, InMemoryWatches
from puhui.clock import FixedClock
from puhui.tenancy import BankId
from servicing.domain.checks.plan import (
    CheckKind,
    CheckRecord,
    CheckState,
    PlannedCheck,
    changed,
    check_plan,
    replanned,
    with_trigger,
)
from servicing.domain.errors import CheckAlreadyDone, CheckNotFound
from servicing.domain.warning.colour import Colour
from servicing.usecases.raise_findings import RaiseFindings
from servicing.usecases.record_check import RecordCheck
from tests.support.warnings import DECIDED, NINE, NORTH, RULES, TODAY, a_watch

MATURES = date(2027, 8, 1)
PLAN = check_plan(DECIDED, MATURES)
days = st.integers(0, 360).map(lambda number: DECIDED + timedelta(days=number))


class Today:
    """A calendar that stands still."""

    def __init__(self, day: date = TODAY) -> None:
        self.day = day

    def today(self, bank_id: BankId | None = None) -> date:
        """The day."""
        return self.day


def regular(plan: Any) -> list[date]:
    return [
        one.due_on
        for one in plan
        if one.kind is CheckKind.PERIODIC and one.state is CheckState.PLANNED
    ]


# --- the plan -----------------------------------------------------------------------------------


def test_a_years_plan_is_first_quarterly_and_before_maturity() -> None:
    assert [(one.due_on.isoformat(), one.kind.value) for one in PLAN] == [
        ("2026-08-16", "first"),
        ("2026-11-01", "periodic"),
        ("2027-02-01", "periodic"),
        ("2027-05-01", "periodic"),
        ("2027-06-02", "before_maturity"),
    ]


@pytest.mark.parametrize(
    ("colour", "first"),
    [
        (Colour.NONE, ["2026-12-01", "2027-03-01", "2027-06-01"]),
        (Colour.YELLOW, ["2026-11-01", "2027-01-01", "2027-03-01"]),
        (Colour.ORANGE, ["2026-10-01", "2026-11-01", "2026-12-01"]),
    ],
)
def test_the_class_sets_the_rhythm(colour: Colour, first: list[str]) -> None:
    plan = replanned(PLAN, colour, TODAY, MATURES)

    assert [day.isoformat() for day in regular(plan)][:3] == first


@given(days, st.lists(st.sampled_from(Colour), min_size=1, max_size=4))
def test_what_is_due_or_of_another_kind_never_moves(today: date, colours: list[Colour]) -> None:
    plan = PLAN
    for colour in colours:
        plan = replanned(plan, colour, today, MATURES)

    kept = [one for one in PLAN if one.due_on <= today or one.kind is not CheckKind.PERIODIC]
    assert all(one in plan and one.state is CheckState.PLANNED for one in kept)
    assert len({one.key for one in plan}) == len(plan)
    assert list(plan) == sorted(plan)
    assert set(regular(plan)) >= {one.due_on for one in kept if one.kind is CheckKind.PERIODIC}


@given(days, st.sampled_from(Colour))
def test_planning_twice_is_planning_once(today: date, colour: Colour) -> None:
    once = replanned(PLAN, colour, today, MATURES)

    assert changed(once, replanned(once, colour, today, MATURES)) == ()


def test_a_rhythm_that_comes_back_takes_its_checks_up_again() -> None:
    dense = replanned(PLAN, Colour.RED, TODAY, MATURES)
    calm = replanned(dense, Colour.YELLOW, TODAY, MATURES)

    assert regular(replanned(calm, Colour.RED, TODAY, MATURES)) == regular(dense)


def test_one_check_on_the_spot_is_enough_for_a_day() -> None:
    once = with_trigger(PLAN, TODAY, "warning-1")

    assert with_trigger(once, TODAY, "warning-2") == once
    (trigger,) = changed(PLAN, once)
    assert (trigger.kind, trigger.because) == (CheckKind.TRIGGER, "warning-1")


def test_a_check_is_overdue_from_the_day_after() -> None:
    check = PlannedCheck(due_on=TODAY, kind=CheckKind.FIRST)

    assert (check.days_overdue(TODAY), check.days_overdue(TODAY + timedelta(days=3))) == (0, 3)


# --- the record ---------------------------------------------------------------------------------


@dataclass
class Desk:
    """A loan with its plan."""

    checks: InMemoryChecks = field(default_factory=InMemoryChecks)
    watches: InMemoryWatches = field(default_factory=InMemoryWatches)
    warnings: InMemoryWarnings = field(default_factory=InMemoryWarnings)
    today: date = TODAY

    def __post_init__(self) -> None:
        self.watches.save(a_watch(next_on=TODAY + timedelta(days=30)))
        self.checks.write(NORTH, "loan-1", "b1", PLAN)

    def record(self, check: PlannedCheck = PLAN[0], **changes: Any) -> PlannedCheck:
        values: dict[str, Any] = {
            "done_on": TODAY,
            "done_by": "rm-1",
            "colour": Colour.NONE,
            "findings": "经营正常，用途与合同一致",
        }
        rising = RaiseFindings(self.warnings, self.checks, RULES, FixedClock(NINE))
        use = RecordCheck(self.checks, self.watches, rising, Today(self.today))
        record = CheckRecord(**values | changes)
        return use(NORTH, "loan-1", check.due_on, check.kind, record)


def test_a_check_is_recorded_once_and_again_is_the_same() -> None:
    desk = Desk()

    first = desk.record()

    assert first.state is CheckState.DONE
    assert desk.record() == first
    with pytest.raises(CheckAlreadyDone):
        desk.record(findings="另一个结论")


def test_what_is_not_planned_is_not_recorded() -> None:
    with pytest.raises(CheckNotFound):
        Desk().record(PlannedCheck(due_on=TODAY, kind=CheckKind.FIRST))


def test_a_bad_finding_is_a_warning_and_an_earlier_look() -> None:
    desk = Desk()

    desk.record(colour=Colour.ORANGE, findings="仓库已清空")
    desk.record(colour=Colour.ORANGE, findings="仓库已清空")

    (warning,) = desk.warnings.stored.values()
    assert (warning.signal, warning.colour) == ("REL_CHECK_FINDING", Colour.ORANGE)
    assert warning.seen[0].evidence[0].text == "仓库已清空"
    assert desk.warnings.names == ["WarningRaised"]
    watch = desk.watches.get(NORTH, "loan-1")
    assert (watch.colour, watch.next_on) == (Colour.ORANGE, TODAY + timedelta(days=7))


def test_when_the_last_regular_check_is_made_a_long_plan_goes_on() -> None:
    desk = Desk(today=date(2027, 5, 1))
    watch = desk.watches.get(NORTH, "loan-1")
    desk.watches.save(a_watch(matures_on=date(2031, 8, 1), version=watch.version))
    for check in PLAN[1:3]:
        desk.record(check)

    desk.record(PLAN[3])

    ahead = regular(desk.checks.of_loan(NORTH, "loan-1"))
    assert (ahead[0], ahead[-1]) == (date(2027, 8, 1), date(2031, 5, 1))
