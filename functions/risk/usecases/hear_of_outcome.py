"""Hear of outcome (听取贷款结果): what servicing tells of a loan, kept beside its decision."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.contracts.risk import RecordLoanOutcome
from puhui.contracts.servicing_outcomes import LoanOutcomeKnown
from puhui.tenancy import BankId
from risk.domain.errors import DecisionNotFound
from risk.domain.monitoring.outcome import Outcome
from risk.usecases.record_outcome import RecordOutcome


@dataclass(frozen=True)
class HearOfOutcome:
    """Keep an outcome once; of a loan that was never decided here there is nothing to measure."""

    record_outcome: RecordOutcome

    def __call__(self, bank_id: BankId, known: LoanOutcomeKnown) -> Outcome | None:
        """The outcome as it counts now, or None where no decision is on record."""
        try:
            return self.record_outcome(
                RecordLoanOutcome(
                    bank_id=bank_id,
                    correlation_id=known.loan_id,
                    application_id=known.application_id,
                    result=known.result,
                    known_on=known.known_on,
                )
            )
        except DecisionNotFound:
            return None
