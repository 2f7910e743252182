"""A module's interest in another's events: rule, queue with dead letters, function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.names import event_source
from infra.patterns.function import ModuleFunction
from infra.patterns.queue import ModuleQueue

if TYPE_CHECKING:
    from infra.stacks.base import ModuleStack

DELIVERY_ATTEMPTS: Final = 185
DELIVERY_HOURS: Final = 24


class Subscription(Construct):
    """Events of one source by name, kept in a queue until the function has taken them."""

    def __init__(
        self,
        stack: ModuleStack,
        construct_id: str,
        *,
        source: str,
        names: Sequence[str],
        function: ModuleFunction,
        batch_size: int = 10,
    ) -> None:
        super().__init__(stack, f"{construct_id}Subscription")
        self.queue = ModuleQueue(stack, construct_id)
        self.rule = events.Rule(
            self,
            "Rule",
            rule_name=stack.names.physical(construct_id),
            description=f"{stack.module} hears {', '.join(names)} of {source}",
            event_bus=stack.platform.bus,
            event_pattern=events.EventPattern(
                source=[event_source(source)], detail_type=list(names)
            ),
        )
        self.rule.add_target(
            targets.SqsQueue(
                self.queue.queue,
                dead_letter_queue=self.queue.dead_letters.queue,
                retry_attempts=DELIVERY_ATTEMPTS,
                max_event_age=Duration.hours(DELIVERY_HOURS),
            )
        )
        self.queue.consume_with(function, batch_size=batch_size)
