"""A table's outbox on its way to the bus: stream, publishing function, dead letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from constructs import Construct

from infra import nag
from infra.patterns.function import ModuleFunction
from infra.patterns.queue import DeadLetters
from infra.patterns.table import ModuleTable

if TYPE_CHECKING:
    from infra.stacks.base import ModuleStack

OUTBOX_KEY_PREFIX: Final = "OUTBOX#"
BATCH_SIZE: Final = 50
RETRIES: Final = 1_000
"""An outage of the bus is waited out for hours; bisection isolates a row that is unreadable."""
MAX_RECORD_HOURS: Final = 12
TIMEOUT_SECONDS: Final = 30
MEMORY_MB: Final = 256


class Outbox(Construct):
    """Publishes each outbox row of a table as an event, at least once."""

    def __init__(self, stack: ModuleStack, table: ModuleTable) -> None:
        super().__init__(stack, "Outbox")
        self.dead_letters = DeadLetters(self, "DeadLetters", stack=stack, of="outbox")
        self.function = ModuleFunction(
            stack,
            "StreamToEvents",
            handler=f"{stack.module}.handlers.stream_to_events.handler",
            timeout_seconds=TIMEOUT_SECONDS,
            memory_mb=MEMORY_MB,
            environment={"BUS_NAME": stack.platform.bus_name},
        )
        self.function.allow(["events:PutEvents"], [stack.platform.bus_arn])
        self.function.alias.add_event_source(
            sources.DynamoEventSource(
                table.table,
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                batch_size=BATCH_SIZE,
                bisect_batch_on_error=True,
                report_batch_item_failures=True,
                retry_attempts=RETRIES,
                max_record_age=Duration.hours(MAX_RECORD_HOURS),
                on_failure=sources.SqsDlq(self.dead_letters.queue),
                filters=[lambda_.FilterCriteria.filter(_new_outbox_rows())],
            )
        )
        nag.acknowledge_wildcards(self.function.role, ["*"], nag.STREAM_LISTING)


def _new_outbox_rows() -> dict[str, object]:
    return {
        "eventName": lambda_.FilterRule.is_equal("INSERT"),
        "dynamodb": {"Keys": {"pk": {"S": lambda_.FilterRule.begins_with(OUTBOX_KEY_PREFIX)}}},
    }
