"""Decisions in DynamoDB: written once together with their day and their event, never changed.

Every record lies in the bucket where nothing can be changed; the row has its hash, and a small
record itself, so that reading a decision needs one call.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from puhui.clock import CHINA, FixedClock, utc_text
from puhui.contracts.risk import DecisionResult
from puhui.dynamodb import dynamo_errors, transaction
from puhui.errors import StaleVersion
from puhui.events import Envelope, Event
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId
from risk.adapters.rows import DecidedRow, DecisionRow, RiskOutboxRow, decided_pk
from risk.adapters.s3_records import S3Records
from risk.domain.decision import Decision, read_decision
from risk.domain.errors import DecisionNotFound, RecordBroken

MAX_INLINE_BYTES = 64 * 1024
"""A larger record is only in the bucket (ARCHITECTURE §8.7)."""
SORT_KEY = "DECISION"


@dataclass(frozen=True)
class DynamoDecisions:
    """`risk.ports.Decisions` on risk's table and its records' bucket."""

    records: S3Records

    def find(self, bank_id: BankId, decision_id: str) -> Decision | None:
        """One consistent read."""
        try:
            with dynamo_errors(missing=DecisionNotFound):
                row = DecisionRow.get(_pk(bank_id, decision_id), SORT_KEY, consistent_read=True)
        except DecisionNotFound:
            return None
        return self._to_domain(bank_id, row)

    def add(self, decision: Decision, correlation_id: str) -> Decision:
        """The record, which must be the first; then rows and event in one transaction.

        The first record is the decision, whoever writes its row: one that decides at the same
        time, or again after the first was stopped half-way, answers what the first record tells.
        """
        accepted = self._accepted(decision)
        try:
            self._write(accepted, correlation_id)
        except StaleVersion:
            known = self.find(accepted.bank_id, accepted.result.decision_id)
            if known is None:
                raise
            return known
        return accepted

    def latest_of(self, bank_id: BankId, application_id: str) -> Decision:
        """One query of one row."""
        with dynamo_errors():
            rows = list(
                DecisionRow.by_application.query(
                    _application(bank_id, application_id), scan_index_forward=False, limit=1
                )
            )
        if not rows:
            raise DecisionNotFound
        return self._to_domain(bank_id, rows[0])

    def _accepted(self, decision: Decision) -> Decision:
        decision_id = decision.result.decision_id
        kept = self.records.keep(decision.bank_id, decision_id, decision.record)
        return decision if kept == decision.record else read_decision(decision_id, kept)

    def _write(self, decision: Decision, correlation_id: str) -> None:
        with transaction(conflict=StaleVersion) as write:
            write.save(self._to_row(decision))
            write.save(_day_row(decision))
            for event in outbox_rows(RiskOutboxRow, _envelopes(decision, correlation_id)):
                write.save(event)

    def _to_row(self, decision: Decision) -> DecisionRow:
        result = decision.result
        inline = len(decision.record) <= MAX_INLINE_BYTES
        moment = utc_text(decision.decided_at)
        return DecisionRow(
            _pk(decision.bank_id, result.decision_id),
            SORT_KEY,
            gsi1pk=_application(decision.bank_id, result.application_id),
            gsi1sk=f"{moment}#{result.decision_id}",
            branch_id=decision.branch_id,
            customer_id=decision.customer_id,
            verdict=result.verdict,
            decided_at=decision.decided_at,
            result=result.model_dump_json(),
            record=decision.record.decode() if inline else None,
        )

    def _to_domain(self, bank_id: BankId, row: DecisionRow) -> Decision:
        result = DecisionResult.model_validate_json(row.result)
        inline = row.record
        body = inline.encode() if inline else self.records.read(bank_id, result.decision_id)
        if hashlib.sha256(body).hexdigest() != result.record_sha256:
            raise RecordBroken(f"the record of {result.decision_id} was changed")
        return Decision(
            bank_id=bank_id,
            branch_id=row.branch_id,
            customer_id=row.customer_id,
            decided_at=row.decided_at,
            result=result,
            record=body,
        )


def _envelopes(decision: Decision, correlation_id: str) -> Iterator[Envelope]:
    """The decision, and each model that it was made without; the same ids however often."""
    told: list[tuple[Event, str]] = [(decision.event, decision.result.application_id)]
    told += [(one, one.model_id) for one in decision.models_refused]
    for event, subject in told:
        yield event.envelope(
            bank_id=decision.bank_id,
            subject=subject,
            correlation_id=correlation_id,
            clock=FixedClock(decision.decided_at),
            dedup=decision.result.decision_id,
        )


def _day_row(decision: Decision) -> DecidedRow:
    decision_id = decision.result.decision_id
    return DecidedRow(
        decided_pk(decision.bank_id, decision.decided_at.astimezone(CHINA).date()),
        f"{utc_text(decision.decided_at)}#{decision_id}",
        decision_id=decision_id,
    )


def _pk(bank_id: BankId, decision_id: str) -> str:
    return f"BANK#{bank_id}#DECISION#{decision_id}"


def _application(bank_id: BankId, application_id: str) -> str:
    return f"BANK#{bank_id}#APP#{application_id}"
