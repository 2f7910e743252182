"""A table's outbox on its way to the bus: stream, publishing function, dead letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.patterns.function import ModuleFunction
from infra.patterns.stream import consume_stream
from infra.patterns.table import ModuleTable

if TYPE_CHECKING:
    from infra.stacks.base import ModuleStack

OUTBOX_KEY_PREFIX: Final = "OUTBOX#"
TIMEOUT_SECONDS: Final = 30
MEMORY_MB: Final = 256


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


def _new_outbox_rows() -> dict[str, object]:
    return {
        "eventName": lambda_.FilterRule.is_equal("INSERT"),
        "dynamodb": {"Keys": {"pk": {"S": lambda_.FilterRule.begins_with(OUTBOX_KEY_PREFIX)}}},
    }
