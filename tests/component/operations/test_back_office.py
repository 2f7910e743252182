"""The whole module on moto: a machine asks, people answer over the API, the machine goes on."""

from __future__ import annotations

import json
from typing import Any

import boto3

from operations.adapters.sqs_reminders import REMINDER_DELAY_SECONDS
from operations.domain.task import DELIVERY_LEASE
from tests.support.back_office import (
    Call,
    close,
    finished,
    opened,
)
from tests.support.operations import BANK


def test_an_approval_over_the_api_lets_the_machine_go_on(
    office: Call, waiting: dict[str, Any]
) -> None:
    task_id = opened(office, waiting)
    office("POST", f"/tasks/{task_id}/claim", role="approver")

    status, task = office(
        "POST", f"/tasks/{task_id}/decision", {"outcome": "approved"}, role="approver"
    )

    assert (status, task["decision"]["delivery"]) == (200, "delivered")
    assert json.loads(finished(waiting)["output"])["decided_by"] == "approver-1"


def test_a_command_delivered_twice_is_one_task(office: Call, waiting: dict[str, Any]) -> None:
    opened(office, waiting)
    opened(office, waiting)

    _, tasks = office("GET", "/tasks?status=open", role="approver")

    assert len(tasks["items"]) == 1


def test_a_machine_that_stopped_waiting_gives_409_and_an_expired_task(
    office: Call, waiting: dict[str, Any]
) -> None:
    task_id = opened(office, waiting)
    office("POST", f"/tasks/{task_id}/claim", role="approver")
    token = json.loads(waiting["event"]["Records"][0]["body"])["task_token"]
    boto3.client("stepfunctions").send_task_failure(taskToken=token, error="Stopped")
    finished(waiting)

    status, answer = office(
        "POST", f"/tasks/{task_id}/decision", {"outcome": "approved"}, role="approver"
    )

    assert (status, answer["error"]["rule"]) == (409, "task.deadline")
    assert office("GET", f"/tasks/{task_id}", role="auditor")[1]["task"]["status"] == "expired"


def test_a_reminder_lies_in_the_queue_before_the_decision_is_delivered(
    office: Call, waiting: dict[str, Any], queues: dict[str, str]
) -> None:
    task_id = opened(office, waiting)
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

    task_id = opened(office, waiting)
    office("POST", f"/tasks/{task_id}/claim", role="approver")
    office("POST", f"/tasks/{task_id}/decision", {"outcome": "rejected"}, role="approver")
    body = json.dumps({"bank_id": BANK, "task_id": task_id})

    answer = handler({"Records": [{"messageId": "m1", "body": body}]}, None)

    assert answer == {"batchItemFailures": []}


def test_a_broken_command_comes_again_and_its_batch_mates_areopened(
    office: Call, waiting: dict[str, Any]
) -> None:
    from operations.handlers.open_task import handler

    good = waiting["event"]["Records"][0]
    bad = good | {"messageId": "bad", "body": '{"command": "OpenTask"}'}

    answer = handler({"Records": [bad, good]}, None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert len(office("GET", "/tasks", role="approver")[1]["items"]) == 1


def test_a_closed_application_closes_its_task_once(office: Call, waiting: dict[str, Any]) -> None:
    task_id = opened(office, waiting)

    for _ in range(2):
        close()

    task = office("GET", f"/tasks/{task_id}", role="auditor")[1]
    assert [line["action"] for line in task["trail"]] == ["TaskOpened", "TaskClosed"]
