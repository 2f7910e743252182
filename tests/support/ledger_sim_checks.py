"""What the ledger's simulator looks at: the books' promises, their history, their events."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from puhui.tenancy import BankId
from servicing.domain.account.book import LoanBook
from servicing.domain.account.events import Reversal
from servicing.domain.account.outcome import outcome_of
from servicing.domain.book_invariants import check_log
from servicing.domain.invariants import check_history, check_invariants
from servicing.domain.schedule import LoanTerms, repayment_plan
from servicing.domain.vouchers import Step, Voucher
from tests.support.servicing import NORTH, SOUTH, World

OUTCOME = "LoanOutcomeKnown"
EVENT_OF_STEP = {
    Step.RESERVE: "DisbursementReserved",
    Step.POST: "DisbursementPosted",
    Step.VOID: "DisbursementVoided",
}


class BooksWatch:
    """Looks at the books of both banks again and again, and remembers their vouchers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._vouchers: dict[BankId, Sequence[Voucher]] = {NORTH: (), SOUTH: ()}
        self._books: dict[BankId, Sequence[LoanBook]] = {NORTH: (), SOUTH: ()}

    def complaints(self) -> list[str]:
        """Every promise that is broken at this moment."""
        return [
            *self._of_bank(NORTH),
            *self._of_bank(SOUTH),
            *self._of_events(),
            *self._of_outcomes(),
        ]

    def _of_bank(self, bank: BankId) -> list[str]:
        books = self._world.snapshot(bank)
        before, self._vouchers[bank] = self._vouchers[bank], list(books.vouchers)
        logs, self._books[bank] = self._books[bank], list(books.books)
        found = [
            *check_invariants(books),
            *check_history(before, books.vouchers),
            *check_log(logs, books.books),
        ]
        return [
            *map(str, found),
            *(
                f"{loan.loan_id} has another plan than its terms give"
                for loan in books.loans
                if _planned(loan.terms) != loan.schedule.sha256
            ),
        ]

    def _of_events(self) -> list[str]:
        """INV10: every voucher, loan and change of a book has told of itself exactly once."""
        told = sorted(
            (event.name, event.subject) for event in self._world.events() if event.name != OUTCOME
        )
        due = []
        for bank in (NORTH, SOUTH):
            books = self._world.snapshot(bank)
            due += [
                (EVENT_OF_STEP[v.step], v.transfer_id)
                for v in books.vouchers
                if v.step is not Step.BOOK
            ]
            for book in books.books:
                loan_id, events = book.loan.loan_id, len(book.events)
                due += [("LoanEventRecorded", loan_id)] * events
                due += [("LoanDayClosed", loan_id)] * (book.version - events)
            due += [("LoanBooked", loan.loan_id) for loan in books.loans]
        return [] if told == sorted(due) else [f"events {told}, but booked was {sorted(due)}"]

    def _of_outcomes(self) -> list[str]:
        """A known outcome was told; only what was entered late or taken back tells another one."""
        told: dict[str, list[str]] = {}
        for event in self._world.events():
            if event.name == OUTCOME:
                told.setdefault(event.subject, []).append(event.data["result"])
        found = []
        for book in (*self._books[NORTH], *self._books[SOUTH]):
            loan_id, results = book.loan.loan_id, told.get(book.loan.loan_id, [])
            known = outcome_of(book.account, book.loan.terms.disbursement_date)
            rewritten = sum(e.is_back_dated or isinstance(e.what, Reversal) for e in book.events)
            if known is not None and known not in results:
                found.append(f"{loan_id} is {known}, but {results} was told")
            if len(results) > 1 + rewritten:
                found.append(f"{loan_id} was told {results} after {rewritten} late events")
        return found


@lru_cache(maxsize=256)
def _planned(terms: LoanTerms) -> str:
    """The hash of the plan that terms give; the same few terms come in every history."""
    return repayment_plan(terms).sha256
