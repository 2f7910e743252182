"""Everybody who got a loan, and what became of it so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from infra.simulation.asking import Asking
from infra.simulation.deciding import Decided
from infra.simulation.options import DEFAULT_DAYS
from servicing.domain.account.account import Account
from servicing.domain.loan import Loan


@dataclass(slots=True, kw_only=True)
class Borrower:
    """One loan of one member; a second loan is another one."""

    asking: Asking
    decided: Decided
    loan: Loan
    worst_days: int = 0
    """The longest that anything was overdue."""
    missed_on: date | None = None
    """The due day from which the default counts."""
    defaulted_on: date | None = None
    """The first day on which something was overdue for more than 90 days."""
    balance_days_fen: int = 0
    """Principal at month ends by the days between them: what it earned and cost money on."""

    @property
    def loan_id(self) -> str:
        """The loan's id."""
        return self.loan.loan_id

    def observe(self, account: Account) -> None:
        """Remember how late the loan is, whenever somebody looks at it."""
        days = account.days_overdue
        self.worst_days = max(self.worst_days, days)
        if days > DEFAULT_DAYS and self.defaulted_on is None:
            self.missed_on = account.overdue[0].due_date
            self.defaulted_on = self.missed_on + timedelta(days=DEFAULT_DAYS + 1)


class Borrowers:
    """Borrowers by loan, and the latest of each customer."""

    def __init__(self) -> None:
        """Nobody yet."""
        self.by_loan: dict[str, Borrower] = {}
        self.by_customer: dict[str, Borrower] = {}

    def add(self, borrower: Borrower) -> None:
        """A loan was paid out."""
        self.by_loan[borrower.loan_id] = borrower
        self.by_customer[borrower.asking.customer_id] = borrower
