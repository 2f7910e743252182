"""The loan application's state machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from factory.domain.application import LoanApplication
from factory.domain.errors import WaitIsOver
from puhui.errors import UpstreamUnavailable

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

OVER = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})
"""AWS answers the first two, moto the third, for a token nobody waits for any more."""


class StepFunctionsWorkflow:
    """`factory.ports.Workflow`."""

    def __init__(self, client: SFNClient, workflow_arn: str) -> None:
        self._client = client
        self._arn = workflow_arn

    def start(self, application: LoanApplication) -> None:
        """Named after the attempt, so that a second start is a no-op."""
        try:
            self._client.start_execution(
                stateMachineArn=self._arn,
                name=application.execution_name,
                input=json.dumps(
                    {
                        "application_id": application.application_id,
                        "bank_id": application.bank_id,
                    }
                ),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise UpstreamUnavailable("the workflow could not be started") from error

    def complete(self, task_token: str, answer: dict[str, Any]) -> None:
        """Let a waiting step go on."""
        try:
            self._client.send_task_success(taskToken=task_token, output=json.dumps(answer))
        except ClientError as error:
            if error.response["Error"]["Code"] in OVER:
                raise WaitIsOver("the workflow no longer waits for this answer") from error
            raise UpstreamUnavailable("the workflow could not be told") from error
