"""Occupy limit (占用额度) and release it (释放额度)."""

from __future__ import annotations

from dataclasses import dataclass

from factory.ports import Limits, Occupation
from puhui.tenancy import BankId


@dataclass(frozen=True)
class OccupyLimit:
    """Claim the amount on the customer's limit, with the accepted terms checked in one write."""

    limits: Limits

    def __call__(self, occupation: Occupation) -> Occupation:
        self.limits.occupy(occupation)
        return occupation


@dataclass(frozen=True)
class ReleaseLimit:
    """Give back what an application occupied; compensation, harmless when repeated."""

    limits: Limits

    def __call__(self, bank_id: BankId, customer_id: str, disbursement_id: str) -> bool:
        return self.limits.release(bank_id, customer_id, disbursement_id)
