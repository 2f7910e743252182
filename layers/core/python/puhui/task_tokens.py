"""Tell a state machine that waits for a task token how its wait ended.

    succeed(sfn, token, outcome.model_dump_json())
    fail(sfn, token, "SigningFailed", "the bank's seal was refused")

A token answers once; whoever comes second or late gets `WaitIsOver`, which is not a fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from puhui.aws import error_code
from puhui.errors import Conflict, UpstreamUnavailable

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

OVER: Final = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})
"""AWS answers the first two, moto the third, for a token nobody waits for any more."""
MAX_CAUSE_CHARACTERS: Final = 1_024


class WaitIsOver(Conflict):
    """The workflow no longer waits for this answer: it was given, or its deadline passed."""


def succeed(client: SFNClient, token: str, output: str) -> None:
    """Let the waiting step go on with this JSON, or raise `WaitIsOver`."""
    with _token_errors():
        client.send_task_success(taskToken=token, output=output)


def fail(client: SFNClient, token: str, error: str, cause: str) -> None:
    """End the waiting step with a named error, or raise `WaitIsOver`."""
    with _token_errors():
        client.send_task_failure(taskToken=token, error=error, cause=cause[:MAX_CAUSE_CHARACTERS])


@contextmanager
def _token_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error_code(error) in OVER:
            raise WaitIsOver() from error
        raise UpstreamUnavailable("the workflow could not be told") from error
    except BotoCoreError as error:
        raise UpstreamUnavailable("the workflow service does not answer") from error
