"""Four hours by a simulated clock: answered in time, paused, escalated, breached, reported."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicing.domain.errors import ReportNotValid, WarningNotOpen
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.warning import WarningState
from tests.support.warning_desk import DISPOSAL, Desk
from tests.support.warnings import NINE, NORTH, SOUTH, TODAY, later


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
