"""The API of warnings over its own wiring: who sees what, and the way from raised to closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import boto3
import pytest

from puhui.clock import CHINA, SystemClock
from puhui.identity import ROLES, Principal
from servicing.adapters.dynamo_warnings import DynamoWarnings
from servicing.adapters.rows import ServicingOutboxRow
from servicing.api import app
from servicing.domain.warning.announcements import raised
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.warning import LoanWarning
from servicing.handlers.sweep_warning_clocks import handler as sweep
from tests.support.api import Answer, a_customer, a_principal, call
from tests.support.servicing import TABLE, TableWorld
from tests.support.warnings import a_warning

MANAGER = a_principal("relationship_manager", subject="rm-1", branch="b1")
RISK = a_principal("risk_manager", subject="risk-1")
READERS = {
    "relationship_manager", "risk_manager", "approver", "collector", "operator", "auditor", "admin",
}  # fmt: skip
STRANGERS = {
    "another_branch": a_principal("relationship_manager", subject="rm-2", branch="b2"),
    "another_bank": a_principal("risk_manager", bank="south"),
}
DISPOSAL = {"measure": "more_security", "text": "追加房产抵押", "documents": ["doc-1"]}


class Context:
    """All that `instrument` reads of Lambda's context."""

    aws_request_id = "req-1"
    function_name = "sweep-warning-clocks"


def post(step: str, warning: LoanWarning, who: Principal, body: Any = None) -> Answer:
    """One step of one warning."""
    values = {"warning_id": warning.warning_id}
    return call(
        app, "POST", f"/warnings/{{warning_id}}/{step}", principal=who, values=values, body=body
    )


def get(warning: LoanWarning, who: Principal) -> Answer:
    """One warning."""
    values = {"warning_id": warning.warning_id}
    return call(app, "GET", "/warnings/{warning_id}", principal=who, values=values)


def listed(who: Principal, **query: list[str]) -> Answer:
    """The work list."""
    return call(app, "GET", "/warnings", principal=who, query=query)


def kept(colour: Colour = Colour.ORANGE, hours_ago: int = 1, **changes: Any) -> LoanWarning:
    """A warning in the table, raised some time ago."""
    clock = SystemClock()
    made = a_warning(colour, at=clock.now() - timedelta(hours=hours_ago), **changes)
    DynamoWarnings(clock).write(made, [raised(made)])
    return made


def events() -> list[str]:
    """The names of the events that wait for the stream."""
    items = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    rows = [one for one in items if one["pk"]["S"].startswith("OUTBOX#")]
    return sorted(ServicingOutboxRow.from_raw_data(one).event.name for one in rows)


@pytest.fixture(autouse=True)
def _table(world: TableWorld) -> None:
    """An empty table."""


def test_the_list_has_what_is_open_with_its_remaining_time() -> None:
    warning = kept()

    (line,) = listed(MANAGER).body["items"]

    assert line["warning_id"] == warning.warning_id
    assert (line["colour_name"], line["state_name"]) == ("橙色", "待响应")
    assert 3 * 3600 - 60 < line["remaining_seconds"] <= 3 * 3600
    assert (line["overdue"], line["paused"]) == (False, False)


def test_the_list_is_by_due_time_and_can_be_narrowed() -> None:
    later, sooner = kept(), kept(Colour.RED, hours_ago=3, code="JUD_DISHONEST")

    every = [one["warning_id"] for one in listed(RISK).body["items"]]
    red = [one["warning_id"] for one in listed(RISK, colour=["red"]).body["items"]]

    assert (every, red) == ([sooner.warning_id, later.warning_id], [sooner.warning_id])
    assert listed(RISK, state=["disposing"]).body["items"] == []


def test_a_warning_shows_its_evidence() -> None:
    body = get(kept(), MANAGER).body

    (seen,) = body["seen"]
    assert seen["loan_id"] == "loan-1"
    assert seen["evidence"][0]["measure"] == "0.6"
    assert seen["evidence"][0]["before"] == "10"


@pytest.mark.parametrize("role", sorted(ROLES))
def test_only_those_whose_work_it_is_read_warnings(role: str) -> None:
    warning = kept()
    who = a_customer() if role == "customer" else a_principal(role, branch="b1")

    assert get(warning, who).status == (200 if role in READERS else 403)
    assert listed(who).status == (200 if role in READERS else 403)


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS.keys())
def test_a_stranger_does_not_learn_of_a_warning(stranger: Principal) -> None:
    warning = kept()

    assert get(warning, stranger).status == 404
    assert listed(stranger).body["items"] == []
    assert post("acknowledgement", warning, stranger).status == 404
    assert post("disposal", warning, stranger, DISPOSAL).status == 404


def test_the_way_of_an_orange_warning() -> None:
    warning = kept()

    taken = post("acknowledgement", warning, MANAGER)
    paused = post("pause", warning, MANAGER, {"reason": "等待客户补充合同"})
    resumed = post("resumption", warning, MANAGER)
    done = post("disposal", warning, MANAGER, DISPOSAL)

    assert (taken.body["state"], taken.body["acknowledged_by"]) == ("acknowledged", "rm-1")
    assert (paused.body["paused"], resumed.body["paused"]) == (True, False)
    assert (done.body["state"], done.body["disposals"][0]["measure_name"]) == (
        "disposed",
        "追加担保",
    )
    assert listed(MANAGER).body["items"] == []
    assert events() == ["WarningDisposed", "WarningRaised"]


def test_a_red_warning_is_closed_by_a_second_person() -> None:
    warning = kept(Colour.RED)
    post("acknowledgement", warning, RISK)
    approval = {"agreed": True, "text": "同意"}

    waiting = post("disposal", warning, RISK, DISPOSAL)
    own = post("approval", warning, RISK, approval)
    junior = post("approval", warning, MANAGER, approval)
    done = post("approval", warning, a_principal("approver", subject="boss"), approval)

    assert waiting.body["state"] == "disposing"
    assert (own.status, own.error["code"], junior.status) == (409, "conflict", 403)
    assert (done.body["state"], done.body["disposals"][0]["checked_by"]) == ("disposed", "boss")


def test_steps_that_come_twice_change_nothing() -> None:
    warning = kept()
    for step, body in (
        ("acknowledgement", None),
        ("pause", {"reason": "等待客户补充合同"}),
        ("disposal", DISPOSAL),
    ):
        first, again = (post(step, warning, MANAGER, body).body for _ in range(2))
        volatile = {"remaining_seconds", "due_at"}
        assert {k: v for k, v in first.items() if k not in volatile} == {
            k: v for k, v in again.items() if k not in volatile
        }

    assert events() == ["WarningDisposed", "WarningRaised"]


def test_what_nobody_has_taken_is_not_disposed_of() -> None:
    answer = post("disposal", kept(), MANAGER, DISPOSAL)

    assert (answer.status, answer.error["field"]) == (409, "state")


@pytest.mark.parametrize(
    ("step", "body", "field"),
    [
        ("pause", {"reason": ""}, "reason"),
        ("disposal", DISPOSAL | {"measure": "nothing"}, "measure"),
        ("disposal", DISPOSAL | {"text": ""}, "text"),
    ],
)
def test_bad_input_names_its_field(step: str, body: Any, field: str) -> None:
    answer = post(step, kept(), MANAGER, body)

    assert (answer.status, answer.error["field"]) == (422, field)


def test_the_sweeper_escalates_and_notices_the_breach_once() -> None:
    half, over = kept(hours_ago=3), kept(hours_ago=5, code="JUD_NEW_CASE")

    first = sweep({}, Context())
    again = sweep({}, Context())

    assert (first, again) == ({"escalated": 2, "breached": 1}, {"escalated": 0, "breached": 0})
    assert get(half, RISK).body["escalations"][0]["to_role"] == "risk_manager"
    assert get(over, RISK).body["overdue"] is True
    assert events().count("WarningOverdue") == 1


def test_breaches_are_counted_for_the_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    kept(hours_ago=5)

    sweep({}, Context())

    assert '"WarningSlaBreached"' in capsys.readouterr().out


def test_the_report_shows_the_breach() -> None:
    kept(hours_ago=0)
    post("acknowledgement", a_done := kept(hours_ago=0, code="TAX_ARREARS"), MANAGER)
    post("disposal", a_done, MANAGER, DISPOSAL)
    today = SystemClock().now().astimezone(CHINA).date().isoformat()
    query = {"from": [today], "to": [today]}

    report = call(app, "GET", "/warnings/report", principal=RISK, query=query)
    file = call(app, "GET", "/warnings/report/csv", principal=RISK, query=query)

    assert (report.body["from"], report.body["to"]) == (today, today)
    lines = {line["colour"]: line for line in report.body["lines"]}
    orange = lines["orange"]
    assert [orange[name] for name in ("raised", "in_time", "breached", "running")] == [2, 1, 0, 1]
    head, _, second, _ = file.body["content"].splitlines()
    assert head.startswith("等级,预警数,按时,超时")
    assert second.startswith("橙色,2,1,0,1")


def test_a_report_needs_its_days() -> None:
    answer = call(app, "GET", "/warnings/report", principal=RISK)

    assert (answer.status, answer.error["field"]) == (422, "query.from")


def test_a_report_is_not_for_customers() -> None:
    query = {"from": ["2026-09-01"], "to": ["2026-09-01"]}

    assert call(app, "GET", "/warnings/report", principal=a_customer(), query=query).status == 403
