"""Finish loans (结清收尾): what is still open about a loan that has ended is brought to its end.

A loan that has ended is no longer walked by end of day, so nothing else would close its collection
case, the warnings that were seen on it, its planned checks and its watch.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from puhui.clock import Clock
from puhui.errors import StaleVersion
from puhui.tenancy import BankId
from servicing.book_ports import EndedBooks
from servicing.collections_ports import CollectionFiles
from servicing.domain.account.book import LoanBook
from servicing.domain.account.position import LoanStatus
from servicing.domain.checks.plan import changed, lapsed
from servicing.domain.warning.announcements import disposed
from servicing.domain.warning.warning import LoanWarning
from servicing.usecases.review_collection import ReviewCollection
from servicing.warning_ports import Checks, Warnings, Watches

LOOK_BACK_DAYS: Final = 7
"""What ended after its partition was walked is found by one of the next nights."""
MAX_ATTEMPTS: Final = 2
"""Somebody answered the warning, or wrote the watch, in the same instant: read again, once."""


@dataclass(frozen=True)
class FinishLoans:
    """Finish the loans of a partition that ended lately; again changes nothing.

    A written-off loan is still claimed: of it only the case is reviewed and the watch ended.
    """

    books: EndedBooks
    review: ReviewCollection
    files: CollectionFiles
    warnings: Warnings
    checks: Checks
    watches: Watches
    clock: Clock

    def __call__(self, bank_id: BankId, partition: int, day: date) -> int:
        """How many loans have ended lately."""
        since = day - timedelta(days=LOOK_BACK_DAYS)
        ended = self.books.ended_since(bank_id, partition, since)
        for debtor_id in dict.fromkeys(book.loan.customer_id for book in ended):
            if self.files.find(bank_id, debtor_id) is not None:
                self.review(bank_id, debtor_id, day)
        for book in ended:
            self._end_watch(book)
            if book.account.status is LoanStatus.SETTLED:
                self._lapse_checks(book)
        settled = [one for one in ended if one.account.status is LoanStatus.SETTLED]
        for debtor_id in dict.fromkeys(book.loan.customer_id for book in settled):
            self._close_warnings(bank_id, debtor_id)
        return len(ended)

    def _close_warnings(self, bank_id: BankId, debtor_id: str) -> None:
        known = self.books.of_customer(bank_id, debtor_id)
        over = {
            loan_id for loan_id, one in known.items() if one.account.status is LoanStatus.SETTLED
        }
        for warning in self._of_settled(bank_id, debtor_id, over):
            try:
                self._close(warning)
            except StaleVersion:
                again = self.warnings.get(bank_id, warning.warning_id)
                for one in _only_of([again], over):
                    self._close(one)

    def _of_settled(self, bank_id: BankId, debtor_id: str, over: set[str]) -> list[LoanWarning]:
        return _only_of(self.warnings.last_of(bank_id, debtor_id).values(), over)

    def _close(self, warning: LoanWarning) -> None:
        closed = warning.settled(self.clock.now())
        self.warnings.write(closed, [disposed(closed)])

    def _lapse_checks(self, book: LoanBook) -> None:
        loan = book.loan
        plan = self.checks.of_loan(loan.bank_id, loan.loan_id)
        gone = changed(plan, lapsed(plan))
        if gone:
            self.checks.write(loan.bank_id, loan.loan_id, loan.branch_id, gone)

    def _end_watch(self, book: LoanBook) -> None:
        loan = book.loan
        for attempt in range(1, MAX_ATTEMPTS + 1):
            watch = self.watches.of_loans(loan.bank_id, [loan.loan_id]).get(loan.loan_id)
            if watch is None or watch.has_ended:
                return
            try:
                self.watches.save(watch.ended())
            except StaleVersion:
                if attempt == MAX_ATTEMPTS:
                    raise


def _only_of(warnings: Iterable[LoanWarning], over: set[str]) -> list[LoanWarning]:
    """The open warnings that were seen on settled loans alone."""
    return [one for one in warnings if not one.is_closed and set(one.loan_ids) <= over]
