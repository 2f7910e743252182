"""What end of day does about collections, beside early warning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from puhui.clock import FixedClock
from puhui.money import Money
from puhui.tenancy import BankId
from servicing.domain.account.position import LoanPosition, LoanStatus
from servicing.domain.classification.facts import DebtorLoan
from servicing.domain.collections.errors import CollectionChanged
from servicing.usecases.review_collection import ReviewCollection
from servicing.usecases.review_debtors import ReviewDebtors
from tests.support.classification import DAY, InMemoryDebtors, a_debtor_loan
from tests.support.collections_fakes import (
    NOON,
    InMemoryCollectionFiles,
    SpokenScore,
    a_late_loan,
)
from tests.support.servicing import NORTH


@dataclass
class TwoWarnings:
    """Early warning that always finds two."""

    seen: list[date] = field(default_factory=list)

    def watch(self, bank_id: BankId, day: date, positions: Sequence[LoanPosition]) -> int:
        """Two."""
        self.seen.append(day)
        return 2


def of(debtor_id: str, loan: DebtorLoan) -> DebtorLoan:
    return replace(loan, position=replace(loan.position, customer_id=debtor_id))


def a_night(files: InMemoryCollectionFiles, day: date, *loans: DebtorLoan) -> int:
    debtors = InMemoryDebtors()
    for one in loans:
        debtors.loans.setdefault((NORTH, one.position.customer_id), []).append(one)
    review = ReviewCollection(debtors, SpokenScore(), files)
    positions = [one.position for one in loans]
    return ReviewDebtors(TwoWarnings(), review, files).watch(NORTH, day, positions)


def test_late_debtors_enter_the_work_list_and_the_others_get_no_file() -> None:
    files = InMemoryCollectionFiles(FixedClock(NOON))

    raised = a_night(files, DAY, of("cus-1", a_late_loan(5)), of("cus-2", a_debtor_loan("loan-2")))

    assert raised == 2
    assert [one.debtor_id for one in files.worst_first(NORTH, None)] == ["cus-1"]
    assert files.find(NORTH, "cus-2") is None


def test_who_was_late_leaves_it_on_the_next_night() -> None:
    files = InMemoryCollectionFiles(FixedClock(NOON))
    a_night(files, DAY, of("cus-1", a_late_loan(5)))
    cured = a_late_loan(0, status=LoanStatus.ACTIVE, principal_overdue=Money(0))

    a_night(files, DAY + timedelta(days=1), of("cus-1", cured))

    assert list(files.worst_first(NORTH, None)) == []


def test_a_collector_who_writes_meanwhile_loses_nothing() -> None:
    class Racing(InMemoryCollectionFiles):
        """Somebody else writes first, once."""

        raced = False

        def save(self, *args: Any, **options: Any) -> None:
            if not self.raced:
                self.raced = True
                raise CollectionChanged
            super().save(*args, **options)

    files = Racing(FixedClock(NOON))

    a_night(files, DAY, of("cus-1", a_late_loan(5)))

    assert len(files.worst_first(NORTH, None)) == 1
