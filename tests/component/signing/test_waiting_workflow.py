"""A state machine that waits for a contract hears its outcome, whatever it is."""

from __future__ import annotations

import json
import time
from typing import Any

import boto3
import pytest

from puhui.contracts.factory import ApplicationClosed
from puhui.contracts.signing import PrepareContract
from signing.handlers.void_contract import handler as void_contract
from tests.support.executions import ended
from tests.support.signing import TODAY
from tests.support.signing_world import World

ROLE = "arn:aws-cn:iam::123456789012:role/workflow"
SECONDS_TO_WAIT = 10


def start_waiting(timeout_seconds: int = 60) -> tuple[str, str]:
    """Start an execution that waits by queue; answer its ARN and its task token."""
    queue = boto3.client("sqs").create_queue(QueueName="commands")["QueueUrl"]
    machine = {
        "StartAt": "Sign contract",
        "States": {
            "Sign contract": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "TimeoutSeconds": timeout_seconds,
                "Parameters": {
                    "QueueUrl": queue,
                    "MessageBody": {"task_token.$": "$$.Task.Token"},
                },
                "End": True,
            }
        },
    }
    states = boto3.client("stepfunctions")
    arn = states.create_state_machine(name="waiting", definition=json.dumps(machine), roleArn=ROLE)[
        "stateMachineArn"
    ]
    execution = states.start_execution(stateMachineArn=arn, name="app-1")["executionArn"]
    return execution, _token(queue)


def _token(queue: str) -> str:
    for _ in range(SECONDS_TO_WAIT * 20):
        messages = boto3.client("sqs").receive_message(QueueUrl=queue).get("Messages", [])
        if messages:
            return str(json.loads(messages[0]["Body"])["task_token"])
        time.sleep(0.05)
    raise AssertionError("the workflow sent no command")


def waiting(world: World, **changes: Any) -> tuple[str, PrepareContract]:
    """An execution that waits, and the command that it sent."""
    execution, token = start_waiting()
    return execution, world.command(task_token=token, **changes)


def test_the_workflow_hears_of_the_sealed_contract(world: World) -> None:
    execution, command = waiting(world)
    world.prepare(command)
    world.request_signature()
    world.sign()

    world.deliver()

    contract = world.contract()
    assert json.loads(ended(execution)["output"]) == {
        "outcome": "signed",
        "contract_id": contract["contract_id"],
        "document_sha256": contract["document_sha256"],
    }


def test_an_outcome_delivered_again_ends_by_name_and_harms_nothing(world: World) -> None:
    execution, command = waiting(world)
    world.prepare(command)
    world.request_signature()
    world.sign()
    world.deliver()
    before = ended(execution)["output"]

    assert world.deliver() == [{"batchItemFailures": []}]
    assert ended(execution)["output"] == before


def test_the_workflow_hears_of_a_refusal(world: World) -> None:
    execution, command = waiting(world)
    world.prepare(command)
    contract = world.contract()
    world.api("POST", "/contracts/{contract_id}/refusal", contract_id=contract["contract_id"])

    world.deliver()

    assert json.loads(ended(execution)["output"])["outcome"] == "refused"


def test_the_workflow_hears_of_a_name_that_cannot_be_printed(world: World) -> None:
    from tests.support.signing import a_party

    execution, command = waiting(world, party=a_party(legal_person_name="王𰻝"))
    world.prepare(command)

    world.deliver()

    found = ended(execution)
    assert (found["status"], found["error"]) == ("FAILED", "GlyphMissing")
    assert world.contract()["failure"] == "GlyphMissing"


def test_a_token_of_a_workflow_that_stopped_waiting_is_a_named_outcome(world: World) -> None:
    execution, command = waiting(world)
    world.prepare(command)
    boto3.client("stepfunctions").stop_execution(executionArn=execution)
    world.request_signature()
    world.sign()

    assert world.deliver() == [{"batchItemFailures": []}]
    assert world.contract()["status"] == "sealed"


@pytest.mark.parametrize("deliveries", [1, 2])
def test_a_closed_application_voids_its_contract(world: World, deliveries: int) -> None:
    world.prepare(world.command())
    closed = ApplicationClosed(
        application_id="app-1",
        customer_id="cus-1",
        outcome="expired",
        reasons=(),
        amount_fen=0,
        annual_rate_bps=0,
        closed_on=TODAY,
    )
    from puhui.clock import SystemClock

    envelope = closed.envelope(
        bank_id="north", subject="app-1", correlation_id="app-1", clock=SystemClock()
    )
    record = {"messageId": "m", "body": json.dumps({"detail": json.loads(envelope.to_json())})}

    answers = [void_contract({"Records": [record]}, None) for _ in range(deliveries)]

    assert answers == [{"batchItemFailures": []}] * deliveries
    assert world.contract()["status"] == "void"
    assert world.contract()["document_sha256"] is not None
    assert (
        world.api(
            "GET",
            "/contracts/{contract_id}/document",
            contract_id=world.contract()["contract_id"],
        ).status
        == 404
    )
