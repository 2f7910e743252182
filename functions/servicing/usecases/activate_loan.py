"""Activate loan (贷款生效)."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.contracts.servicing import ActivateLoan as Command
from puhui.tenancy import bank_id
from servicing.domain.errors import LoanExists
from servicing.domain.loan import Loan, proposed_loan
from servicing.ports import Ledger, Loans
from servicing.usecases.reserve_disbursement import reserved_transfer


@dataclass(frozen=True)
class ActivateLoan:
    """Put a loan with its plan and its checks on the books, once its money is posted."""

    ledger: Ledger
    loans: Loans

    def __call__(self, command: Command) -> Loan:
        bank = bank_id(command.bank_id)
        transfer = reserved_transfer(self.ledger, bank, command.disbursement_id)
        lent_here = self.loans.lent_to(bank, command.customer_id)
        proposed = proposed_loan(command, transfer, lent_here)
        try:
            self.loans.add(proposed, command.monitoring)
        except LoanExists:
            return self.loans.get(bank, proposed.loan_id).answers(proposed)
        return proposed
