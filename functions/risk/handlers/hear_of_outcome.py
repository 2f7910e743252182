"""Hears of loans that turned out good or bad (贷款结果), for the vintage tables of the models."""

from __future__ import annotations

from typing import Any

from puhui.contracts.servicing_outcomes import LoanOutcomeKnown
from puhui.events import envelope_of_record, parse_event
from puhui.observability import instrument, logger, metrics
from puhui.sqs import each_record
from puhui.tenancy import bank_id
from risk.monitoring_wiring import night


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Every record on its own; only those that failed come back."""
    return each_record(event, _receive)


def _receive(record: dict[str, Any]) -> None:
    envelope = envelope_of_record(record)
    known = parse_event(LoanOutcomeKnown, envelope)
    outcome = night().hear_of_outcome(bank_id(envelope.bank_id), known)
    told = "Unmatched" if outcome is None else outcome.result.capitalize()
    metrics.count(f"LoanOutcome{told}", bank_id=envelope.bank_id)
    logger.info(
        "outcome heard",
        bank_id=envelope.bank_id,
        application_id=known.application_id,
        loan_id=known.loan_id,
        outcome=known.result,
        decision_id=None if outcome is None else outcome.decision_id,
    )
