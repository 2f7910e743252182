"""Four hours by a simulated clock: answered in time, paused, escalated, breached, reported."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from puhui.clock import FixedClock
from puhui.errors import Conflict
from servicing.domain.errors import ReportNotValid, WarningNotOpen
from servicing.domain.warning.announcements import raised
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.warning import Measure, WarningState
from servicing.usecases.answer_warning import (
    AcknowledgeWarning,
    CheckDisposal,
    DisposeWarning,
    PauseWarning,
    ProposedDisposal,
    ResumeWarning,
)
from servicing.usecases.report_warnings import ReportWarnings
from servicing.usecases.sweep_warning_clocks import SweepWarningClocks
from tests.support.warnings import (
    NINE,
    NORTH,
    RULES,
    SOUTH,
    TODAY,
    CountedSignals,
    InMemoryWarnings,
    a_warning,
    later,
)

DISPOSAL = ProposedDisposal(measure=Measure.MORE_SECURITY, text="追加担保", documents=("doc-1",))
SWEEP = timedelta(minutes=5)


class Desk:
    """A warning, the people at the desk, and a clock that the test moves."""

    def __init__(self, colour: Colour = Colour.ORANGE) -> None:
        self.clock = FixedClock(NINE)
        self.store = InMemoryWarnings()
        self.signals = CountedSignals()
        made = a_warning(colour)
        self.store.write(made, [raised(made)])
        self.id = made.warning_id
        rest = (self.store, RULES, self.clock, self.signals)
        self.acknowledge = AcknowledgeWarning(*rest)
        self.pause = PauseWarning(*rest)
        self.resume = ResumeWarning(*rest)
        self.dispose = DisposeWarning(*rest)
        self.check = CheckDisposal(*rest)
        self.sweep = SweepWarningClocks(self.store, self.store, self.clock, self.signals)
        self.report = ReportWarnings(self.store, self.clock)

    def wait(self, **span: int) -> None:
        """Time passes, and the sweeper comes by every five minutes."""
        end = self.clock.now() + timedelta(**span)
        while self.clock.now() < end:
            later(self.clock, seconds=int(SWEEP.total_seconds()))
            self.sweep()

    @property
    def told(self) -> list[str]:
        return self.store.names


def test_what_is_answered_within_four_hours_is_in_time() -> None:
    desk = Desk()
    desk.wait(hours=1)
    desk.acknowledge(NORTH, desk.id, "rm-1")
    desk.wait(hours=2, minutes=50)

    done = desk.dispose(NORTH, desk.id, "rm-1", DISPOSAL)

    assert done.state is WarningState.DISPOSED
    assert desk.told == ["WarningRaised", "WarningEscalated", "WarningDisposed"]
    (event,) = [one.event for one in desk.store.told if one.event.name == "WarningDisposed"]
    assert event.model_dump()["in_time"] is True
    _, orange, _ = desk.report(NORTH, TODAY, TODAY)
    assert (orange.in_time, orange.breached, orange.median_minutes) == (1, 0, 230)


def test_four_hours_without_an_answer_are_a_breach_told_once_and_reported() -> None:
    desk = Desk()

    desk.wait(hours=3, minutes=55)
    before = list(desk.told)
    desk.wait(hours=3)

    assert before == ["WarningRaised", "WarningEscalated"]
    assert desk.told == [*before, "WarningOverdue"]
    overdue = desk.store.told[-1].event.model_dump()
    assert overdue["noticed_at"] == overdue["due_at"] == NINE + timedelta(hours=4)
    _, orange, _ = desk.report(NORTH, TODAY, TODAY)
    assert (orange.raised, orange.breached, orange.running) == (1, 1, 0)


def test_a_late_answer_is_late_even_when_no_sweeper_came_by() -> None:
    desk = Desk()
    desk.acknowledge(NORTH, desk.id, "rm-1")
    later(desk.clock, hours=5)

    desk.dispose(NORTH, desk.id, "rm-1", DISPOSAL)

    assert desk.told == ["WarningRaised", "WarningEscalated", "WarningOverdue", "WarningDisposed"]
    event = desk.store.told[-1].event.model_dump()
    assert (event["in_time"], event["used_seconds"]) == (False, 5 * 3600)
    assert desk.signals.breached == 1


def test_a_pause_with_its_reason_gives_the_time_back() -> None:
    desk = Desk()
    desk.acknowledge(NORTH, desk.id, "rm-1")
    desk.wait(hours=1)
    desk.pause(NORTH, desk.id, "rm-1", "等待客户补充合同")
    desk.wait(hours=10)
    paused = desk.told[:]
    desk.resume(NORTH, desk.id)
    desk.wait(hours=2, minutes=55)
    kept = desk.dispose(NORTH, desk.id, "rm-1", DISPOSAL)

    assert paused == ["WarningRaised"]
    assert desk.told == ["WarningRaised", "WarningEscalated", "WarningDisposed"]
    assert [one.reason for one in kept.clock.pauses] == ["等待客户补充合同"]
    _, orange, _ = desk.report(NORTH, TODAY, TODAY)
    assert (orange.in_time, orange.paused, orange.median_minutes) == (1, 1, 235)


def test_a_pause_beyond_its_allowance_breaches_in_the_end() -> None:
    desk = Desk()
    desk.acknowledge(NORTH, desk.id, "rm-1")
    desk.pause(NORTH, desk.id, "rm-1", "等待客户补充合同")

    desk.wait(hours=27, minutes=55)
    before = "WarningOverdue" in desk.told
    desk.wait(minutes=5)

    assert (before, desk.told[-1]) == (False, "WarningOverdue")


def test_a_red_one_is_answered_when_the_maker_has_said_what_is_done() -> None:
    desk = Desk(Colour.RED)
    desk.acknowledge(NORTH, desk.id, "rm-1")
    desk.dispose(NORTH, desk.id, "rm-1", DISPOSAL)
    desk.wait(hours=9)

    done = desk.check(NORTH, desk.id, "boss", agreed=True, text="同意")

    assert done.state is WarningState.DISPOSED
    assert desk.told == ["WarningRaised", "WarningDisposed"]


def test_a_refused_disposal_goes_on_and_may_breach() -> None:
    desk = Desk(Colour.RED)
    desk.acknowledge(NORTH, desk.id, "rm-1")
    desk.dispose(NORTH, desk.id, "rm-1", DISPOSAL)
    desk.wait(hours=5)

    desk.check(NORTH, desk.id, "boss", agreed=False, text="措施不足")
    desk.wait(minutes=5)

    assert desk.told == ["WarningRaised", "WarningEscalated", "WarningOverdue"]


def test_the_sweeper_counts_by_bank_what_it_did() -> None:
    desk = Desk()
    later(desk.clock, hours=9)

    (north,) = desk.sweep()
    again = desk.sweep()

    assert (north.bank_id, north.escalated, north.breached, again) == (NORTH, 1, 1, ())


def test_taking_it_twice_changes_nothing() -> None:
    desk = Desk()

    first = desk.acknowledge(NORTH, desk.id, "rm-1")
    again = desk.acknowledge(NORTH, desk.id, "rm-1")

    assert again.acknowledged_at == first.acknowledged_at
    with pytest.raises(WarningNotOpen):
        desk.check(NORTH, desk.id, "boss", agreed=True, text="同意")


def test_another_banks_warnings_are_not_in_the_report() -> None:
    desk = Desk()

    assert [line.raised for line in desk.report(SOUTH, TODAY, TODAY)] == [0, 0, 0]


@pytest.mark.parametrize("days", [-1, 400])
def test_a_report_over_senseless_days_is_refused(days: int) -> None:
    with pytest.raises(ReportNotValid):
        Desk().report(NORTH, TODAY, TODAY + timedelta(days=days))


@pytest.mark.parametrize("seed", range(200))
def test_whatever_clocks_say_and_in_whatever_order_people_act_promises_hold(seed: int) -> None:
    """FLT23: every actor's clock is up to ten minutes off, in either direction, at each act."""
    chance = random.Random(seed)
    desk = Desk(chance.choice([Colour.YELLOW, Colour.RED]))
    true: datetime = NINE
    for _ in range(60):
        true += timedelta(minutes=chance.randint(0, 15))
        desk.clock = FixedClock(true + timedelta(seconds=chance.randint(-600, 600)))
        _act(desk, chance)

    warning = desk.store.get(NORTH, desk.id)
    told = desk.told
    assert told.count("WarningOverdue") == desk.signals.breached <= 1
    assert told.count("WarningEscalated") <= 1
    assert told.count("WarningDisposed") == warning.is_closed
    assert ("WarningOverdue" in told) == (warning.clock.breached_at is not None)
    overdue = [one.event for one in desk.store.told if one.event.name == "WarningOverdue"]
    for event in overdue:
        assert event.model_dump()["noticed_at"] >= NINE + timedelta(hours=4)
    assert (
        warning.clock.breached_at
        or true < NINE + timedelta(hours=3, minutes=50)
        or (warning.clock.pauses or warning.clock.answered_at)
    )


def _act(desk: Desk, chance: random.Random) -> None:
    rest = (desk.store, RULES, desk.clock, desk.signals)
    acts = [
        lambda: AcknowledgeWarning(*rest)(NORTH, desk.id, "rm-1"),
        lambda: PauseWarning(*rest)(NORTH, desk.id, "rm-1", "等待资料"),
        lambda: ResumeWarning(*rest)(NORTH, desk.id),
        lambda: DisposeWarning(*rest)(NORTH, desk.id, "rm-1", DISPOSAL),
        lambda: CheckDisposal(*rest)(
            NORTH, desk.id, "boss", agreed=chance.random() < 0.5, text="复核"
        ),
        lambda: SweepWarningClocks(desk.store, desk.store, desk.clock, desk.signals)(),
        lambda: SweepWarningClocks(desk.store, desk.store, desk.clock, desk.signals)(),
    ]
    weights = [3, 1, 1, 1, 1, 6, 6]
    try:
        chance.choices(acts, weights)[0]()
    except Conflict:
        return
