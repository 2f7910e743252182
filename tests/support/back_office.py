"""Helpers of the back office's component tests."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import boto3

from tests.support.executions import ended
from tests.support.operations import BANK

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


def a_person(number: str, role: str = "approver", **changes: Any) -> dict[str, Any]:
    return {"employee_no": number, "display_name": "汪小明", "roles": [role], **changes}


def a_question(**changes: str) -> dict[str, str]:
    return {
        "bank_id": BANK,
        "product_code": "sme-invoice-1y",
        "correlation_id": "app-1",
        "on": "2026-08-03",
    } | changes


def opened(call: Call, waiting: dict[str, Any]) -> str:
    from operations.handlers.open_task import handler

    assert handler(waiting["event"], None) == {"batchItemFailures": []}
    return str(call("GET", "/tasks?status=open", role="approver")[1]["items"][0]["task_id"])


def close() -> None:
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


def resource_of(path: str) -> tuple[str, dict[str, str] | None]:
    parts = path.strip("/").split("/")
    if len(parts) == 1:
        return path, None
    name = {"tasks": "task_id", "staff": "staff_id", "products": "code"}[parts[0]]
    rest = "".join(f"/{part}" for part in parts[2:])
    return f"/{parts[0]}/{{{name}}}{rest}", {name: parts[1]}


def received(url: str) -> dict[str, Any]:
    for _ in range(100):
        found = boto3.client("sqs").receive_message(
            QueueUrl=url, MessageSystemAttributeNames=["All"]
        )
        if found.get("Messages"):
            return dict(found["Messages"][0])
        time.sleep(0.05)
    raise AssertionError("the machine never asked")


def finished(waiting: dict[str, Any]) -> dict[str, Any]:
    return ended(waiting["execution"])


def outbox(table: str) -> list[dict[str, Any]]:
    items = boto3.client("dynamodb").scan(TableName=table)["Items"]
    return [dict(item) for item in items if item["pk"]["S"].startswith("OUTBOX#")]
