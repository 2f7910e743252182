"""Review collection (日终催收检视): what is overdue, how likely a cure, which promises broke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from puhui.contracts.servicing_collections import PromiseBroken
from puhui.tenancy import BankId
from servicing.classification_ports import Debtors
from servicing.collections_ports import CollectionFiles, CollectionScore
from servicing.domain.account.position import LoanStatus
from servicing.domain.classification.facts import DebtorLoan
from servicing.domain.collections.case import COHORT_DAYS, case_facts, line_of
from servicing.domain.collections.errors import CollectionChanged
from servicing.domain.collections.file import CollectionFile
from servicing.domain.collections.promises import Promise, PromiseState
from servicing.domain.model_errors import ModelAbsent, ModelUnavailable


@dataclass(frozen=True)
class ReviewCollection:
    """Bring a debtor's file to a day; end of day does it for each debtor with something overdue.

    The same day again changes nothing. A debtor who owes nothing overdue leaves the work list.
    """

    debtors: Debtors
    score: CollectionScore
    files: CollectionFiles

    def __call__(self, bank: BankId, debtor_id: str, day: date) -> CollectionFile | None:
        try:
            return self._review(bank, debtor_id, day)
        except CollectionChanged:
            # A collector, or another partition of end of day, wrote meanwhile: look again, once.
            return self._review(bank, debtor_id, day)

    def _review(self, bank: BankId, debtor_id: str, day: date) -> CollectionFile | None:
        every = self.debtors.loans_of(bank, debtor_id, day)
        loans = [one for one in every if one.position.status is not LoanStatus.WRITTEN_OFF]
        late = [one for one in loans if one.position.days_overdue > 0]
        known = self.files.find(bank, debtor_id)
        if known is None and not late:
            return None
        file = known or CollectionFile(
            bank_id=bank, debtor_id=debtor_id, branch_id=late[0].position.branch_id
        )
        judged = file.reviewed(loans, (), day)
        lines = [line_of(one, self._points(judged, one, day), day) for one in late]
        reviewed = judged.reviewed(loans, lines, day)
        if known is None or reviewed != known:
            self.files.save(reviewed, told=_broken(file, reviewed))
        return reviewed

    def _points(self, file: CollectionFile, loan: DebtorLoan, day: date) -> int | None:
        """Points within the model's cohort; unknown ones count as the gravest."""
        if loan.position.days_overdue > COHORT_DAYS:
            return None
        facts = case_facts(loan, file.contacts, file.promises, day)
        try:
            return self.score.points(file.bank_id, facts)
        except (ModelAbsent, ModelUnavailable):
            return None


def _broken(before: CollectionFile, after: CollectionFile) -> Sequence[PromiseBroken]:
    open_before = {one.promise_id for one in before.promises if one.state is PromiseState.OPEN}
    return [
        _told(after, one)
        for one in after.promises
        if one.promise_id in open_before and one.state is PromiseState.BROKEN
    ]


def _told(file: CollectionFile, promise: Promise) -> PromiseBroken:
    return PromiseBroken(
        promise_id=promise.promise_id,
        loan_id=promise.loan_id,
        debtor_id=file.debtor_id,
        amount_fen=promise.amount.minor,
        promised_for=promise.promised_for,
        broken_promises=file.broken_promises(promise.loan_id),
    )
