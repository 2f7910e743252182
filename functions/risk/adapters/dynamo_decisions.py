"""Decisions in DynamoDB: written once together with their event, never changed.

Every record lies in the bucket where nothing can be changed; the row has its key and hash, and a
small record itself, so that reading a decision needs one call.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from puhui.clock import FixedClock, utc_text
from puhui.contracts.risk import DecisionResult
from puhui.dynamodb import dynamo_errors, transaction
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId
from risk.adapters.rows import DecisionRow, RiskOutboxRow
from risk.adapters.s3_records import S3Records
from risk.domain.decision import Decision
from risk.domain.errors import DecisionExists, DecisionNotFound, RecordBroken

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

    def add(self, decision: Decision, correlation_id: str) -> None:
        """The record, then one transaction: the row, which must be new, and its event.

        Of two that decide at once the second leaves a record that no row names; the answer, its
        event and whatever is read are always the first's.
        """
        result = decision.result
        envelope = decision.event.envelope(
            bank_id=decision.bank_id,
            subject=result.application_id,
            correlation_id=correlation_id,
            clock=FixedClock(decision.decided_at),
            dedup=result.decision_id,
        )
        row = self._to_row(decision)
        with transaction(conflict=DecisionExists) as write:
            write.save(row)
            for event in outbox_rows(RiskOutboxRow, [envelope]):
                write.save(event)

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

    def _to_row(self, decision: Decision) -> DecisionRow:
        result = decision.result
        inline = len(decision.record) <= MAX_INLINE_BYTES
        key = self.records.keep(decision.bank_id, result.decision_id, decision.record)
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
            record_key=key,
        )

    def _to_domain(self, bank_id: BankId, row: DecisionRow) -> Decision:
        result = DecisionResult.model_validate_json(row.result)
        inline = row.record
        body = inline.encode() if inline is not None else self.records.read(str(row.record_key))
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


def _pk(bank_id: BankId, decision_id: str) -> str:
    return f"BANK#{bank_id}#DECISION#{decision_id}"


def _application(bank_id: BankId, application_id: str) -> str:
    return f"BANK#{bank_id}#APP#{application_id}"
