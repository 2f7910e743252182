"""Every step of the nightly monitoring has a timeout; here each is short, and the step hangs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from infra.lint.asl import all_states
from infra.local.faults import ALWAYS, Fault
from tests.support.monitoring_walk import MonitoringWalk, deciding, drifted, monitoring

STATE_SECONDS = 10
"""Long enough for any step on a busy machine, its first call included."""
HANGS = Fault(delay_seconds=12)


def _soon(_: str, definition: dict[str, Any]) -> dict[str, Any]:
    for _name, state in all_states(definition):
        if str(state.get("Resource", "")).endswith("lambda:invoke"):
            state["TimeoutSeconds"] = STATE_SECONDS
    return definition


@pytest.fixture(scope="module")
def hasty() -> Iterator[MonitoringWalk]:
    with monitoring(definition=_soon) as made:
        yield made


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("list-monitored", marks=pytest.mark.full),
        pytest.param("collect-scores", marks=pytest.mark.full),
        "measure-model",
        pytest.param("raise-drift-alarm", marks=pytest.mark.full),
    ],
)
def test_a_step_that_takes_too_long_is_kept_like_any_failure(
    hasty: MonitoringWalk, step: str
) -> None:
    hasty.cloud.faults.clear()
    hasty.dead_letters()
    hasty.forget()
    hasty.decide("north", "app-1")
    hasty.remember("north", drifted(150))
    hasty.cloud.faults.on_function(step, HANGS, times=ALWAYS, when=deciding)

    night = hasty.run_night()

    (letter,) = hasty.dead_letters()
    assert night["status"] == "FAILED"
    assert [one["error"] for one in letter["failures"]] == ["States.Timeout"]
    assert [one["station"] for one in letter["failures"]] == [step.replace("-", "_")]
