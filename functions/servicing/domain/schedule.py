"""The repayment plan (还款计划) of a loan: one line per month, exact to the 分.

>>> terms = LoanTerms(principal=Money.of_yuan("300000"), annual_rate_bps=435, term_months=12,
...                   method="EQUAL_INSTALLMENT", disbursement_date=date(2020, 3, 1))
>>> plan = repayment_plan(terms)
>>> str(plan.lines[0].total), str(plan.total_interest)
('25,592.97 CNY', '7,115.64 CNY')
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from puhui.errors import Unprocessable
from puhui.money import Money
from puhui.strict_json import dumps
from servicing.domain.due_days import moved_from_rest_days
from servicing.domain.plan import Frequency, Plan, PlanRow, PlanTerms, draw_plan
from servicing.domain.plan.calendar import months_after
from servicing.domain.plan.choices import MONTHS
from servicing.domain.plan.profiles import CN_DEFAULT, InterestProfile
from servicing.domain.plan.terms import FIRST_YEAR, LAST_YEAR

SCHEDULE_FORMAT = "schedule/1"
"""Part of every hash: a change of what is hashed, or how, must change this."""
BPS_PER_PERCENT: Final = 100
FEN_DECIMALS: Final = 2
NOTHING: Final = Money(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanTerms:
    """What the borrower agreed to, as far as it decides the plan."""

    principal: Money
    annual_rate_bps: int
    term_months: int
    method: str
    disbursement_date: date

    def __post_init__(self) -> None:
        """Refuse terms that no plan could follow."""
        if not self.principal.is_positive:
            raise ValueError("a loan has a positive principal")
        if self.annual_rate_bps < 0 or self.term_months < 1:
            raise ValueError("a loan has a rate of 0 or more and a term of a month or more")
        if not FIRST_YEAR <= self.disbursement_date.year <= LAST_YEAR:
            raise Unprocessable(
                f"a loan starts between {FIRST_YEAR} and {LAST_YEAR}",
                field="disbursement_date",
                rule="disbursement_date.range",
            )

    def plan_terms(self, profile: InterestProfile = CN_DEFAULT) -> PlanTerms:
        """The terms as the plan engine takes them, to the end of the term.

        Where the due day is fixed, the first and the last period may be shorter or longer. Due days
        are moved from rest days as these were known on the day of disbursement.
        """
        start, due_day = self.disbursement_date, profile.due_day
        monthly = profile.every_months == 1
        ends = months_after(start, self.term_months)
        terms = PlanTerms(
            principal=self.principal.yuan,
            annual_rate_pct=Decimal(self.annual_rate_bps) / BPS_PER_PERCENT,
            disbursement_date=self.disbursement_date,
            method=self.method,
            n=self.term_months if monthly else None,
            frequency=Frequency(profile.every_months, MONTHS),
            interest_calc=profile.interest_calc,
            year_days=profile.year_days,
            month_days=profile.month_days,
            rounding=profile.rounding,
            interest_decimals=profile.decimals if profile.decimals < FEN_DECIMALS else None,
            head_tail=profile.head_tail,
            first_due_date=None if due_day is None else due_day.first_after(start),
            maturity_date=None if monthly and due_day is None else ends,
            holiday_shift=profile.holiday_shift,
            **profile.repaying_by(self.method),
        )
        return moved_from_rest_days(terms, known_on=start)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleLine:
    """One instalment: what falls due on a day, and what is owed after it."""

    n: int
    from_date: date
    due_date: date
    principal: Money
    interest: Money
    balance: Money

    @property
    def days(self) -> int:
        """Calendar days that the instalment covers."""
        return (self.due_date - self.from_date).days

    @property
    def total(self) -> Money:
        """Principal and interest together."""
        return self.principal + self.interest

    def as_values(self) -> list[Any]:
        """The line as plain values, as it is hashed and stored."""
        return [
            self.n,
            self.from_date.isoformat(),
            self.due_date.isoformat(),
            self.principal.minor,
            self.interest.minor,
            self.balance.minor,
        ]

    @classmethod
    def of_row(cls, row: PlanRow) -> ScheduleLine:
        """The line of a drawn row."""
        return cls(
            n=row.n,
            from_date=row.from_date,
            due_date=row.due_date,
            principal=Money.of_yuan(row.principal),
            interest=Money.of_yuan(row.interest),
            balance=Money.of_yuan(row.balance),
        )

    @classmethod
    def of_values(cls, values: Sequence[Any]) -> ScheduleLine:
        """The line that `as_values` wrote."""
        n, from_date, due_date, principal, interest, balance = values
        return cls(
            n=n,
            from_date=date.fromisoformat(from_date),
            due_date=date.fromisoformat(due_date),
            principal=Money(principal),
            interest=Money(interest),
            balance=Money(balance),
        )


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A plan and the terms that gave it; equal terms always give the same plan and hash."""

    terms: LoanTerms
    profile_code: str
    lines: tuple[ScheduleLine, ...]

    @property
    def total_interest(self) -> Money:
        """All interest until maturity, if every instalment is paid on its day."""
        return Money.total(line.interest for line in self.lines)

    @property
    def total(self) -> Money:
        """Everything the borrower pays."""
        return self.terms.principal + self.total_interest

    @property
    def first_due_date(self) -> date:
        """The day of the first instalment."""
        return self.lines[0].due_date

    @property
    def maturity_date(self) -> date:
        """The day of the last instalment."""
        return self.lines[-1].due_date

    @cached_property
    def sha256(self) -> str:
        """The plan's hash: quote, contract and books agree exactly when their hashes do."""
        return hashlib.sha256(dumps(self._canonical()).encode()).hexdigest()

    def _canonical(self) -> dict[str, object]:
        terms = self.terms
        return {
            "format": SCHEDULE_FORMAT,
            "profile": self.profile_code,
            "currency": terms.principal.currency,
            "principal_fen": terms.principal.minor,
            "annual_rate_bps": terms.annual_rate_bps,
            "term_months": terms.term_months,
            "method": terms.method,
            "disbursement_date": terms.disbursement_date.isoformat(),
            "lines": [line.as_values() for line in self.lines],
        }


def repayment_plan(terms: LoanTerms, profile: InterestProfile = CN_DEFAULT) -> Schedule:
    """Draw up the plan: each line rounded to the 分, what is left in the last line."""
    return schedule_of(terms, draw_plan(terms.plan_terms(profile)), profile)


def schedule_of(terms: LoanTerms, plan: Plan, profile: InterestProfile = CN_DEFAULT) -> Schedule:
    """A drawn plan as the schedule that is quoted, signed, hashed and stored."""
    lines = tuple(ScheduleLine.of_row(row) for row in plan.rows)
    return Schedule(terms=terms, profile_code=profile.code, lines=lines)


def contradictions(schedule: Schedule) -> Sequence[str]:
    """What is wrong with a plan: nothing, unless an engine or a store broke it."""
    found = []
    lines = schedule.lines
    if Money.total(line.principal for line in lines) != schedule.terms.principal:
        found.append("principal of the lines is not the principal of the loan")
    if lines[-1].balance != NOTHING:
        found.append("the last balance is not 0")
    if any(line.balance < NOTHING for line in lines):
        found.append("a balance is negative")
    if any(line.interest < NOTHING or line.principal < NOTHING for line in lines):
        found.append("a line asks for less than nothing")
    return found
