"""The loan application's state machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from factory.domain.application import LoanApplication
from puhui.aws import error_code
from puhui.errors import UpstreamUnavailable
from puhui.task_tokens import succeed

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


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
            if error_code(error) != "ExecutionAlreadyExists":
                raise UpstreamUnavailable("the workflow could not be started") from error
        except BotoCoreError as error:
            raise UpstreamUnavailable("the workflow service does not answer") from error

    def complete(self, task_token: str, answer: dict[str, Any]) -> None:
        """Let a waiting step go on."""
        succeed(self._client, task_token, json.dumps(answer))
