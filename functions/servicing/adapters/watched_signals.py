"""What early warning and fund tracing keep of a debtor, read for classification."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from puhui.tenancy import BankId
from servicing.domain.classification.judgement import Signals
from servicing.domain.classification.watched import signals_of
from servicing.warning_ports import FundTraces, Warnings, Watches


@dataclass(frozen=True)
class WatchedSignals:
    """`servicing.classification_ports.DebtorSignals` over the stores of early warning."""

    watches: Watches
    warnings: Warnings
    traces: FundTraces

    def of_debtor(
        self, bank_id: BankId, debtor_id: str, loan_ids: Sequence[str], day: date
    ) -> Signals:
        """Watches in one batch, the debtor's last warnings, and each loan's last trace."""
        traced = {one: self.traces.last_trace(bank_id, one) for one in loan_ids}
        return signals_of(
            day,
            loan_ids,
            self.watches.of_loans(bank_id, loan_ids),
            self.warnings.last_of(bank_id, debtor_id).values(),
            {one: trace for one, trace in traced.items() if trace is not None},
        )
