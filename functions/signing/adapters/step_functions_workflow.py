"""The workflow that waits for a contract, through its task token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from puhui.contracts.signing import SigningOutcome
from puhui.errors import UpstreamUnavailable
from signing.domain.errors import WaitIsOver

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

OVER = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})
"""AWS answers the first two, moto the third, for a token nobody waits for any more."""
MAX_CAUSE_CHARACTERS = 1_024


class StepFunctionsWorkflow:
    """`signing.ports.Workflow`."""

    def __init__(self, client: SFNClient) -> None:
        self._client = client

    def complete(self, task_token: str, outcome: SigningOutcome) -> None:
        """Let the waiting step go on."""
        with _token_errors():
            self._client.send_task_success(
                taskToken=task_token, output=outcome.model_dump_json(exclude_none=True)
            )

    def fail(self, task_token: str, error: str, cause: str) -> None:
        """End the waiting step with a named error."""
        with _token_errors():
            self._client.send_task_failure(
                taskToken=task_token, error=error, cause=cause[:MAX_CAUSE_CHARACTERS]
            )


@contextmanager
def _token_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in OVER:
            raise WaitIsOver from error
        raise UpstreamUnavailable("the workflow could not be told") from error
    except BotoCoreError as error:
        raise UpstreamUnavailable("the workflow service does not answer") from error
