"""Reviews in DynamoDB, each beside the decision that it is about; an outcome leaves its event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from puhui.clock import FixedClock, utc_text
from puhui.contracts.risk import ReviewOutcome
from puhui.dynamodb import FieldCipher, dynamo_errors, transaction
from puhui.errors import Conflict, StaleVersion
from puhui.events import Envelope
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId
from risk.adapters.rows import RiskOutboxRow
from risk.adapters.rows_reviews import REVIEW_SK, ReviewRow, review_pk, status_pk
from risk.adapters.rows_sealed import SealedBody
from risk.domain.errors import ReviewNotFound
from risk.domain.review import SLA, Review, ReviewStatus

MAX_LISTED: Final = 200
"""Reviews of one answer; those that are due first."""
MAX_COUNTED: Final = 5_000
"""Reviews that one measurement counts: more than a bank's customers ask for in four weeks."""


class _ReviewExists(Conflict):
    """Somebody asked before."""


@dataclass(frozen=True)
class DynamoReviews:
    """`risk.review_ports.Reviews` on the module's table."""

    cipher: FieldCipher

    def find(self, bank_id: BankId, decision_id: str) -> Review | None:
        """One strongly consistent read."""
        try:
            with dynamo_errors(missing=ReviewNotFound):
                row = ReviewRow.get(
                    review_pk(bank_id, decision_id), REVIEW_SK, consistent_read=True
                )
        except ReviewNotFound:
            return None
        return self._review(row)

    def add(self, review: Review) -> Review:
        """Keep a new one; whoever was faster is answered."""
        try:
            with dynamo_errors(conflict=_ReviewExists):
                self._row(review).save()
        except _ReviewExists:
            return self.find(review.bank_id, review.decision_id) or review
        return replace(review, version=1)

    def save(self, review: Review) -> Review:
        """One transaction: the review and, once it is decided, its event."""
        with transaction(conflict=StaleVersion) as write:
            write.save(self._row(review).at_version(review.version))
            for row in outbox_rows(RiskOutboxRow, _events(review)):
                write.save(row)
        return replace(review, version=review.version + 1)

    def with_status(self, bank_id: BankId, status: ReviewStatus) -> Sequence[Review]:
        """Those that are due first at the front."""
        with dynamo_errors():
            rows = list(ReviewRow.by_status.query(status_pk(bank_id, status), limit=MAX_LISTED))
        return [self._review(row) for row in rows]

    def reviewed_since(self, bank_id: BankId, moment: datetime) -> Mapping[str, ReviewOutcome]:
        """`risk.monitoring_ports.ReviewedDecisions`: a review is due a fixed time after the asking.

        The index is in the order of deadlines, so those that were asked for earlier are not read.
        """
        with dynamo_errors():
            rows = ReviewRow.by_status.query(
                status_pk(bank_id, ReviewStatus.DECIDED),
                ReviewRow.gsi2sk >= utc_text(moment + SLA),
                page_size=MAX_LISTED,
                limit=MAX_COUNTED,
            )
            found = [self._review(row) for row in rows]
        return {one.decision_id: one.outcome for one in found if one.outcome is not None}

    def _row(self, review: Review) -> ReviewRow:
        row = ReviewRow(
            review_pk(review.bank_id, review.decision_id),
            REVIEW_SK,
            gsi2pk=status_pk(review.bank_id, review.status),
            gsi2sk=f"{utc_text(review.due_at)}#{review.review_id}",
        )
        SealedBody(Review, self.cipher).write(row, replace(review, version=0), review.bank_id)
        return row

    def _review(self, row: ReviewRow) -> Review:
        review = SealedBody(Review, self.cipher).read(row)
        return replace(review, version=int(row.version))


def _events(review: Review) -> list[Envelope]:
    if review.decided is None:
        return []
    return [
        review.event.envelope(
            bank_id=review.bank_id,
            subject=review.application_id,
            correlation_id=review.application_id,
            clock=FixedClock(review.decided.at),
            dedup=review.review_id,
        )
    ]
