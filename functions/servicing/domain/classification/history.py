"""How a loan was repaid (还款记录): what upgrade and observation are counted from.

A period is one due day of the plan. It was paid on the day on which nothing of it was owed any
more; paid after its due day, it was late. What is not known counts as not paid.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from puhui.money import Money
from servicing.domain.account.events import (
    Component,
    LoanEvent,
    Payoff,
    Prepayment,
    Repayment,
    Restructure,
    Waiver,
    in_order,
)
from servicing.domain.classification.rules import ClassificationRules


@dataclass(frozen=True, slots=True, order=True)
class DuePeriod:
    """One repayment period: when it fell due, and when all of it was paid (None: not yet)."""

    due_on: date
    paid_on: date | None = None

    def was_late(self, day: date) -> bool:
        """Whether the period was unpaid at the end of its due day, as known on a day."""
        if self.paid_on is not None:
            return self.paid_on > self.due_on
        return day > self.due_on


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanHistory:
    """What happened to a loan until a day."""

    disbursed_on: date
    periods: tuple[DuePeriod, ...] = ()
    restructured_on: tuple[date, ...] = ()
    conceded: bool = False
    """Principal or interest has been waived."""
    repaid: tuple[tuple[date, Money], ...] = ()
    """What the borrower paid, by value date."""

    def repaid_until(self, day: date) -> Money:
        """Everything that the borrower had paid by the end of a day."""
        return Money.total(amount for paid_on, amount in self.repaid if paid_on <= day)

    def late_periods(self, day: date, more_than_days: int, of_last: int) -> int:
        """How many of the last periods were late by more than so many days."""
        last = self.fallen_due(day, self.disbursed_on)[-of_last:]
        return sum(1 for one in last if ((one.paid_on or day) - one.due_on).days > more_than_days)

    def fallen_due(self, day: date, since: date) -> list[DuePeriod]:
        """The periods that fell due after one day and until another, in order."""
        return sorted(one for one in self.periods if since < one.due_on <= day)

    def cleared_on(self, day: date) -> date | None:
        """Since when no arrears are left: the day the last late period was paid.

        A loan that was never late counts from its first day; None while arrears stand.
        """
        cleared = self.disbursed_on
        for one in self.periods:
            if one.due_on <= day and one.was_late(day):
                if one.paid_on is None or one.paid_on > day:
                    return None
                cleared = max(cleared, one.paid_on)
        return cleared

    def paid_up(self, day: date) -> tuple[int, int] | None:
        """Full months and periods paid in full and on time since all arrears were cleared."""
        since = self.cleared_on(day)
        if since is None:
            return None
        return full_months(since, day), len(self.fallen_due(day, since))

    def observation(self, day: date) -> tuple[date | None, int]:
        """From when the observation of the last restructuring counts, and its periods since.

        It begins on the first due day after the restructuring; a late period breaks it, and it
        begins anew when that was paid. (None, 0) while nothing has fallen due or arrears stand.
        """
        if not self.restructured_on:
            return None, 0
        due = self.fallen_due(day, max(self.restructured_on))
        if not due:
            return None, 0
        begun = due[0].due_on
        for one in due:
            if one.was_late(day):
                if one.paid_on is None or one.paid_on > day:
                    return None, 0
                begun = max(begun, one.paid_on)
        return begun, sum(1 for one in due if one.due_on >= begun and not one.was_late(day))

    def restructured_again(self, day: date, rules: ClassificationRules) -> bool:
        """Whether a loan was restructured before the observation of the one before had ended.

        It counts until the observation of the last restructuring has ended.
        """
        if self.observation_has_ended(day, rules):
            return False
        days = sorted(self.restructured_on)
        return any(
            not self._until(before).observation_has_ended(after, rules)
            for before, after in pairwise(days)
        )

    def observation_has_ended(self, day: date, rules: ClassificationRules) -> bool:
        """At least two periods in a row and a full year since it began; never the one without."""
        begun, periods = self.observation(day)
        if begun is None:
            return False
        long_enough = full_months(begun, day) >= rules.observation_months
        return long_enough and periods >= rules.observation_periods

    def _until(self, restructured: date) -> LoanHistory:
        kept = tuple(day for day in self.restructured_on if day <= restructured)
        return LoanHistory(
            disbursed_on=self.disbursed_on, periods=self.periods, restructured_on=kept
        )


def history_of(
    disbursed_on: date, events: Iterable[LoanEvent], periods: Iterable[DuePeriod], day: date
) -> LoanHistory:
    """What a loan's events until a day tell; reversed events count as never entered."""
    live = [one for one in in_order(tuple(events)) if one.value_date <= day]
    return LoanHistory(
        disbursed_on=disbursed_on,
        periods=tuple(sorted(one for one in periods if one.due_on <= day)),
        restructured_on=tuple(one.value_date for one in live if isinstance(one.what, Restructure)),
        conceded=any(
            isinstance(one.what, Waiver)
            and one.what.component in (Component.PRINCIPAL, Component.INTEREST)
            for one in live
        ),
        repaid=tuple(
            (one.value_date, one.what.amount)
            for one in live
            if isinstance(one.what, Repayment | Prepayment | Payoff)
        ),
    )


def full_months(since: date, day: date) -> int:
    """Full months from one day to another; 0 when it comes before.

    >>> full_months(date(2026, 1, 31), date(2026, 7, 30))
    5
    """
    months = (day.year - since.year) * 12 + day.month - since.month - (day.day < since.day)
    return max(0, months)
