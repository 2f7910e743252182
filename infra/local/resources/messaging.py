"""Creates what moves messages: queues, buses, rules, schedules, event source mappings."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.deployed import EventSource, Queue, Schedule
from infra.local.intrinsics import Made
from infra.local.resources.context import Context, Wanted

QUEUE_ATTRIBUTES = (
    "VisibilityTimeout",
    "DelaySeconds",
    "MessageRetentionPeriod",
    "MaximumMessageSize",
    "ReceiveMessageWaitTimeSeconds",
    "FifoQueue",
    "ContentBasedDeduplication",
)
DEFAULT_VISIBILITY_SECONDS = 30


def create_queue(context: Context, wanted: Wanted) -> Made:
    """`AWS::SQS::Queue` with its redrive policy."""
    properties = wanted.properties
    name = wanted.name("QueueName", limit=80)
    attributes = {key: _text(properties[key]) for key in QUEUE_ATTRIBUTES if key in properties}
    redrive = properties.get("RedrivePolicy")
    if redrive:
        attributes["RedrivePolicy"] = json.dumps(redrive)
    url = context.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    account = context.account
    arn = f"arn:{account.partition}:sqs:{account.region}:{account.account_id}:{name}"
    context.deployed.queues[name] = Queue(
        name=name,
        url=url,
        arn=arn,
        dead_letter_arn=redrive["deadLetterTargetArn"] if redrive else None,
        max_receive_count=int(redrive["maxReceiveCount"]) if redrive else None,
        visibility_timeout_seconds=int(
            properties.get("VisibilityTimeout", DEFAULT_VISIBILITY_SECONDS)
        ),
    )
    return Made(ref=url, attributes={"Arn": arn, "QueueName": name, "QueueUrl": url})


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def create_bus(context: Context, wanted: Wanted) -> Made:
    """`AWS::Events::EventBus`."""
    name = wanted.name("Name", limit=256)
    arn = context.client("events").create_event_bus(Name=name)["EventBusArn"]
    return Made(ref=name, attributes={"Arn": arn, "Name": name})


def create_rule(context: Context, wanted: Wanted) -> Made:
    """`AWS::Events::Rule`: patterns are matched by moto, schedules are kept by our own clock."""
    properties = wanted.properties
    name = wanted.name("Name")
    bus = str(properties.get("EventBusName", "default")).split("/")[-1]
    targets = properties.get("Targets", [])
    client = context.client("events")
    request: dict[str, Any] = {"Name": name, "State": properties.get("State", "ENABLED")}
    if pattern := properties.get("EventPattern"):
        request["EventPattern"] = json.dumps(pattern)
    if expression := properties.get("ScheduleExpression"):
        request["ScheduleExpression"] = expression
    arn = client.put_rule(EventBusName=bus, **request)["RuleArn"]
    if targets:
        client.put_targets(Rule=name, EventBusName=bus, Targets=[_target(one) for one in targets])
    if expression and request["State"] == "ENABLED":
        context.deployed.schedules += [
            Schedule(
                name=name,
                expression=expression,
                target_arn=target["Arn"],
                payload=target.get("Input", "{}"),
            )
            for target in targets
        ]
    return Made(ref=name, attributes={"Arn": arn})


def _target(target: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("Id", "Arn", "Input", "InputPath", "InputTransformer", "SqsParameters")
    found = {key: target[key] for key in (*kept, "DeadLetterConfig") if key in target}
    if "RetryPolicy" in target:
        found["RetryPolicy"] = {key: int(value) for key, value in target["RetryPolicy"].items()}
    return found


def create_schedule(context: Context, wanted: Wanted) -> Made:
    """`AWS::Scheduler::Schedule`."""
    properties = wanted.properties
    name = wanted.name("Name")
    target = properties["Target"]
    if properties.get("State", "ENABLED") == "ENABLED":
        context.deployed.schedules.append(
            Schedule(
                name=name,
                expression=properties["ScheduleExpression"],
                target_arn=target["Arn"],
                payload=target.get("Input", "{}"),
            )
        )
    return Made(ref=name, attributes={"Arn": f"arn:local:scheduler:::schedule/{name}"})


def create_event_source(context: Context, wanted: Wanted) -> Made:
    """`AWS::Lambda::EventSourceMapping`, driven by our own dispatcher."""
    properties = wanted.properties
    destinations = properties.get("DestinationConfig", {}).get("OnFailure", {})
    filters = properties.get("FilterCriteria", {}).get("Filters", [])
    retries = properties.get("MaximumRetryAttempts")
    if properties.get("Enabled", True):
        context.deployed.event_sources.append(
            EventSource(
                source_arn=properties["EventSourceArn"],
                function=properties["FunctionName"],
                batch_size=int(properties.get("BatchSize", 10)),
                batch_window_seconds=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
                partial_failures="ReportBatchItemFailures"
                in properties.get("FunctionResponseTypes", []),
                filters=[json.loads(one["Pattern"]) for one in filters],
                bisect_on_error=bool(properties.get("BisectBatchOnFunctionError")),
                maximum_retries=None if retries in (None, -1) else int(retries),
                on_failure_arn=destinations.get("Destination"),
            )
        )
    return Made(ref=f"{wanted.stack.name}-{wanted.logical_id}")


CREATORS: Mapping[str, Callable[[Context, Wanted], Made]] = {
    "AWS::SQS::Queue": create_queue,
    "AWS::Events::EventBus": create_bus,
    "AWS::Events::Rule": create_rule,
    "AWS::Scheduler::Schedule": create_schedule,
    "AWS::Lambda::EventSourceMapping": create_event_source,
}
