"""A table's stream and a function that consumes it: in order, filtered, nothing lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources

from infra import nag
from infra.patterns.function import ModuleFunction
from infra.patterns.queue import DeadLetters
from infra.patterns.table import ModuleTable

if TYPE_CHECKING:
    from constructs import Construct

    from infra.stacks.base import ModuleStack

BATCH_SIZE: Final = 50
RETRIES: Final = 1_000
"""An outage downstream is waited out for hours; bisection isolates a row that is unreadable."""
MAX_RECORD_HOURS: Final = 12


def consume_stream(
    stack: ModuleStack,
    scope: Construct,
    table: ModuleTable,
    function: ModuleFunction,
    *,
    pattern: dict[str, Any],
    of: str,
) -> DeadLetters:
    """Give the function every new row that matches; what it refuses for hours waits for people."""
    dead_letters = DeadLetters(scope, "DeadLetters", stack=stack, of=of)
    function.alias.add_event_source(
        sources.DynamoEventSource(
            table.table,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=BATCH_SIZE,
            bisect_batch_on_error=True,
            report_batch_item_failures=True,
            retry_attempts=RETRIES,
            max_record_age=Duration.hours(MAX_RECORD_HOURS),
            on_failure=sources.SqsDlq(dead_letters.queue),
            filters=[lambda_.FilterCriteria.filter(pattern)],
        )
    )
    nag.acknowledge_wildcards(function.role, ["*"], nag.STREAM_LISTING)
    return dead_letters
