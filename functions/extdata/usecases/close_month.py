"""Close a month (月结): price its calls once and for all."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extdata.domain.bill import MonthBill, month_days
from extdata.domain.errors import MonthNotOver
from extdata.finance_ports import Bills, BillSignals
from extdata.usecases.get_bill import GetBill
from puhui.clock import BusinessCalendar, Clock
from puhui.tenancy import BankId


@dataclass(frozen=True)
class CloseMonth:
    """Close a month that is over; closing it again answers the same bill."""

    bills: Bills
    get_bill: GetBill
    signals: BillSignals
    calendar: BusinessCalendar
    clock: Clock

    def __call__(self, bank_id: BankId, month: str) -> MonthBill:
        """Price every call and keep the bill; nothing changes it afterwards."""
        bill = self.get_bill(bank_id, month)
        if bill.closed_at is not None:
            return bill
        if self.calendar.today() <= month_days(month)[1]:
            raise MonthNotOver(f"{month} is not over", field="month", rule="month.open")
        kept = self.bills.keep(replace(bill, closed_at=self.clock.now()))
        self.signals.closed(kept)
        return kept
