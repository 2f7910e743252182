"""The nightly monitoring: what it does for each bank, and that no failure is silent or spreads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.faults import ALWAYS, Fault
from tests.support.monitoring_walk import MonitoringWalk, deciding, drifted, monitoring

BROKEN = Fault(error_type="SomethingBroke")
STEPS = ("collect-scores", "measure-model", "raise-drift-alarm")


@pytest.fixture
def walk(_one_cloud: MonitoringWalk) -> Iterator[MonitoringWalk]:
    """One deployment; faults of one test never reach the next, nor do kept reports."""
    _one_cloud.cloud.faults.clear()
    _one_cloud.dead_letters()
    _one_cloud.forget()
    yield _one_cloud
    _one_cloud.cloud.faults.clear()


@pytest.fixture(scope="module")
def _one_cloud() -> Iterator[MonitoringWalk]:
    with monitoring() as made:
        yield made


def test_a_night_collects_measures_and_finishes(walk: MonitoringWalk) -> None:
    decision = walk.decide("north", "app-1")

    night = walk.run_night()

    report = walk.report("north")
    assert (night["status"], night["states"][-1]) == ("SUCCEEDED", "Monitoring finished")
    assert (report["count"], report["decided"]) == (1, 1)
    assert report["gaps"]["days_missing"] == 21
    assert report["rates"][-1]["approved"] == int(decision.result.verdict == "approve")
    assert (walk.events(), walk.dead_letters()) == ([], [])


def test_a_model_that_drifts_is_told_to_everyone_once(walk: MonitoringWalk) -> None:
    walk.decide("north", "app-1")
    walk.remember("north", drifted(150))

    first, second = walk.run_night(), walk.run_night(walk.yesterday)

    (event,) = walk.events()
    assert {first["status"], second["status"]} == {"SUCCEEDED"}
    assert "Raise drift alarm" in first["states"]
    assert (event["bank_id"], event["data"]["level"]) == ("north", "red")
    assert event["data"]["measured_on"] == walk.yesterday.isoformat()
    assert any(name.endswith("stream-to-events") for name, _ in walk.cloud.invocations)


def test_a_second_run_of_a_night_changes_nothing(walk: MonitoringWalk) -> None:
    walk.decide("north", "app-1")
    walk.run_night()
    before = walk.report("north")
    walk.decide("north", "app-2")

    walk.run_night(walk.yesterday)

    assert walk.report("north") == before


@pytest.mark.parametrize(
    "step", [pytest.param(one, marks=[pytest.mark.full] * (one != STEPS[1])) for one in STEPS]
)
def test_what_fails_for_one_bank_stops_no_other_and_is_kept(
    walk: MonitoringWalk, step: str
) -> None:
    for bank in ("north", "south"):
        walk.decide(bank, "app-1")
        walk.remember(bank, drifted(150))
    walk.cloud.faults.on_function(
        step,
        BROKEN,
        times=ALWAYS,
        when=lambda event: event["bank_id"] == "north" and deciding(event),
    )

    night = walk.run_night()

    (letter,) = walk.dead_letters()
    (failure,) = letter["failures"]
    assert (night["status"], night["error"]) == ("FAILED", "MonitoringFailed")
    assert (failure["bank_id"], failure["error"]) == ("north", "SomethingBroke")
    assert failure["station"] == step.replace("-", "_")
    assert [one["bank_id"] for one in walk.events()] == (
        ["north", "south"] if step == "collect-scores" else ["south"]
    )


def test_a_bank_whose_day_was_not_collected_is_measured_and_says_so(walk: MonitoringWalk) -> None:
    walk.decide("north", "app-1")
    walk.remember("north", drifted(5))
    walk.cloud.faults.on_function("collect-scores", BROKEN, times=ALWAYS)

    walk.run_night()

    assert walk.report("north")["gaps"]["days_missing"] == 27


def test_a_night_that_cannot_even_be_listed_is_kept(walk: MonitoringWalk) -> None:
    walk.cloud.faults.on_function("list-monitored", BROKEN, times=ALWAYS)

    night = walk.run_night()

    (letter,) = walk.dead_letters()
    assert night["states"][-2:] == ["Keep the failures", "Monitoring failed"]
    assert [one["station"] for one in letter["failures"]] == ["list_monitored"]
    assert letter["day"] is None


def test_steps_that_are_unavailable_once_are_asked_again(walk: MonitoringWalk) -> None:
    walk.decide("north", "app-1")
    walk.remember("north", drifted(150))
    fault = Fault(error_type="UpstreamUnavailable", lose_answer=True)
    for step in ("list-monitored", *STEPS):
        walk.cloud.faults.on_function(step, fault, times=1)

    night = walk.run_night()

    assert (night["status"], len(walk.events())) == ("SUCCEEDED", 1)


def test_a_day_that_is_not_over_is_refused(walk: MonitoringWalk) -> None:
    night = walk.run_night(walk.today)

    (letter,) = walk.dead_letters()
    assert (night["status"], letter["failures"][0]["error"]) == ("FAILED", "DayNotOver")


def test_the_schedule_starts_a_night_without_input(walk: MonitoringWalk) -> None:
    (schedule,) = [one for one in walk.cloud.deployed.schedules if "monitor-models" in one.name]

    assert (schedule.expression, schedule.payload) == ("cron(30 19 * * ? *)", "{}")
    assert schedule.target_arn.endswith("model-monitoring")


def test_no_bank_is_a_quiet_night(walk: MonitoringWalk) -> None:
    night = walk.run_night()

    assert (night["status"], walk.objects("reports/")) == ("SUCCEEDED", [])
