"""Tasks for reviews: a state machine that asks operations, or nobody where there is none."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from puhui.aws import error_code
from puhui.errors import UpstreamUnavailable
from risk.domain.review import Handler, Review

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_ID: Final = re.compile(r"[A-Za-z0-9_\-]{1,80}")


@dataclass(frozen=True)
class StepFunctionsReviewTasks:
    """`risk.review_ports.ReviewTasks` through the machine `ReviewDecision`."""

    client: SFNClient
    machine_arn: str
    handler: Handler = "operations"

    def open(self, review: Review) -> None:
        """Named after the review, so that a second start is a no-op."""
        asker = review.asked.by if _ID.fullmatch(review.asked.by) else None
        question = {
            "bank_id": review.bank_id,
            "branch_id": review.branch_id,
            "review_id": review.review_id,
            "decision_id": review.decision_id,
            "application_id": review.application_id,
            "asked_by": asker,
            "amount_fen": review.amount_fen,
            "limit_fen": review.limit_fen,
            "annual_rate_bps": review.rate_bps,
        }
        try:
            self.client.start_execution(
                stateMachineArn=self.machine_arn, name=review.review_id, input=json.dumps(question)
            )
        except ClientError as error:
            if error_code(error) != "ExecutionAlreadyExists":
                raise UpstreamUnavailable("the review could not be started") from error
        except BotoCoreError as error:
            raise UpstreamUnavailable("the workflow service does not answer") from error


@dataclass(frozen=True)
class NoReviewTasks:
    """`risk.review_ports.ReviewTasks` without operations: the review waits in risk's own list."""

    handler: Handler = "risk"

    def open(self, review: Review) -> None:
        """There is nothing to open."""
