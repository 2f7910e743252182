"""A promise to pay (还款承诺): how much by which day, and whether the books say it was kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from puhui.money import Money
from servicing.domain.classification.facts import DebtorLoan
from servicing.domain.collections.errors import PromiseRefused
from servicing.domain.collections.rules import CollectionRules


class PromiseState(StrEnum):
    """What became of a promise."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"


PROMISE_NAMES: Final[Mapping[PromiseState, str]] = {
    PromiseState.OPEN: "待履行",
    PromiseState.KEPT: "已履行",
    PromiseState.BROKEN: "未履行",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a debtor promised for a loan, and what had been repaid until then."""

    promise_id: str
    loan_id: str
    amount: Money
    promised_for: date
    made_on: date
    taken_by: str
    repaid_before: Money
    state: PromiseState = PromiseState.OPEN
    judged_on: date | None = None

    def judged(self, loan: DebtorLoan, day: date) -> Promise:
        """By the books of a day: kept when the amount came in time, or nothing is overdue.

        A promise is not broken before its day is over; payments after it do not count for it.
        """
        if self.state is not PromiseState.OPEN:
            return self
        until = min(day, self.promised_for)
        paid = loan.history.repaid_until(until) - self.repaid_before
        in_time = day <= self.promised_for + timedelta(days=1)
        if paid >= self.amount or (in_time and loan.position.overdue.is_zero):
            return replace(self, state=PromiseState.KEPT, judged_on=day)
        if day > self.promised_for:
            return replace(self, state=PromiseState.BROKEN, judged_on=day)
        return self


def check_promise(promise: Promise, loan: DebtorLoan, rules: CollectionRules) -> None:
    """Of what is overdue, no more than all that is owed, for a day that is near."""
    if loan.position.overdue.is_zero:
        raise PromiseRefused("nothing is overdue", field="loan_id", rule="promise.overdue")
    if not promise.amount.is_positive or promise.amount > loan.position.owed:
        raise PromiseRefused(
            "an amount above nothing and up to what is owed",
            field="amount_fen",
            rule="promise.amount",
        )
    days = (promise.promised_for - promise.made_on).days
    if not 0 <= days <= rules.promise_max_days:
        raise PromiseRefused(
            f"within {rules.promise_max_days} days from today",
            field="promised_for",
            rule="promise.day",
        )
