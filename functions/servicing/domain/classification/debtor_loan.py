"""A loan's book as classification reads it: where it stands on a day, and how it was repaid."""

from __future__ import annotations

from datetime import date

from servicing.domain.account.account import Account, position_of
from servicing.domain.account.book import LoanBook
from servicing.domain.account.dues import Due
from servicing.domain.account.fold import brought_to, fold
from servicing.domain.classification.facts import DebtorLoan
from servicing.domain.classification.history import DuePeriod, history_of


def debtor_loan_of(book: LoanBook, day: date) -> DebtorLoan:
    """The loan at the opening of a day; a day before the book's own is folded anew."""
    account = account_on(book, day)
    return DebtorLoan(
        position=position_of(book.loan, account),
        history=history_of(
            book.loan.terms.disbursement_date,
            book.events,
            (_period(due, account) for due in account.dues if not due.for_misuse),
            day,
        ),
    )


def account_on(book: LoanBook, day: date) -> Account:
    """The account of a book on any day since the disbursement."""
    if day >= book.account.day:
        return brought_to(book.account, day)
    return fold(book.loan, book.rules, (e for e in book.events if e.value_date <= day), day)


def _period(due: Due, account: Account) -> DuePeriod:
    """A due day that nothing is owed of: paid, or moved into the plan of a restructuring."""
    paid_on = due.settled_on
    if paid_on is None and due.principal_unpaid == 0 and due.interest_unpaid == 0:
        paid_on = account.restructured_on or due.due_date
    return DuePeriod(due.due_date, paid_on)
