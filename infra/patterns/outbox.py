"""A table's outbox on its way to the bus: stream, publishing function, dead letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.patterns.alarms import Symptom, add_alarm
from infra.patterns.dashboards import METRICS_NAMESPACE
from infra.patterns.function import ModuleFunction
from infra.patterns.queue import DeadLetters
from infra.patterns.stream import consume_stream
from infra.patterns.table import ModuleTable

if TYPE_CHECKING:
    from infra.stacks.base import ModuleStack

OUTBOX_KEY_PREFIX: Final = "OUTBOX#"
TIMEOUT_SECONDS: Final = 30
MEMORY_MB: Final = 256
SWEEP_MINUTES: Final = 5
"""An event that the stream lost is on the bus within seven minutes, two of which are patience."""
EVENTS_SWEPT: Final = Symptom(
    "events-swept", METRICS_NAMESPACE, "EventsSwept", "Sum", 1,
    "有事件未经表流发布，由清扫任务补发。",
    "查表流的迭代器年龄、事件源映射状态与死信队列；事件已补发，消费方自行去重，不需人工重放。",
)  # fmt: skip


class Outbox(Construct):
    """Publishes each outbox row of a table as an event, at least once."""

    def __init__(self, stack: ModuleStack, table: ModuleTable) -> None:
        super().__init__(stack, "Outbox")
        self.function = ModuleFunction(
            stack,
            "StreamToEvents",
            handler=f"{stack.module}.handlers.stream_to_events.handler",
            timeout_seconds=TIMEOUT_SECONDS,
            memory_mb=MEMORY_MB,
            environment={"BUS_NAME": stack.platform.bus_name},
        )
        self.function.allow(["events:PutEvents"], [stack.platform.bus_arn])
        self.dead_letters = consume_stream(
            stack, self, table, self.function, pattern=_new_outbox_rows(), of="outbox"
        )

    def sweep(self, stack: ModuleStack, table: ModuleTable) -> None:
        """Let the same function look, by its index, for what the stream lost."""
        self.function.function.add_environment("TABLE_NAME", table.name)
        self.function.grant_table(table, "dynamodb:Query", "dynamodb:UpdateItem")
        dead_letters = DeadLetters(self, "SweepDeadLetters", stack=stack, of="start-outbox-sweep")
        rule = events.Rule(
            self,
            "EveryFewMinutes",
            rule_name=stack.names.physical("sweep-outbox"),
            description=f"{stack.module} publishes the events that its stream lost",
            schedule=events.Schedule.rate(Duration.minutes(SWEEP_MINUTES)),
        )
        rule.add_target(
            targets.LambdaFunction(
                self.function.alias,
                event=events.RuleTargetInput.from_object({}),
                dead_letter_queue=dead_letters.queue,
            )
        )
        add_alarm(
            stack, self, EVENTS_SWEPT, resource="outbox", dimensions={"service": stack.module}
        )


def _new_outbox_rows() -> dict[str, object]:
    return {
        "eventName": lambda_.FilterRule.is_equal("INSERT"),
        "dynamodb": {"Keys": {"pk": {"S": lambda_.FilterRule.begins_with(OUTBOX_KEY_PREFIX)}}},
    }
