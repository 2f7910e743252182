"""A queue that never loses a message: dead letters kept for 14 days, and an alarm on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra import nag
from infra.names import kebab
from infra.patterns import alarms
from infra.patterns.function import ModuleFunction

if TYPE_CHECKING:
    from infra.stacks.base import ModuleStack

RETENTION_DAYS: Final = 14
MAX_RECEIVES: Final = 3
VISIBILITY_PER_TIMEOUT: Final = 6
"""AWS asks for six times the function's timeout, or a slow batch is delivered twice."""
DEFAULT_VISIBILITY_SECONDS: Final = 180
DEFAULT_CONCURRENCY: Final = 10


class DeadLetters(Construct):
    """Where failed work waits for an operator; `puhui dlq` reads and redrives it."""

    def __init__(self, scope: Construct, construct_id: str, *, stack: ModuleStack, of: str) -> None:
        super().__init__(scope, construct_id)
        resource = f"{kebab(of)}-dlq"
        self.physical_name = stack.names.physical(resource)
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=self.physical_name,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(RETENTION_DAYS),
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.arn = str(self.queue.queue_arn)
        self.url = str(self.queue.queue_url)
        nag.acknowledge(self, "AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy")
        alarms.add_alarm(
            stack,
            self,
            alarms.DEAD_LETTERS,
            resource=resource,
            dimensions={"QueueName": self.physical_name},
        )
        stack.parts.queues.append(self.physical_name)


class ModuleQueue(Construct):
    """A module's queue, published as `/puhui/{env}/{module}/{queue}/queue-url` and `queue-arn`."""

    def __init__(self, stack: ModuleStack, construct_id: str) -> None:
        super().__init__(stack, construct_id)
        self.stack = stack
        self.physical_name = stack.names.physical(construct_id)
        self.dead_letters = DeadLetters(self, "DeadLetters", stack=stack, of=construct_id)
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=self.physical_name,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(RETENTION_DAYS),
            visibility_timeout=Duration.seconds(DEFAULT_VISIBILITY_SECONDS),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters.queue, max_receive_count=MAX_RECEIVES
            ),
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.arn = str(self.queue.queue_arn)
        self.url = str(self.queue.queue_url)
        self._redrive_here_only()
        alarms.add_alarm(
            stack,
            self,
            alarms.QUEUE_AGE,
            resource=kebab(construct_id),
            dimensions={"QueueName": self.physical_name},
        )
        stack.parts.queues.append(self.physical_name)
        stack.publish(kebab(construct_id), "queue-url", self.url)
        stack.publish(kebab(construct_id), "queue-arn", self.arn)

    def _redrive_here_only(self) -> None:
        """Let dead letters go back to this queue only.

        The ARN is composed from the name: each queue would wait for the other otherwise.
        """
        source = self.stack.format_arn(service="sqs", resource=self.physical_name)
        dead_letters: Any = self.dead_letters.queue.node.default_child
        dead_letters.redrive_allow_policy = {
            "redrivePermission": "byQueue",
            "sourceQueueArns": [source],
        }

    def consume_with(
        self,
        function: ModuleFunction,
        *,
        batch_size: int = 10,
        max_concurrency: int = DEFAULT_CONCURRENCY,
    ) -> None:
        """Deliver messages to a function that reports the ones that failed."""
        cfn_queue: Any = self.queue.node.default_child
        cfn_queue.visibility_timeout = max(
            DEFAULT_VISIBILITY_SECONDS, VISIBILITY_PER_TIMEOUT * function.timeout_seconds
        )
        function.alias.add_event_source(
            sources.SqsEventSource(
                self.queue,
                batch_size=batch_size,
                max_concurrency=max_concurrency,
                report_batch_item_failures=True,
            )
        )
        nag.acknowledge(function, "Serverless-LambdaEventSourceMappingDestination")
