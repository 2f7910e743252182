"""The workflow that waits for a contract, through its task token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from puhui import task_tokens
from puhui.contracts.signing import SigningOutcome

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class StepFunctionsWorkflow:
    """`signing.ports.Workflow`."""

    def __init__(self, client: SFNClient) -> None:
        self._client = client

    def complete(self, task_token: str, outcome: SigningOutcome) -> None:
        """Let the waiting step go on."""
        task_tokens.succeed(self._client, task_token, outcome.model_dump_json(exclude_none=True))

    def fail(self, task_token: str, error: str, cause: str) -> None:
        """End the waiting step with a named error."""
        task_tokens.fail(self._client, task_token, error, cause)
