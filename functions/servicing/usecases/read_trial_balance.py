"""Read trial balance (试算平衡)."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.tenancy import BankId
from servicing.domain.trial_balance import TrialBalance, trial_balance
from servicing.ports import Ledger


@dataclass(frozen=True)
class ReadTrialBalance:
    """Draw up a bank's trial balance from its balances as they stand."""

    ledger: Ledger

    def __call__(self, bank: BankId) -> TrialBalance:
        return trial_balance(self.ledger.balances(bank))
