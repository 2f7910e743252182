"""Reconcile a month (对账) with one provider: our calls, the price list, its statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from extdata.domain.bill import MonthBill, month_days
from extdata.domain.errors import MonthNotClosed
from extdata.domain.reconciliation import Reconciliation, reconcile
from extdata.finance_ports import Statements
from extdata.ports import Meters, Providers
from extdata.usecases.get_bill import GetBill
from puhui.clock import BusinessCalendar
from puhui.tenancy import BankId


@dataclass(frozen=True)
class ReconcileMonth:
    """Hold a provider's statement against the bill; nothing is corrected by itself."""

    get_bill: GetBill
    statements: Statements
    meters: Meters
    providers: Providers
    calendar: BusinessCalendar

    def __call__(self, bank_id: BankId, month: str, provider_id: str) -> Reconciliation:
        """A draft can be held against a statement that is there; a missing one needs the close.

        Disputes are as old as the first statement of the month; a missing statement is as old as
        the month's end.
        """
        self.providers.get(bank_id, provider_id)
        return self.held_against(self.get_bill(bank_id, month), provider_id)

    def held_against(self, bill: MonthBill, provider_id: str) -> Reconciliation:
        """The same for a bill that is at hand."""
        bank_id, month = bill.bank_id, bill.month
        imported = self.statements.current(bank_id, provider_id, month)
        if imported is None and bill.closed_at is None:
            raise MonthNotClosed(
                f"{month} is not closed and has no statement", field="month", rule="month.open"
            )
        opened = month_days(month)[1] + timedelta(days=1) if imported is None else imported.first_on
        return reconcile(
            bill,
            None if imported is None else imported.statement,
            provider_id=provider_id,
            late=self._late(bill, provider_id),
            opened_on=min(opened, self.calendar.today()),
        )

    def _late(self, bill: MonthBill, provider_id: str) -> frozenset[str]:
        """Calls of the month that were logged after it was closed."""
        if bill.closed_at is None:
            return frozenset()
        known = {cost.request_no for cost in bill.costs}
        logged = self.meters.of_month(bill.bank_id, bill.month, provider_id)
        return frozenset(event.request_no for event in logged) - known
