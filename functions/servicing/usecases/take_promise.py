"""Take promise (登记还款承诺): how much a debtor will pay by which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from puhui.clock import BusinessCalendar
from puhui.ids import derived_id
from puhui.money import Money
from puhui.tenancy import BankId
from servicing.classification_ports import Debtors
from servicing.collections_ports import CollectionFiles
from servicing.domain.classification.facts import DebtorLoan
from servicing.domain.collections.file import CollectionFile, same_or_refuse
from servicing.domain.collections.promises import Promise
from servicing.domain.collections.rules import DEFAULT_RULES, CollectionRules
from servicing.domain.errors import LoanNotFound

SAME: tuple[str, ...] = ("amount", "promised_for")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakePromiseCommand:
    """What was promised for a loan; `key` makes a repetition one."""

    bank_id: BankId
    debtor_id: str
    loan_id: str
    by: str
    key: str
    amount: Money
    promised_for: date


@dataclass(frozen=True)
class TakePromise:
    """Keep a promise beside what had been repaid until then, so that the books can judge it."""

    debtors: Debtors
    files: CollectionFiles
    calendar: BusinessCalendar
    rules: CollectionRules = DEFAULT_RULES

    def __call__(self, command: TakePromiseCommand) -> Promise:
        today = self.calendar.today(command.bank_id)
        loan = self._loan(command, today)
        promise = Promise(
            promise_id=derived_id("prm", command.bank_id, command.loan_id, command.by, command.key),
            loan_id=command.loan_id,
            amount=command.amount,
            promised_for=command.promised_for,
            made_on=today,
            taken_by=command.by,
            repaid_before=loan.history.repaid_until(today),
        )
        file = self.files.find(command.bank_id, command.debtor_id) or CollectionFile(
            bank_id=command.bank_id,
            debtor_id=command.debtor_id,
            branch_id=loan.position.branch_id,
        )
        for known in file.promises:
            if known.promise_id == promise.promise_id:
                return same_or_refuse(known, promise, SAME)
        self.files.save(file.promised(promise, loan, self.rules))
        return promise

    def _loan(self, command: TakePromiseCommand, day: date) -> DebtorLoan:
        for one in self.debtors.loans_of(command.bank_id, command.debtor_id, day):
            if one.position.loan_id == command.loan_id:
                return one
        raise LoanNotFound(f"no loan {command.loan_id}")
