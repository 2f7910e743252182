"""The whole module on moto: a machine asks, people answer over the API, the machine goes on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from operations.adapters.sqs_reminders import REMINDER_DELAY_SECONDS
from operations.domain.task import DELIVERY_LEASE
from operations.wiring import wiring
from puhui import aws as puhui_aws
from puhui.errors import NotFound
from tests.support.operations import BANK, a_command

MACHINE = {
    "StartAt": "Ask an approver",
    "States": {
        "Ask an approver": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "TimeoutSeconds": 60,
            "Parameters": {
                "QueueUrl": "",
                "MessageBody": {"command.$": "$", "task_token.$": "$$.Task.Token"},
            },
            "End": True,
        }
    },
}

Call = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def queues(table: str, key_arn: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The module's queues, and its environment as the stack sets it."""
    sqs = boto3.client("sqs")
    urls = {
        name: sqs.create_queue(QueueName=f"puhui-test-operations-{name}")["QueueUrl"]
        for name in ("commands", "deliveries")
    }
    for name, value in (
        ("TABLE_NAME", table),
        ("DATA_KEY_ARN", key_arn),
        ("DELIVERY_QUEUE_URL", urls["deliveries"]),
        ("BUSINESS_DATE", "2026-08-03"),
    ):
        monkeypatch.setenv(name, value)
    puhui_aws.client.cache_clear()
    wiring.cache_clear()
    yield urls
    wiring.cache_clear()
    puhui_aws.client.cache_clear()


@pytest.fixture
def call(queues: dict[str, str]) -> Call:
    """The API as API Gateway calls it."""
    from operations.api import app

    def run(
        method: str, path: str, body: Any = None, *, role: str = "admin", **who: str
    ) -> tuple[int, dict[str, Any]]:
        resource, values = _resource(path.partition("?")[0])
        query = dict(pair.split("=") for pair in path.partition("?")[2].split("&") if pair)
        event = {
            "resource": resource,
            "path": path.partition("?")[0],
            "httpMethod": method,
            "headers": {"content-type": "application/json"},
            "multiValueHeaders": {},
            "pathParameters": values,
            "queryStringParameters": query or None,
            "multiValueQueryStringParameters": {k: [v] for k, v in query.items()} or None,
            "stageVariables": None,
            "body": None if body is None else json.dumps(body),
            "isBase64Encoded": False,
            "requestContext": {
                "resourcePath": resource,
                "httpMethod": method,
                "path": path,
                "authorizer": {
                    "subject": who.get("subject", f"{role}-1"),
                    "bank_id": who.get("bank", BANK),
                    "roles": role,
                    "branch": who.get("branch", ""),
                    "customer_id": "cus-1" if role == "customer" else "",
                },
            },
        }
        answer = app(event, None)
        return answer["statusCode"], json.loads(answer["body"] or "{}")

    return run


@pytest.fixture
def office(call: Call) -> Call:
    """A bank that is set up: staff, authority, one product."""
    bank = {
        "name": "黄山示范村镇银行",
        "licensed_regions": ["341000"],
        "branches": [{"branch_id": "tunxi", "name": "屯溪支行", "region_code": "341000"}],
        "rule_edition": "cn-2026-08",
    }
    product = {
        "name": "小微发票贷",
        "customer_kinds": ["firm"],
        "min_amount_fen": 10_000_000,
        "max_amount_fen": 100_000_000,
        "min_rate_bps": 400,
        "max_rate_bps": 1500,
        "term_months": [12],
        "repayment_methods": ["EQUAL_INSTALLMENT"],
        "required_facts": ["invoice/1"],
        "required_consents": ["invoice_query"],
        "effective_from": "2016-01-01",
    }
    rules = [{"role": "approver", "kind": "approval", "max_amount_fen": 50_000_000}]
    for path, body in (
        ("/bank", bank),
        ("/authority", {"rules": rules}),
        ("/staff/approver-1", a_person("1001")),
        ("/staff/approver-2", a_person("1002")),
        ("/staff/maker-1", a_person("1003", role="relationship_manager", branch_id="tunxi")),
        ("/products/sme-invoice-1y", product),
    ):
        status, answer = call("PUT", path, body)
        assert status == 200, answer
    return call


def a_person(number: str, role: str = "approver", **changes: Any) -> dict[str, Any]:
    return {"employee_no": number, "display_name": "汪小明", "roles": [role], **changes}


@pytest.fixture
def waiting(queues: dict[str, str]) -> dict[str, Any]:
    """A state machine that has asked, and the command as it lies in the queue."""
    sfn = boto3.client("stepfunctions")
    definition = json.loads(json.dumps(MACHINE))
    definition["States"]["Ask an approver"]["Parameters"]["QueueUrl"] = queues["commands"]
    machine = sfn.create_state_machine(
        name="ask",
        definition=json.dumps(definition),
        roleArn="arn:aws-cn:iam::123456789012:role/ask",
    )["stateMachineArn"]
    execution = sfn.start_execution(
        stateMachineArn=machine,
        name="app-1",
        input=a_command().model_dump_json(exclude={"task_token"}),
    )["executionArn"]
    message = _received(queues["commands"])
    body = json.loads(message["Body"])
    record = {
        "messageId": message["MessageId"],
        "body": json.dumps(body["command"] | {"task_token": body["task_token"]}),
        "attributes": message["Attributes"],
    }
    return {"execution": execution, "event": {"Records": [record]}}


def test_an_approval_over_the_api_lets_the_machine_go_on(
    office: Call, waiting: dict[str, Any]
) -> None:
    task_id = _opened(office, waiting)
    office("POST", f"/tasks/{task_id}/claim", role="approver")

    status, task = office(
        "POST", f"/tasks/{task_id}/decision", {"outcome": "approved"}, role="approver"
    )

    assert (status, task["decision"]["delivery"]) == (200, "delivered")
    assert json.loads(_finished(waiting)["output"])["decided_by"] == "approver-1"


def test_a_command_delivered_twice_is_one_task(office: Call, waiting: dict[str, Any]) -> None:
    _opened(office, waiting)
    _opened(office, waiting)

    _, tasks = office("GET", "/tasks?status=open", role="approver")

    assert len(tasks["items"]) == 1


def test_a_machine_that_stopped_waiting_gives_409_and_an_expired_task(
    office: Call, waiting: dict[str, Any]
) -> None:
    task_id = _opened(office, waiting)
    office("POST", f"/tasks/{task_id}/claim", role="approver")
    token = json.loads(waiting["event"]["Records"][0]["body"])["task_token"]
    boto3.client("stepfunctions").send_task_failure(taskToken=token, error="Stopped")
    _finished(waiting)

    status, answer = office(
        "POST", f"/tasks/{task_id}/decision", {"outcome": "approved"}, role="approver"
    )

    assert (status, answer["error"]["rule"]) == (409, "task.deadline")
    assert office("GET", f"/tasks/{task_id}", role="auditor")[1]["task"]["status"] == "expired"


def test_a_reminder_lies_in_the_queue_before_the_decision_is_delivered(
    office: Call, waiting: dict[str, Any], queues: dict[str, str]
) -> None:
    task_id = _opened(office, waiting)
    office("POST", f"/tasks/{task_id}/claim", role="approver")
    office("POST", f"/tasks/{task_id}/decision", {"outcome": "rejected"}, role="approver")

    counted = boto3.client("sqs").get_queue_attributes(
        QueueUrl=queues["deliveries"], AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )["Attributes"]

    assert counted["ApproximateNumberOfMessagesDelayed"] == "1"


def test_a_reminder_comes_after_the_lease_of_the_first_attempt() -> None:
    assert DELIVERY_LEASE.total_seconds() < REMINDER_DELAY_SECONDS


def test_a_reminder_of_a_delivered_decision_is_taken_off_the_queue(
    office: Call, waiting: dict[str, Any]
) -> None:
    from operations.handlers.deliver_outcome import handler

    task_id = _opened(office, waiting)
    office("POST", f"/tasks/{task_id}/claim", role="approver")
    office("POST", f"/tasks/{task_id}/decision", {"outcome": "rejected"}, role="approver")
    body = json.dumps({"bank_id": BANK, "task_id": task_id})

    answer = handler({"Records": [{"messageId": "m1", "body": body}]}, None)

    assert answer == {"batchItemFailures": []}


def test_a_broken_command_comes_again_and_its_batch_mates_are_opened(
    office: Call, waiting: dict[str, Any]
) -> None:
    from operations.handlers.open_task import handler

    good = waiting["event"]["Records"][0]
    bad = good | {"messageId": "bad", "body": '{"command": "OpenTask"}'}

    answer = handler({"Records": [bad, good]}, None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert len(office("GET", "/tasks", role="approver")[1]["items"]) == 1


def test_a_closed_application_closes_its_task_once(office: Call, waiting: dict[str, Any]) -> None:
    task_id = _opened(office, waiting)

    for _ in range(2):
        _close()

    task = office("GET", f"/tasks/{task_id}", role="auditor")[1]
    assert [line["action"] for line in task["trail"]] == ["TaskOpened", "TaskClosed"]


def test_describe_product_answers_with_bank_and_product(office: Call) -> None:
    from operations.handlers.describe_product import handler

    answer = handler(a_question(), None)

    assert (answer["bank"]["bank_id"], answer["product"]["code"]) == (BANK, "sme-invoice-1y")


def test_an_unknown_product_raises_the_class_that_machines_match_on(office: Call) -> None:
    from operations.handlers.describe_product import handler

    with pytest.raises(NotFound) as raised:
        handler(a_question(product_code="gold"), None)

    assert type(raised.value).__name__ == "ProductNotFound"


def test_publishing_again_after_the_bank_changed_tells_everyone(office: Call, table: str) -> None:
    bank = office("GET", "/bank")[1]
    body = {k: v for k, v in bank.items() if k not in ("bank_id", "version")}

    office("PUT", "/bank", body | {"licensed_regions": ["341000", "340100"]})

    events = [json.loads(row["envelope"]["S"]) for row in _outbox(table)]
    regions = [event["data"]["bank"]["licensed_regions"] for event in events]
    assert sorted(regions, key=len) == [["341000"], ["341000", "340100"]]


def test_an_unchanged_bank_and_product_tell_nobody(office: Call, table: str) -> None:
    before = len(_outbox(table))
    bank = office("GET", "/bank")[1]

    office("PUT", "/bank", {k: v for k, v in bank.items() if k not in ("bank_id", "version")})

    assert len(_outbox(table)) == before


@pytest.mark.parametrize(
    ("method", "path", "body", "who", "status", "field"),
    [
        ("PUT", "/bank", {}, {}, 422, "name"),
        ("PUT", "/staff/x", {"employee_no": "1", "display_name": "x", "roles": ["customer"]}, {},
         422, "roles"),
        ("PUT", "/staff/a.b", {"employee_no": "1", "display_name": "x", "roles": ["approver"]}, {},
         422, "staff_id"),
        ("PUT", "/staff/x", {"employee_no": "1", "display_name": "x", "roles": ["approver"],
                             "branch_id": "moon"}, {}, 422, "branch_id"),
        ("PUT", "/bank", {}, {"role": "approver"}, 403, None),
        ("GET", "/tasks?status=lost", None, {"role": "approver"}, 422, "query.status"),
        ("GET", "/tasks?limit=0", None, {"role": "approver"}, 422, "query.limit"),
        ("GET", "/tasks?cursor=zzz", None, {"role": "approver"}, 422, "query.cursor"),
        ("GET", "/tasks", None, {"role": "customer"}, 403, None),
        ("GET", "/tasks/task-none", None, {"role": "approver"}, 404, None),
        ("GET", "/bank", None, {"bank": "south"}, 404, None),
        ("GET", "/staff", None, {"role": "approver"}, 403, None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_name(
    office: Call,
    method: str,
    path: str,
    body: Any,
    who: dict[str, str],
    status: int,
    field: str | None,
) -> None:
    answered, answer = office(method, path, body, **who)

    assert (answered, answer["error"]["field"]) == (status, field)


def test_nobody_changes_their_own_registration(office: Call) -> None:
    office("PUT", "/staff/admin-1", a_person("9", role="admin"))

    status, answer = office("PUT", "/staff/admin-1", a_person("9", role="approver"))

    assert (status, answer["error"]["rule"]) == (403, "staff.own")


def test_the_trail_pages_through_every_change_of_the_bank(office: Call) -> None:
    _, first = office("GET", "/trail?limit=4", role="auditor")
    _, second = office("GET", f"/trail?limit=4&cursor={first['cursor']}", role="auditor")

    actions = [line["action"] for line in (*first["items"], *second["items"])]

    assert sorted(actions) == [
        "AuthorityMatrixSet",
        "BankSetUp",
        "ProductPublished",
        *["StaffRegistered"] * 3,
    ]


def test_a_trail_cursor_of_one_bank_shows_another_nothing(office: Call) -> None:
    cursor = office("GET", "/trail?limit=1", role="auditor")[1]["cursor"]

    answer = office("GET", f"/trail?cursor={cursor}", role="auditor", bank="south")[1]

    assert answer["items"] == []


def test_another_bank_sees_neither_task_nor_product(office: Call, waiting: dict[str, Any]) -> None:
    task_id = _opened(office, waiting)

    found = [
        office("GET", f"/tasks/{task_id}", role="approver", bank="south")[0],
        len(office("GET", "/tasks", role="approver", bank="south")[1]["items"]),
        len(office("GET", "/products", bank="south")[1]["items"]),
    ]

    assert found == [404, 0, 0]


def a_question(**changes: str) -> dict[str, str]:
    return {
        "bank_id": BANK,
        "product_code": "sme-invoice-1y",
        "correlation_id": "app-1",
        "on": "2026-08-03",
    } | changes


def _opened(call: Call, waiting: dict[str, Any]) -> str:
    from operations.handlers.open_task import handler

    assert handler(waiting["event"], None) == {"batchItemFailures": []}
    return str(call("GET", "/tasks?status=open", role="approver")[1]["items"][0]["task_id"])


def _close() -> None:
    from operations.handlers.close_application_tasks import handler

    data = {
        "application_id": "app-1",
        "customer_id": "cus-1",
        "outcome": "withdrawn",
        "reasons": [],
        "amount_fen": 0,
        "annual_rate_bps": 0,
        "closed_on": "2026-08-03",
    }
    envelope = {
        "event_id": "evt-1",
        "name": "ApplicationClosed",
        "version": 1,
        "source": "puhui.factory",
        "bank_id": BANK,
        "subject": "app-1",
        "correlation_id": "app-1",
        "occurred_at": "2026-08-03T04:00:00Z",
        "data": data,
    }
    record = {"messageId": "m1", "body": json.dumps({"detail": envelope})}
    assert handler({"Records": [record]}, None) == {"batchItemFailures": []}


def _resource(path: str) -> tuple[str, dict[str, str] | None]:
    parts = path.strip("/").split("/")
    if len(parts) == 1:
        return path, None
    name = {"tasks": "task_id", "staff": "staff_id", "products": "code"}[parts[0]]
    rest = "".join(f"/{part}" for part in parts[2:])
    return f"/{parts[0]}/{{{name}}}{rest}", {name: parts[1]}


def _received(url: str) -> dict[str, Any]:
    for _ in range(100):
        found = boto3.client("sqs").receive_message(
            QueueUrl=url, MessageSystemAttributeNames=["All"]
        )
        if found.get("Messages"):
            return dict(found["Messages"][0])
        time.sleep(0.05)
    raise AssertionError("the machine never asked")


def _finished(waiting: dict[str, Any]) -> dict[str, Any]:
    sfn = boto3.client("stepfunctions")
    for _ in range(100):
        found = sfn.describe_execution(executionArn=waiting["execution"])
        if found["status"] != "RUNNING":
            return dict(found)
        time.sleep(0.05)
    raise AssertionError("the machine never went on")


def _outbox(table: str) -> list[dict[str, Any]]:
    items = boto3.client("dynamodb").scan(TableName=table)["Items"]
    return [dict(item) for item in items if item["pk"]["S"].startswith("OUTBOX#")]
