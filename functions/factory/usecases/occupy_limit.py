"""Occupy limit (占用额度) and release it (释放额度)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from factory.ports import Limits, Occupation
from puhui.clock import BusinessCalendar
from puhui.tenancy import BankId


@dataclass(frozen=True)
class OccupyLimit:
    """Claim the amount on the customer's limit, with the accepted terms checked in one write."""

    limits: Limits
    calendar: BusinessCalendar

    def __call__(self, occupation: Occupation) -> date:
        """Answer the accounting day on which the money is to be booked."""
        self.limits.occupy(occupation)
        return self.calendar.today()


@dataclass(frozen=True)
class ReleaseLimit:
    """Give back what an application occupied; compensation, harmless when repeated."""

    limits: Limits

    def __call__(self, bank_id: BankId, customer_id: str, disbursement_id: str) -> bool:
        return self.limits.release(bank_id, customer_id, disbursement_id)
