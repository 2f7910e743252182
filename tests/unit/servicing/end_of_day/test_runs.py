"""Executions of the end of day: each start has its name, a second of the same is no failure."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from puhui.errors import UpstreamUnavailable
from servicing.adapters.end_of_day_runs import StepFunctionsEndOfDayRuns
from tests.support.servicing import NOON, NORTH, TODAY

ARN = "arn:aws-cn:states:cn-north-1:123456789012:stateMachine:puhui-dev-servicing-end-of-day"


class StateMachines:
    """Step Functions that remember what was started, or answer with an error."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble = trouble
        self.started: list[dict[str, Any]] = []

    def start_execution(self, **asked: Any) -> dict[str, str]:
        """Start it, unless there is trouble."""
        if self.trouble is not None:
            raise self.trouble
        self.started.append(asked)
        return {"executionArn": "arn"}


def refused(code: str) -> ClientError:
    """What AWS answers."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "StartExecution")


def start(states: StateMachines) -> None:
    """The first attempt at the end of 1 March."""
    runs = StepFunctionsEndOfDayRuns(states, ARN)  # type: ignore[arg-type]
    runs.start(NORTH, TODAY, 1, NOON)


def test_an_attempt_is_started_by_its_name_for_its_bank_and_day() -> None:
    states = StateMachines()

    start(states)

    (asked,) = states.started
    assert asked["stateMachineArn"] == ARN
    assert asked["name"] == "eod-north-2020-03-01-1-20200301T120000"
    assert json.loads(asked["input"]) == {"bank_id": "north", "business_date": "2020-03-01"}


def test_an_attempt_that_was_started_already_is_left_alone() -> None:
    states = StateMachines(refused("ExecutionAlreadyExists"))

    start(states)

    assert states.started == []


@pytest.mark.parametrize(
    "trouble", [refused("ExecutionLimitExceeded"), EndpointConnectionError(endpoint_url="x")]
)
def test_an_attempt_that_cannot_be_started_is_tried_again_by_the_next_look(
    trouble: Exception,
) -> None:
    with pytest.raises(UpstreamUnavailable):
        start(StateMachines(trouble))
