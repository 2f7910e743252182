"""Task tokens of Step Functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from puhui.contracts.operations import TaskOutcome
from puhui.task_tokens import succeed

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


@dataclass(frozen=True)
class StepFunctionsTokens:
    """The state machines that wait for people."""

    client: SFNClient

    def complete(self, token: str, outcome: TaskOutcome) -> None:
        """Tell the workflow, or raise WaitIsOver when it no longer waits."""
        succeed(self.client, token, outcome.model_dump_json())
