"""What model M28 is asked about a case, and what the nightly review keeps of each loan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from puhui.money import Money
from servicing.domain.classification.facts import DebtorLoan
from servicing.domain.collections.buckets import Bucket, bucket_of
from servicing.domain.collections.contacts import Contact, answered_percent
from servicing.domain.collections.promises import Promise, PromiseState
from servicing.domain.collections.strategy import Grade, grade_of

EPISODE_DAYS: Final = 3
EPISODE_PERIODS: Final = 12
ANSWERED_DAYS: Final = 30
COHORT_DAYS: Final = 90
"""M28 was built on borrowers of 1 to 90 days; beyond, nobody asks it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """The facts of a case that servicing knows; the model counts the others as at their worst."""

    days_past_due: int
    earlier_episodes: int
    days_since_last_payment: int | None
    answered_percent: int | None
    promises_broken: int

    def as_inputs(self) -> dict[str, int | None]:
        """By the names of the model's card."""
        return {
            "case.days_past_due": self.days_past_due,
            "case.earlier_episodes": self.earlier_episodes,
            "case.days_since_last_payment": self.days_since_last_payment,
            "case.answered_percent": self.answered_percent,
            "case.promises_broken": self.promises_broken,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One overdue loan as the last review found it."""

    loan_id: str
    as_of: date
    days_overdue: int
    overdue: Money
    owed: Money
    points: int | None
    """M28's points; None when the model was not asked or did not answer."""

    @property
    def bucket(self) -> Bucket:
        """The bucket of the days."""
        return bucket_of(self.days_overdue)

    @property
    def grade(self) -> Grade:
        """The grade of the points."""
        return grade_of(self.points)


def case_facts(
    loan: DebtorLoan, contacts: Iterable[Contact], promises: Iterable[Promise], day: date
) -> CaseFacts:
    """The facts of one loan's case on a day."""
    paid_on = loan.position.last_repaid_on
    return CaseFacts(
        days_past_due=loan.position.days_overdue,
        earlier_episodes=loan.history.late_periods(day, EPISODE_DAYS, EPISODE_PERIODS),
        days_since_last_payment=None if paid_on is None else (day - paid_on).days,
        answered_percent=answered_percent(contacts, day - timedelta(days=ANSWERED_DAYS)),
        promises_broken=broken(promises, loan.position.loan_id),
    )


def broken(promises: Iterable[Promise], loan_id: str) -> int:
    """How many promises for a loan were broken."""
    return sum(1 for one in promises if one.loan_id == loan_id and one.state is PromiseState.BROKEN)


def line_of(loan: DebtorLoan, points: int | None, day: date) -> CaseLine:
    """The line of an overdue loan."""
    position = loan.position
    return CaseLine(
        loan_id=position.loan_id,
        as_of=day,
        days_overdue=position.days_overdue,
        overdue=position.overdue,
        owed=position.owed,
        points=points,
    )
