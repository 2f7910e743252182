"""Close month (月末结账): keep every loan as it stood, then draw up the portfolio's report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from puhui.tenancy import BankId
from servicing.domain.account.account import position_of
from servicing.domain.account.book import LoanBook
from servicing.domain.loan import Loan
from servicing.domain.portfolio.month_end import LoanLabels, MonthEndLoan
from servicing.domain.portfolio.report import PortfolioReport
from servicing.portfolio_ports import MonthEndBooks
from servicing.usecases.draw_up_portfolio import DrawUpPortfolio
from servicing.usecases.ensure_reached import EnsureReached
from servicing.usecases.keep_month_end import KeepMonthEnd

PAGE_LOANS: Final = 200
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class CloseMonth:
    """Close a month after its last business day was closed; another day is no month end.

    A loan that has moved on since then is folded again to the month end, of what was known then.
    Books that have not reached the opened day raise LedgerBehind.
    """

    books: MonthEndBooks
    keep_month_end: KeepMonthEnd
    draw_up: DrawUpPortfolio
    ensure_reached: EnsureReached
    parts: int

    def __call__(self, bank: BankId, closed: date, opened: date) -> PortfolioReport | None:
        """The report, or None where the bank's business days stay in one month."""
        self.ensure_reached(bank, opened)
        if (closed.year, closed.month) == (opened.year, opened.month):
            return None
        as_of = opened.replace(day=1) - ONE_DAY
        before = as_of.replace(day=1) - ONE_DAY
        for part in range(self.parts):
            books = [*self._open(bank, part), *self.books.ended_since(bank, part, before)]
            loans = [self._stood(book, closed) for book in books if _was_there(book, closed)]
            self.keep_month_end(bank, as_of, part, loans)
        return self.draw_up(bank, as_of)

    def _open(self, bank: BankId, part: int) -> Iterator[LoanBook]:
        after = ""
        while True:
            page = self.books.open_in(bank, part, after=after, limit=PAGE_LOANS)
            yield from page.books
            after = page.next_after
            if not after:
                return

    def _stood(self, book: LoanBook, day: date) -> MonthEndLoan:
        account = book.account
        if account.day > day:
            account = self.books.get(book.loan.bank_id, book.loan.loan_id).as_of(day)
        position = position_of(book.loan, account)
        return MonthEndLoan(
            position=position,
            tier=position.tier,
            stage=position.stage,
            labels=_labels(book.loan),
        )


def _labels(loan: Loan) -> LoanLabels:
    told = {label.code: label.value for label in loan.labels}
    return LoanLabels(
        inclusive=told.get("inclusive_nfra_1000"),
        first_loan=told.get("first_loan"),
        first_at_bank=told.get("first_at_bank"),
    )


def _was_there(book: LoanBook, day: date) -> bool:
    return book.loan.terms.disbursement_date <= day
