"""Task tokens of Step Functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from operations.domain.errors import TaskTokenDead
from puhui.contracts.operations import TaskOutcome
from puhui.errors import UpstreamUnavailable

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

DEAD = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})
"""What Step Functions says of a token that was used, timed out or whose execution stopped."""


@dataclass(frozen=True)
class StepFunctionsTokens:
    """The state machines that wait for people."""

    client: SFNClient

    def complete(self, token: str, outcome: TaskOutcome) -> None:
        """Tell the workflow, or raise TaskTokenDead when it no longer waits."""
        try:
            self.client.send_task_success(taskToken=token, output=outcome.model_dump_json())
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in DEAD:
                raise TaskTokenDead() from error
            raise UpstreamUnavailable("the workflow service refused") from error
        except BotoCoreError as error:
            raise UpstreamUnavailable("the workflow service does not answer") from error
