"""State machines under our shims, as on AWS."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra.local.moto_shims.states import COUNTERS
from tests.support.shimmed_moto import (
    Outside,
    client,
)


def run(definition: dict[str, Any], payload: Any = None) -> dict[str, Any]:
    states = client("stepfunctions")
    arn = states.create_state_machine(
        name="m",
        definition=json.dumps({"QueryLanguage": "JSONata", **definition}),
        roleArn="arn:aws-cn:iam::123456789012:role/r",
    )["stateMachineArn"]
    execution = states.start_execution(
        stateMachineArn=arn, name="e", input=json.dumps(payload or {})
    )["executionArn"]
    for _ in range(2000):
        described: dict[str, Any] = states.describe_execution(executionArn=execution)
        if described["status"] != "RUNNING":
            return described
        time.sleep(0.005)
    raise AssertionError("the execution did not end")


def a_task(**more: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "TimeoutSeconds": 5,
        "Arguments": {"FunctionName": "f", "Payload": {"fail": "{% $states.input.fail %}"}},
        "Output": "{% $states.result.Payload %}",
        "End": True,
        **more,
    }


def test_nothing_fails_the_execution_as_on_aws(outside: Outside) -> None:
    states = {"A": {"Type": "Pass", "Output": "{% $states.input.nobody %}", "End": True}}

    ended = run({"StartAt": "A", "States": states})

    assert (ended["status"], ended["error"]) == ("FAILED", "States.QueryEvaluationError")
    assert "returned nothing (undefined)" in ended["cause"]


def test_variables_keep_quotes_numbers_and_null(outside: Outside) -> None:
    assign = {"text": "{% $states.input.text %}", "nothing": None, "literal": 'a "b" \\ c'}
    states = {
        "A": {"Type": "Pass", "Assign": assign, "Next": "B"},
        "B": {
            "Type": "Pass",
            "Output": {"t": "{% $text %}", "n": "{% $nothing %}", "l": "{% $literal %}",
                       "half": "{% $states.context.Execution.Input.amount / 2 %}"},
            "End": True,
        },
    }  # fmt: skip

    ended = run({"StartAt": "A", "States": states}, {"text": 'it\'s "odd" ${x}', "amount": 10})

    assert json.loads(ended["output"]) == {
        "t": "it's \"odd\" ${x}", "n": None, "l": 'a "b" \\ c', "half": 5,
    }  # fmt: skip


def test_an_error_class_of_a_handler_is_caught_by_its_name(outside: Outside) -> None:
    error = {"error": "{% $states.errorOutput.Error %}"}
    catch = [{"ErrorEquals": ["UpstreamUnavailable"], "Output": error, "Next": "Caught"}]
    states = {"A": a_task(Catch=catch), "Caught": {"Type": "Succeed"}}

    ended = run({"StartAt": "A", "States": states}, {"fail": "UpstreamUnavailable"})

    assert json.loads(ended["output"]) == {"error": "UpstreamUnavailable"}


def test_retries_count_as_transitions(outside: Outside) -> None:
    before = COUNTERS.state_transitions
    retry = [{"ErrorEquals": ["X"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 2.0}]

    run({"StartAt": "A", "States": {"A": a_task(Retry=retry)}}, {"fail": "X"})

    assert COUNTERS.state_transitions - before == 3


def test_the_cause_of_a_failed_task_token_survives(outside: Outside) -> None:
    sqs, states_client = client("sqs"), client("stepfunctions")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    states = {
        "A": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "TimeoutSeconds": 10,
            "Arguments": {
                "QueueUrl": url,
                "MessageBody": {"t": "{% $states.context.Task.Token %}"},
            },
            "End": True,
        }
    }

    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(run, {"StartAt": "A", "States": states})
        while not (messages := sqs.receive_message(QueueUrl=url).get("Messages")):
            pass
        token = json.loads(messages[0]["Body"])["t"]
        states_client.send_task_failure(taskToken=token, error="Withdrawn", cause="by phone")

    assert (ended.result()["error"], ended.result()["cause"]) == ("Withdrawn", "by phone")
