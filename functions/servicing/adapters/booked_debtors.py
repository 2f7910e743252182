"""Debtors as the loan books know them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from puhui.tenancy import BankId
from servicing.book_ports import LoanBooks, OpenBooks
from servicing.domain.classification.debtor_loan import debtor_loan_of
from servicing.domain.classification.facts import DebtorLoan


@dataclass(frozen=True)
class BookedDebtors:
    """`servicing.classification_ports.Debtors` over the books of loans."""

    books: LoanBooks
    customers: OpenBooks

    def loans_of(self, bank_id: BankId, debtor_id: str, day: date) -> Sequence[DebtorLoan]:
        """The index names the debtor's loans; each book is then read with its log."""
        named = self.customers.of_customer(bank_id, debtor_id)
        books = [self.books.get(bank_id, loan_id) for loan_id in sorted(named)]
        return [
            debtor_loan_of(book, day) for book in books if book.loan.terms.disbursement_date <= day
        ]
