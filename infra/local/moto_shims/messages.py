"""Shims over moto's queues, event buses, Lambda and request dispatch."""

from __future__ import annotations

import functools
import importlib
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from infra.local.errors import UnknownFunction
from infra.local.moto_shims.patching import replace


def install(outside: Any) -> None:
    """Patch the services that move messages, and moto's slow look-up."""
    _install_dispatch()
    _install_queues(outside)
    _install_rules(outside)
    _install_lambda(outside)


def _install_dispatch() -> None:
    """The look-up is pure and costs a tenth of a small request."""
    dispatcher = importlib.import_module("moto.moto_server.werkzeug_app")
    application = dispatcher.DomainDispatcherApplication
    look_up = application.get_backend_for_host
    found: dict[str | None, Any] = {}

    def cached(self: Any, host: str | None) -> Any:
        if host not in found:
            found[host] = look_up(self, host)
        return found[host]

    replace(application, "get_backend_for_host", cached)


def _install_queues(outside: Any) -> None:
    queue = importlib.import_module("moto.sqs.models").Queue
    add_message = queue.add_message

    @functools.wraps(add_message)
    def add_and_tell(self: Any, message: Any) -> None:
        add_message(self, message)
        outside.notify("queue", self.name)

    replace(queue, "add_message", add_and_tell)


def _install_rules(outside: Any) -> None:
    """moto#8452: rules reach queues and logs only; Lambda and Step Functions raise.

    Queues are ours too: moto parses eight JSON paths for every event that needs none.
    """
    events = importlib.import_module("moto.events.models")
    send_to_targets = events.Rule.send_to_targets
    deliver = {"lambda": _to_function, "states": _to_state_machine, "sqs": _to_queue}

    @functools.wraps(send_to_targets)
    def send(self: Any, original_event: Any, transform_input: bool = True) -> None:
        if self.state != "ENABLED" or not self.event_pattern.matches_event(original_event):
            return
        others = []
        for target in self.targets:
            send_one = deliver.get(target["Arn"].split(":")[2])
            if send_one is None:
                others.append(target)
            else:
                message = _target_input(events, target, original_event)
                send_one(outside, self, target, message)
        if others:
            send_to_targets(_rule_with_targets(self, others), original_event, transform_input)

    replace(events.Rule, "send_to_targets", send)


def _rule_with_targets(rule: Any, targets: list[dict[str, Any]]) -> Any:
    """The same rule with other targets; the original is shared between threads."""
    other = object.__new__(type(rule))
    other.__dict__.update(rule.__dict__, targets=targets)
    return other


def _to_function(outside: Any, rule: Any, target: dict[str, Any], message: Any) -> None:
    outside.invoke_later(target["Arn"], json.dumps(message).encode())


def _to_state_machine(outside: Any, rule: Any, target: dict[str, Any], message: Any) -> None:
    models = importlib.import_module("moto.stepfunctions.parser.models")
    backend = models.stepfunctions_parser_backends[rule.account_id][rule.region_name]
    name = str(uuid.uuid4())
    backend.start_execution(target["Arn"], name=name, execution_input=json.dumps(message))


def _to_queue(outside: Any, rule: Any, target: dict[str, Any], message: Any) -> None:
    backend = importlib.import_module("moto.sqs").sqs_backends[rule.account_id][rule.region_name]
    body, queue = json.dumps(message), target["Arn"].split(":")[-1]
    group = target.get("SqsParameters", {}).get("MessageGroupId")
    try:
        backend.send_message(queue_name=queue, message_body=body, group_id=group)
    except Exception:
        dead_letters = target.get("DeadLetterConfig", {}).get("Arn")
        if dead_letters is None:
            raise
        backend.send_message(queue_name=dead_letters.split(":")[-1], message_body=body)


def _target_input(events: Any, target: dict[str, Any], event: dict[str, Any]) -> Any:
    if "Input" in target:
        return json.loads(target["Input"])
    moment = datetime.fromtimestamp(float(event["time"]), UTC)
    message = {**event, "time": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}
    if "InputTransformer" not in target:
        message.pop("ingestion-time", None)
        return message
    return events.EventTemplateParser.parse(
        input_template=target["InputTransformer"].get("InputTemplate"),
        input_paths_map=target["InputTransformer"].get("InputPathsMap", {}),
        event=message,
    )


def _install_lambda(outside: Any) -> None:
    """moto's Lambda without Docker echoes the payload; ours runs the real handler."""
    simple = importlib.import_module("moto.awslambda_simple.models").LambdaSimpleBackend
    errors = importlib.import_module("moto.awslambda.exceptions")

    def invoke(
        self: Any, function_name: str, qualifier: Any, body: Any, headers: Any, answer: Any
    ) -> bytes:
        payload = body.encode() if isinstance(body, str) else body or b""
        try:
            if headers.get("X-Amz-Invocation-Type") == "Event":
                outside.invoke_later(function_name, payload)
                return b""
            result: bytes
            result, error = outside.invoke(function_name, payload)
        except UnknownFunction as unknown:
            raise errors.UnknownFunctionException(str(unknown)) from unknown
        if error:
            answer["x-amz-function-error"] = error
        return result

    replace(simple, "invoke", invoke)
    notifications = importlib.import_module("moto.s3.notifications")

    def announce(account_id: str, event: Any, function_arn: str, region: str) -> None:
        outside.invoke_later(function_arn, json.dumps(event).encode())

    replace(notifications, "_invoke_awslambda", announce)
