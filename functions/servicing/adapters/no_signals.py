"""Where no early warning runs: nothing is known of any debtor, which helps nobody."""

from __future__ import annotations

from datetime import date

from puhui.tenancy import BankId
from servicing.domain.classification.judgement import Signals


class NoSignals:
    """`servicing.classification_ports.DebtorSignals` without early warning."""

    def of_debtor(self, bank_id: BankId, debtor_id: str, day: date) -> Signals:
        """Nobody looked."""
        return Signals()
