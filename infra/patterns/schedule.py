"""A clock that calls a function: the end of day, an expiry sweep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda_destinations as destinations
from constructs import Construct

from infra.patterns.function import ModuleFunction
from infra.patterns.queue import DeadLetters

if TYPE_CHECKING:
    from infra.stacks.base import ModuleStack

RETRIES: Final = 3
FAILED_CALL_RETRIES: Final = 2
"""Lambda's maximum."""


class ModuleSchedule(Construct):
    """Calls a function's live alias at set times.

    A call that cannot be delivered, or that fails after its retries, waits as a dead letter: the
    call is asynchronous, and Lambda would forget it otherwise. One schedule for one function.
    """

    def __init__(
        self,
        stack: ModuleStack,
        construct_id: str,
        *,
        expression: str,
        function: ModuleFunction,
        payload: Mapping[str, object],
    ) -> None:
        super().__init__(stack, construct_id)
        self.dead_letters = DeadLetters(self, "DeadLetters", stack=stack, of=construct_id)
        rule = events.Rule(
            self,
            "Rule",
            rule_name=stack.names.physical(construct_id),
            schedule=events.Schedule.expression(expression),
        )
        rule.add_target(
            targets.LambdaFunction(
                function.alias,
                event=events.RuleTargetInput.from_object(dict(payload)),
                dead_letter_queue=self.dead_letters.queue,
                retry_attempts=RETRIES,
            )
        )
        function.alias.configure_async_invoke(
            on_failure=destinations.SqsDestination(self.dead_letters.queue),
            retry_attempts=FAILED_CALL_RETRIES,
        )
