"""What became of a loan (贷款结果) within a year: good or bad, once it is known.

The definition is that of the application scores' cards: 30 days or more past due within 12 months
(✎ a bank that keeps another one changes it here and on its cards together).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from servicing.domain.account.account import BADLY_LATE_DAYS, Account
from servicing.domain.account.position import LoanStatus
from servicing.domain.plan.calendar import months_after

BAD_FROM_DAYS: Final = BADLY_LATE_DAYS
WINDOW_MONTHS: Final = 12


class LoanOutcome(StrEnum):
    """How a loan went."""

    GOOD = "good"
    BAD = "bad"


def outcome_of(account: Account, disbursed_on: date) -> LoanOutcome | None:
    """Bad: late or written off within the window; good: settled or past it without; else unknown.

    A write-off counts without lateness too: what is given up for a death or a fraud was no good
    loan.
    """
    last_day = months_after(disbursed_on, WINDOW_MONTHS)
    late_on, closed_on = account.badly_late_on, account.closed_on
    if late_on is not None and late_on <= last_day:
        return LoanOutcome.BAD
    if closed_on is not None and closed_on <= last_day:
        written_off = account.status is LoanStatus.WRITTEN_OFF
        return LoanOutcome.BAD if written_off else LoanOutcome.GOOD
    return LoanOutcome.GOOD if account.day > last_day else None
