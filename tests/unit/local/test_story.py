"""An application's story: steps with attempts and errors, identifiers, and a page to read."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from infra.cli.story_page import print_story, yuan
from infra.local.story import Step, Story, facts_of, steps_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def event(second: float, kind: str, **details: Any) -> dict[str, Any]:
    return {"timestamp": NOON + timedelta(seconds=second), "type": kind, **details}


def entered(second: float, name: str) -> dict[str, Any]:
    return event(second, "TaskStateEntered", stateEnteredEventDetails={"name": name})


def left(second: float, name: str, **variables: Any) -> dict[str, Any]:
    assigned = {key: json.dumps(value) for key, value in variables.items()}
    details = {"name": name, "assignedVariables": assigned}
    return event(second, "TaskStateExited", stateExitedEventDetails=details)


HISTORY = [
    entered(0, "Decide"),
    event(0, "TaskStarted"),
    event(1, "TaskFailed", taskFailedEventDetails={"error": "UpstreamUnavailable"}),
    event(2, "TaskStarted"),
    event(
        3,
        "TaskSucceeded",
        taskSucceededEventDetails={"output": json.dumps({"Payload": {"transfer_id": "trf-1"}})},
    ),
    left(3, "Decide", decision={"decision_id": "dec-1", "secret": "张三"}, outcome="declined"),
    entered(3, "Which verdict?"),
    left(3, "Which verdict?"),
    entered(3, "Close application"),
]
STATES = {
    "Decide": {"Comment": "风控决策: indicators, model and policy."},
    "Which verdict?": {"Comment": "秒批秒放 and the human path are one machine."},
}


def test_a_step_has_its_time_attempts_errors_and_chinese_name() -> None:
    decide = next(iter(steps_of(HISTORY, STATES)))

    assert (decide.title, decide.station, decide.seconds) == ("风控决策", "风控决策", 3.0)
    assert (decide.attempts, decide.errors) == (2, ("UpstreamUnavailable",))


def test_a_sentence_is_not_a_name() -> None:
    assert [step.title for step in steps_of(HISTORY, STATES)] == ["风控决策", "", ""]


def test_the_state_that_is_still_running_waits() -> None:
    assert [step.seconds for step in steps_of(HISTORY, STATES)][-1] is None


def test_identifiers_are_followed_and_nothing_else() -> None:
    facts = facts_of({"input": '{"bank_id": "north", "name": "张三"}'}, HISTORY)

    assert facts == {
        "bank_id": "north",
        "decision_id": "dec-1",
        "transfer_id": "trf-1",
        "outcome": "declined",
    }


@pytest.mark.parametrize(
    ("fen", "text"), [(0, "0.00"), (5, "0.05"), (123456789, "1,234,567.89"), (-150, "-1.50")]
)
def test_fen_are_read_as_yuan(fen: int, text: str) -> None:
    assert yuan(fen) == text


def test_the_page_tells_what_a_banker_asks_first() -> None:
    decision = {
        "verdict_name": "拒绝",
        "pd_ppm": 906_455,
        "score": 296,
        "grade": "E",
        "limit_fen": 0,
        "annual_rate_bps": 0,
        "reasons": [{"code": "SCORE_TOO_LOW", "text": "评分低于[480]分"}],
        "record": {"tree": [{"code": "VOID_RATE", "holds": True}, {"code": "X", "holds": False}]},
        "policy_version": "2026.11.1",
        "record_sha256": "abcdef0123456789",
    }
    step = Step("Decide", "风控决策", "风控决策", NOON, 0.25, 2, ("UpstreamUnavailable",))
    story = Story(
        "app-1", "north", "SUCCEEDED", NOON, NOON, [step], {"decision_id": "dec-1"},
        {"决策 Decision": decision, "Something new": {"a": 1, "nested": {"b": 2}}},
    )  # fmt: skip
    page = io.StringIO()

    print_story(Console(file=page, width=140), story)

    text = page.getvalue()
    expected = ("已结案", "250 ms", "UpstreamUnavailable", "拒绝", "90.65 %", "评分低于[480]分",
                "VOID_RATE", "abcdef012345…", "dec-1", "Something new")  # fmt: skip
    assert [part for part in expected if part not in text] == []
