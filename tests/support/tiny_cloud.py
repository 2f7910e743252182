"""What tests do with a local cloud that runs the tiny assembly."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from infra.local.cloud import LocalCloud

PREFIX = "puhui-dev-tiny-"
TABLE = f"{PREFIX}table"


def call(cloud: LocalCloud, function: str, **payload: Any) -> tuple[Any, str | None]:
    answer = cloud.invoke(PREFIX + function, json.dumps(payload).encode())
    return answer.json(), answer.error


def eventually(check: Callable[[], Any], *, seconds: float = 15.0) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := check():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def results(cloud: LocalCloud) -> dict[str, int]:
    items = cloud.client("dynamodb").scan(TableName=f"{PREFIX}results")["Items"]
    return {item["text"]["S"]: int(item["times"]["N"]) for item in items}


def send(cloud: LocalCloud, body: str) -> None:
    url = cloud.deployed.queues[f"{PREFIX}jobs"].url
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody=body)
