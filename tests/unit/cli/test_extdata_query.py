"""`puhui extdata query` says each state once, and how to ask again without paying twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from infra.cli import extdata_query
from infra.cli.console import COMMAND
from infra.cli.extdata_setup import ask_until_answered
from infra.demo.api import ApiRefused

ARGUMENTS = ("query", "--product", "tax/1", "--name", "示例", "--consent", "paper-7")
MINE = ("--request-id", "cli-1")
AGAIN = "--request-id cli-1"


class Asker:
    """An underwriter whose API answers, or fails, by script; the last answer stays."""

    def __init__(self, *script: dict[str, Any] | Exception) -> None:
        self.script = list(script)
        self.bodies: list[dict[str, Any]] = []

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.bodies.append(body)
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(step, Exception):
            raise step
        return step

    def get(self, path: str) -> dict[str, Any]:
        return {"path": path, "request_id": "cli-1"}


def an_answer(status: str, **changes: Any) -> dict[str, Any]:
    return {
        "query_id": "qry-1",
        "status": status,
        "status_name": "…",
        "reason": None,
        "cost_fen": 0,
        "cached": False,
        "attempts": [],
    } | changes


def refused(status: int) -> ApiRefused:
    return ApiRefused("POST", "/extdata/queries", httpx.Response(status, json={}))


def run(
    monkeypatch: pytest.MonkeyPatch, asker: Asker, *arguments: str, wait_seconds: float = 20.0
) -> Any:
    """Run a command at the underwriter's desk, without pauses."""

    @contextmanager
    def desk_of(bank: str) -> Iterator[Any]:
        yield SimpleNamespace(asker=asker, auditor=asker)

    def patient(api: Any, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        return ask_until_answered(api, body, wait_seconds=wait_seconds, pause=0.001)

    monkeypatch.setattr(extdata_query, "desk_of", desk_of)
    monkeypatch.setattr("infra.cli.extdata_setup.ask_until_answered", patient)
    app = typer.Typer()
    extdata_query.register_queries(app)
    return CliRunner().invoke(app, arguments)


def test_each_state_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pending = an_answer("pending")
    asker = Asker(pending, pending, pending, an_answer("hit", cost_fen=80))

    result = run(monkeypatch, asker, *ARGUMENTS, *MINE)

    assert (result.output.count("pending"), result.output.count(" hit")) == (1, 1)
    assert len(asker.bodies) == 4
    assert result.exit_code == 0


def test_what_is_still_pending_says_how_to_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, Asker(an_answer("pending")), *ARGUMENTS, wait_seconds=0.01)

    assert result.output.count("pending") == 1
    assert f"{COMMAND} extdata query … --request-id cli-" in result.output
    assert result.exit_code == 1


def test_an_answer_names_its_request_and_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, Asker(an_answer("hit")), *ARGUMENTS, *MINE)

    assert "request id 请求号 cli-1" in result.output
    assert "ask again" not in result.output


@pytest.mark.parametrize("trouble", [httpx.ReadTimeout("timed out"), refused(503)])
def test_a_question_that_broke_off_says_how_to_ask_again(
    monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    result = run(monkeypatch, Asker(trouble), *ARGUMENTS, *MINE)

    assert AGAIN in result.output
    assert result.exit_code != 0


def test_a_question_that_was_refused_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, Asker(refused(422)), *ARGUMENTS, *MINE)

    assert AGAIN not in result.output
    assert result.exit_code != 0


def test_the_cost_goes_to_a_branch_and_an_application(monkeypatch: pytest.MonkeyPatch) -> None:
    asker = Asker(an_answer("hit"))

    run(monkeypatch, asker, *ARGUMENTS, "--branch", "br-1", "--application", "app-7")

    assert (asker.bodies[0]["branch_id"], asker.bodies[0]["application_id"]) == ("br-1", "app-7")


def test_a_query_is_shown_without_asking_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    asker = Asker(an_answer("hit"))

    result = run(monkeypatch, asker, "show", "qry-1")

    assert '"path": "/extdata/queries/qry-1"' in result.output
    assert asker.bodies == []


@pytest.mark.parametrize(
    ("sha256", "answered_from", "said"),
    [
        ("ab12", None, "qry-1: identical 逐字节一致, 7 bytes, c-1 v2, sha256 ab12\n"),
        ("ab12", "qry-0", "c-1 v2, sha256 ab12, cached from 缓存自 qry-0\n"),
        (None, None, "qry-1: identical 逐字节一致, no document 查无, c-1 v2\n"),
    ],
    ids=["hit", "cached", "miss"],
)
def test_a_replay_says_what_was_replayed(
    monkeypatch: pytest.MonkeyPatch, sha256: str | None, answered_from: str | None, said: str
) -> None:
    replayed = {
        "identical": True,
        "answered_from": answered_from,
        "connector_id": "c-1",
        "connector_version": 2,
        "sha256": sha256,
        "size_bytes": 7 if sha256 else 0,
    }
    auditor = Asker(replayed)
    monkeypatch.setattr(auditor, "post", lambda path: replayed)

    assert run(monkeypatch, auditor, "replay", "qry-1").output.endswith(said)
