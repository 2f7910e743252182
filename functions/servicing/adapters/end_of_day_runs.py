"""Executions of the end-of-day state machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from puhui.aws import error_code
from puhui.errors import UpstreamUnavailable
from puhui.tenancy import BankId
from servicing.domain.end_of_day.business_day import run_name

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


@dataclass(frozen=True)
class StepFunctionsEndOfDayRuns:
    """`servicing.end_of_day_ports.EndOfDayRuns`."""

    client: SFNClient
    machine_arn: str

    def start(self, bank_id: BankId, day: date, attempt: int, at: datetime) -> None:
        """Named after bank, day, attempt and instant, so that a second start is a no-op."""
        try:
            self.client.start_execution(
                stateMachineArn=self.machine_arn,
                name=run_name(bank_id, day, attempt, at),
                input=json.dumps({"bank_id": bank_id, "business_date": day.isoformat()}),
            )
        except ClientError as error:
            if error_code(error) != "ExecutionAlreadyExists":
                raise UpstreamUnavailable("the end of day could not be started") from error
        except BotoCoreError as error:
            raise UpstreamUnavailable("the workflow service does not answer") from error
