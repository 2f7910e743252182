"""Keepers of books without one of their guards: each must break a promise under some seed."""

from __future__ import annotations

from infra.simulation.in_memory_loan_books import InMemoryLoanBooks
from puhui.tenancy import BankId
from servicing.domain.account.book import LoanBook, LoanChange
from servicing.domain.account.events import LoanEvent
from servicing.domain.vouchers import Voucher
from servicing.usecases.record_event import AskedEvent, RecordedEvent, RecordEvent
from tests.support.ledger_sim_faults import Killed


class NoVersionGuard(InMemoryLoanBooks):
    """A change of an older version is written over a newer one."""

    def _refuse_stale(self, change: LoanChange) -> None:
        pass


class NoEventKeyGuard(InMemoryLoanBooks):
    """An event id may be taken by several loans."""

    def _refuse_known_event(self, change: LoanChange) -> None:
        pass


class NoBankGuard(InMemoryLoanBooks):
    """Every bank sees every book."""

    def _belongs(self, book: LoanBook, bank_id: BankId) -> bool:
        return True


class NoAnnouncement(InMemoryLoanBooks):
    """Nobody hears of a change."""

    def _keep_event(self, change: LoanChange) -> None:
        pass


class NoOutcome(InMemoryLoanBooks):
    """Nobody hears what became of a loan."""

    def _keep_event(self, change: LoanChange) -> None:
        super()._keep_event(change)
        self.books.events[:] = [one for one in self.books.events if one.name != "LoanOutcomeKnown"]


class TornChange(InMemoryLoanBooks):
    """A change is written row by row, and the function may die in between."""

    def _keep_balances(self, voucher: Voucher) -> None:
        if int(voucher.transfer_id[-1], 16) % 2:
            raise Killed
        super()._keep_balances(voucher)


class LostBalances(InMemoryLoanBooks):
    """Balances are not kept."""

    def _keep_balances(self, voucher: Voucher) -> None:
        pass


class ForgottenEvent(InMemoryLoanBooks):
    """The account changes, the log does not."""

    def _keep_book(self, change: LoanChange) -> None:
        log = self.books.loan_books[change.after.loan.loan_id].events
        super()._keep_book(change)
        book = self.books.loan_books[change.after.loan.loan_id]
        self.books.loan_books[book.loan.loan_id] = LoanBook(
            loan=book.loan,
            rules=book.rules,
            events=log,
            account=book.account,
            version=book.version,
        )


class AnyPayload(RecordEvent):
    """A known id is answered whatever is asked."""

    def _repeated(self, asked: AskedEvent, known: LoanEvent) -> RecordedEvent:
        return RecordedEvent(loan_id=asked.loan_id, event=known, is_new=False)


class AnyLoan(RecordEvent):
    """An id that another loan took is answered if only the payload is the same."""

    def _taken(self, asked: AskedEvent) -> RecordedEvent:
        known = self.books.known(asked.event_id)
        assert known is not None
        return self._repeated(asked, known.event)
