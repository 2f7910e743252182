"""Composition root of reviews, for the API and for the machine's step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from puhui.aws import client
from puhui.clock import SystemClock
from puhui.dynamodb import FieldCipher, bind_table
from risk.adapters.dynamo_decisions import DynamoDecisions
from risk.adapters.dynamo_reviews import DynamoReviews
from risk.adapters.review_tasks import NoReviewTasks, StepFunctionsReviewTasks
from risk.adapters.rows import ROWS
from risk.adapters.rows_reviews import REVIEW_ROWS
from risk.adapters.s3_records import S3Records
from risk.review_ports import Reviews, ReviewTasks
from risk.settings import ReviewSettings
from risk.usecases.read_review import ReadReview
from risk.usecases.record_review import RecordReview
from risk.usecases.request_review import RequestReview


@dataclass(frozen=True, kw_only=True)
class ReviewDesk:
    """What is done with reviews of decisions."""

    reviews: Reviews
    request: RequestReview
    read: ReadReview
    record: RecordReview


@cache
def reviews() -> ReviewDesk:
    """Build everything once per process."""
    settings = ReviewSettings.from_env()
    bind_table(settings.table_name, *ROWS, *REVIEW_ROWS)
    clock = SystemClock()
    kept = DynamoReviews(FieldCipher(client("kms"), settings.data_key_arn))
    machine = settings.review_machine
    tasks: ReviewTasks = (
        NoReviewTasks()
        if machine is None
        else StepFunctionsReviewTasks(client("stepfunctions"), machine)
    )
    decisions = DynamoDecisions(S3Records(client("s3"), settings.decisions_bucket))
    return ReviewDesk(
        reviews=kept,
        request=RequestReview(decisions, kept, tasks, clock),
        read=ReadReview(kept),
        record=RecordReview(kept, clock),
    )
