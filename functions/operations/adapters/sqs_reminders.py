"""Delivery reminders on the module's delivery queue."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from puhui.errors import UpstreamUnavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

REMINDER_DELAY_SECONDS = 45
"""Longer than one delivery attempt's lease, so the first look finds the attempt over."""


@dataclass(frozen=True)
class SqsReminders:
    """Messages that come back after the first delivery attempt should be over."""

    client: SQSClient
    queue_url: str

    def remind(self, bank_id: str, task_id: str) -> None:
        """Have this task's delivery looked after again, whatever happens to us now."""
        try:
            self.client.send_message(
                QueueUrl=self.queue_url,
                MessageBody=json.dumps({"bank_id": bank_id, "task_id": task_id}),
                DelaySeconds=REMINDER_DELAY_SECONDS,
            )
        except (ClientError, BotoCoreError) as error:
            raise UpstreamUnavailable("the delivery queue does not answer") from error
