"""What monitoring reads and writes in risk's table: days, outcomes, alarms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from puhui.bodies import Body
from puhui.clock import Clock
from puhui.contracts.risk import ModelDriftDetected
from puhui.dynamodb import dynamo_errors, transaction, translate_write_errors
from puhui.errors import Conflict
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId
from risk.adapters.rows import DecidedRow, RiskOutboxRow, decided_pk
from risk.adapters.rows_monitoring import OutcomeRow, outcome_sk, outcomes_pk
from risk.domain.monitoring.outcome import Outcome

PAGE_ROWS: Final = 500
"""Rows of one query: some hundred bytes each, so well below a page of 1 MB."""
_OUTCOME: Final = Body(Outcome)


class _AlarmExists(Conflict):
    """This alarm was raised before."""


@dataclass(frozen=True)
class DynamoDecidedDays:
    """`risk.monitoring_ports.DecidedDays` on the day's partition."""

    def on(self, bank_id: BankId, day: date) -> Iterator[str]:
        """Page by page, strongly consistent: the day is over, so nothing is added any more."""
        with dynamo_errors():
            rows = DecidedRow.query(
                decided_pk(bank_id, day), consistent_read=True, page_size=PAGE_ROWS
            )
            for row in rows:
                yield row.decision_id


@dataclass(frozen=True)
class DynamoOutcomes:
    """`risk.monitoring_ports.Outcomes`: a partition a month of decisions."""

    def find(self, bank_id: BankId, vintage: str, application_id: str) -> Outcome | None:
        """One strongly consistent read."""
        with dynamo_errors():
            rows = list(
                OutcomeRow.query(
                    outcomes_pk(bank_id, vintage),
                    OutcomeRow.sk == outcome_sk(application_id),
                    consistent_read=True,
                )
            )
        return _outcome(rows[0]) if rows else None

    def save(self, bank_id: BankId, outcome: Outcome) -> Outcome:
        """Create it, or replace the version that was read."""
        row = OutcomeRow(
            outcomes_pk(bank_id, outcome.vintage),
            outcome_sk(outcome.application_id),
            body=_OUTCOME.write(replace(outcome, version=0)),
        )
        with translate_write_errors():
            row.at_version(outcome.version).save()
        return replace(outcome, version=outcome.version + 1)

    def of_vintages(self, bank_id: BankId, vintages: Iterable[str]) -> Iterator[Outcome]:
        """Month by month, page by page."""
        with dynamo_errors():
            for vintage in vintages:
                for row in OutcomeRow.query(outcomes_pk(bank_id, vintage), page_size=PAGE_ROWS):
                    yield _outcome(row)


@dataclass(frozen=True)
class OutboxDriftAlarms:
    """`risk.monitoring_ports.DriftAlarms`: an outbox row, which the table's stream publishes."""

    clock: Clock

    def raise_once(self, bank_id: BankId, alarm: ModelDriftDetected) -> bool:
        """The event's id is made of bank, model and day: a second row has no place."""
        envelope = alarm.envelope(
            bank_id=bank_id,
            subject=alarm.model_id,
            correlation_id=alarm.model_id,
            clock=self.clock,
            dedup=alarm.measured_on.isoformat(),
        )
        try:
            with transaction(conflict=_AlarmExists) as write:
                for row in outbox_rows(RiskOutboxRow, [envelope]):
                    write.save(row)
        except _AlarmExists:
            return False
        return True


def _outcome(row: OutcomeRow) -> Outcome:
    return replace(_OUTCOME.read(row.body), version=int(row.version))
