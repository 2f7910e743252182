"""How an execution of moto's state machines ended, once it has."""

from __future__ import annotations

import time
from typing import Any

import boto3

from infra.local.moto_shims import states

SECONDS_TO_WAIT = 30.0
PAUSE_SECONDS = 0.02


def ended(execution: str) -> dict[str, Any]:
    """The execution with its output or error; inside `aws()`."""
    states.install_whole_outcomes()
    client = boto3.client("stepfunctions")
    until = time.monotonic() + SECONDS_TO_WAIT
    while time.monotonic() < until:
        found = client.describe_execution(executionArn=execution)
        if found["status"] != "RUNNING":
            return dict(found)
        time.sleep(PAUSE_SECONDS)
    raise AssertionError("the workflow still waits")
