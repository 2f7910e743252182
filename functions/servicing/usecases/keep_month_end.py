"""Keep month end (月末留存)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from puhui.tenancy import BankId
from servicing.domain.portfolio.month_end import MonthEndLoan
from servicing.portfolio_ports import MonthEnds


@dataclass(frozen=True)
class KeepMonthEnd:
    """Keep how every loan of a part of the book stands at a month end; again is the same.

    A loan that left the books in an earlier month stays as it was then: vintages count it for ever.
    """

    month_ends: MonthEnds

    def __call__(self, bank: BankId, as_of: date, part: int, loans: Sequence[MonthEndLoan]) -> int:
        before = self.month_ends.last_before(bank, as_of)
        told = {loan.position.loan_id for loan in loans}
        gone = [
            replace(loan, position=replace(loan.position, as_of=as_of))
            for loan in (self.month_ends.read(bank, before, part) if before else ())
            if loan.position.loan_id not in told
        ]
        self.month_ends.keep(bank, as_of, part, [*loans, *gone])
        return len(loans) + len(gone)
