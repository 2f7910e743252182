"""FLT16: a task token that was used, came late or was made up answers nothing and says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from puhui.task_tokens import WaitIsOver, fail, succeed
from tests.component.local.test_moto_states import run
from tests.support.shimmed_moto import client

MACHINES = Path(__file__).parents[3] / "statemachines"


@dataclass
class Waiting:
    """An execution that waits for a token's answer, and who answers it."""

    token: str
    ended: Future[Any]

    def approves(self, answer: int = 1) -> None:
        """The answer of a person."""
        succeed(client("stepfunctions"), self.token, json.dumps({"answer": answer}))

    def refuses(self) -> None:
        """Another answer to the same question."""
        fail(client("stepfunctions"), self.token, "Withdrawn", "by phone")


def waiting(pool: ThreadPoolExecutor, seconds: int) -> Waiting:
    """A machine whose only step waits so long."""
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="tokens")["QueueUrl"]
    step = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "TimeoutSeconds": seconds,
        "Arguments": {"QueueUrl": url, "MessageBody": {"t": "{% $states.context.Task.Token %}"}},
        "End": True,
    }
    ended = pool.submit(run, {"StartAt": "A", "States": {"A": step}})
    while not (messages := sqs.receive_message(QueueUrl=url).get("Messages")):
        pass
    return Waiting(json.loads(messages[0]["Body"])["t"], ended)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Where executions run beside the test."""
    with ThreadPoolExecutor(1) as threads:
        yield threads


@pytest.mark.parametrize("again", [Waiting.approves, Waiting.refuses], ids=["same", "other"])
def test_a_token_that_was_used_answers_nothing_more(
    outside: Any, pool: ThreadPoolExecutor, again: Callable[[Waiting], None]
) -> None:
    execution = waiting(pool, seconds=30)
    execution.approves()
    ended = execution.ended.result()

    with pytest.raises(WaitIsOver):
        again(execution)

    assert json.loads(ended["output"]) == {"answer": 1}


def test_a_token_that_comes_late_answers_nothing(outside: Any, pool: ThreadPoolExecutor) -> None:
    execution = waiting(pool, seconds=1)
    ended = execution.ended.result()

    with pytest.raises(WaitIsOver):
        execution.approves()

    assert ended["error"] == "States.Timeout"


def test_a_token_that_was_made_up_answers_nothing_and_disturbs_nobody(
    outside: Any, pool: ThreadPoolExecutor
) -> None:
    execution = waiting(pool, seconds=30)

    with pytest.raises(WaitIsOver):
        Waiting("forged" * 20, execution.ended).approves(answer=2)

    execution.approves()
    assert json.loads(execution.ended.result()["output"]) == {"answer": 1}


def test_servicing_waits_for_nobody_by_token() -> None:
    """Its people decide on rows under a version; there is no token to steal."""
    machines = sorted(MACHINES.glob("servicing/*.json"))
    code = (MACHINES.parent / "functions" / "servicing").rglob("*.py")

    assert machines
    assert not [one for one in machines if "waitForTaskToken" in one.read_text(encoding="utf-8")]
    assert not [one for one in code if "task_token" in one.read_text(encoding="utf-8")]
