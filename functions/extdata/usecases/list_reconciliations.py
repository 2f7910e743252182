"""List reconciliations (对账一览): every provider of a month, with or without a statement."""

from __future__ import annotations

from dataclasses import dataclass

from extdata.domain.reconciliation import Reconciliation
from extdata.usecases.reconcile_month import ReconcileMonth
from puhui.tenancy import BankId


@dataclass(frozen=True)
class ListReconciliations:
    """Every provider of a month, by id."""

    reconcile_month: ReconcileMonth

    def __call__(self, bank_id: BankId, month: str) -> list[Reconciliation]:
        """Providers of the bill; of a draft only those that sent a statement already."""
        reconcile_month = self.reconcile_month
        bill = reconcile_month.get_bill(bank_id, month)
        current = reconcile_month.statements.current
        return [
            reconcile_month.held_against(bill, provider_id)
            for provider_id in bill.providers
            if bill.closed_at is not None or current(bank_id, provider_id, month) is not None
        ]
