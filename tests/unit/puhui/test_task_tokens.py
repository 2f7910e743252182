"""A task token answers once; every other answer of AWS is told apart from that."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from puhui.errors import PuhuiError, UpstreamUnavailable
from puhui.task_tokens import MAX_CAUSE_CHARACTERS, WaitIsOver, fail, succeed


class ScriptedStates:
    """Step Functions as far as tokens go: it keeps what it was told, or raises."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.told: list[dict[str, Any]] = []

    def send_task_success(self, **told: Any) -> None:
        self._tell(told)

    def send_task_failure(self, **told: Any) -> None:
        self._tell(told)

    def _tell(self, told: dict[str, Any]) -> None:
        if self.error is not None:
            raise self.error
        self.told.append(told)


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "-"}}, "SendTaskSuccess")


def test_the_waiting_step_hears_the_output_as_it_was_written() -> None:
    states = ScriptedStates()

    succeed(states, "token-1", '{"answer":1}')  # type: ignore[arg-type]

    assert states.told == [{"taskToken": "token-1", "output": '{"answer":1}'}]


def test_a_long_cause_is_cut_to_what_a_failure_may_carry() -> None:
    states = ScriptedStates()

    fail(states, "token-1", "SigningFailed", "x" * 5_000)  # type: ignore[arg-type]

    assert states.told == [
        {"taskToken": "token-1", "error": "SigningFailed", "cause": "x" * MAX_CAUSE_CHARACTERS}
    ]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (refused("TaskTimedOut"), WaitIsOver),
        (refused("TaskDoesNotExist"), WaitIsOver),
        (refused("InvalidToken"), WaitIsOver),
        (refused("ThrottlingException"), UpstreamUnavailable),
        (ClientError({}, "SendTaskSuccess"), UpstreamUnavailable),
        (EndpointConnectionError(endpoint_url="https://states"), UpstreamUnavailable),
    ],
    ids=["timed out", "used", "moto", "throttled", "no code", "no answer"],
)
def test_a_refused_answer_says_whether_the_wait_is_over(
    error: Exception, expected: type[PuhuiError]
) -> None:
    states: Any = ScriptedStates(error)

    with pytest.raises(expected):
        succeed(states, "token-1", "{}")
    with pytest.raises(expected):
        fail(states, "token-1", "SigningFailed", "-")
