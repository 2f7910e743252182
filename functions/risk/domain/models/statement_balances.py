"""Whether a statement's balances and interest fit its lines: what a forger forgets to recompute.

A balance that is not known counts as one that does not fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from risk.domain.models.answer import require
from risk.domain.models.statement_rows import Columns, Flags, Statement, exact_sum

PPM: Final = 1_000_000
YEAR_DAYS: Final = 360
INTEREST_MONTHS: Final = (3, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class Period:
    """What all statements of an account declare together."""

    first: int
    last: int
    """Ordinal days, both included."""
    opening_fen: int | None
    closing_fen: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of how many looked at do not fit."""

    bad: int
    looked_at: int

    @property
    def ppm(self) -> int:
        """The share, rounded up; nothing when nothing was looked at."""
        return -(-self.bad * PPM // self.looked_at) if self.looked_at else 0


def periods_of(statements: Sequence[Statement]) -> Mapping[str, Period]:
    """The declared periods by account: from the first statement's opening to the last's closing."""
    found: dict[str, Period] = {}
    for one in sorted(statements, key=lambda one: (one.account, one.from_on)):
        require(one.from_on <= one.to_on, "to_on", "must not be before from_on")
        first, last = one.from_on.toordinal(), one.to_on.toordinal()
        known = found.get(one.account)
        if known is None:
            found[one.account] = Period(first, last, one.opening_fen, one.closing_fen)
        else:
            require(known.last < first, "statements", "of one account must not overlap")
            found[one.account] = Period(known.first, last, known.opening_fen, one.closing_fen)
    return found


def breaks(columns: Columns, periods: Mapping[str, Period]) -> Counted:
    """Lines whose balance does not follow from the line before, openings and closings included."""
    follows = np.zeros(len(columns), np.bool_)
    follows[1:] = columns.account[1:] == columns.account[:-1]
    before = np.roll(columns.balance, 1)
    unknown = columns.unbalanced | np.roll(columns.unbalanced, 1)
    wrong = follows & (unknown | (before + columns.signed != columns.balance))
    bad = int(wrong.sum())
    for number, name in enumerate(columns.accounts):
        rows = np.flatnonzero(columns.account == number)
        period = periods.get(name)
        opening = None if period is None else period.opening_fen
        closing = None if period is None else period.closing_fen
        first, last = int(rows[0]), int(rows[-1])
        begins = None if opening is None else opening + int(columns.signed[first])
        bad += begins is None or not _is(columns, first, begins)
        bad += closing is None or not _is(columns, last, closing)
    return Counted(bad, len(columns) + len(columns.accounts))


def _is(columns: Columns, row: int, balance_fen: int) -> bool:
    return not columns.unbalanced[row] and int(columns.balance[row]) == balance_fen


@dataclass(frozen=True, slots=True)
class InterestRule:
    """When demand deposits bear interest, and between which rates a year."""

    days: tuple[int, ...]
    """Days of the last month of a quarter on which interest is credited; the first is the one
    through which it runs (结息日)."""
    least_ppm: int
    most_ppm: int


def interest_misfits(
    columns: Columns, periods: Mapping[str, Period], rule: InterestRule
) -> Counted:
    """Quarters whose interest is missing or of another size, and interest of other days.

    Banks settle demand deposits on the 20th of a quarter's last month and credit on the 21st: the
    sum of the days' balances at a rate, over 360. One 分 is allowed for the bank's own rounding.
    """
    bad = looked_at = 0
    for day in columns.day[_interest(columns)].tolist():
        credited = date.fromordinal(day)
        off = credited.month not in INTEREST_MONTHS or credited.day not in rule.days
        bad, looked_at = bad + off, looked_at + off
    for number, name in enumerate(columns.accounts):
        period = periods.get(name)
        if period is None:
            bad, looked_at = bad + 1, looked_at + 1
            continue
        own = columns.of_account(number)
        credits = _interest(own)
        days, amounts = own.day[credits], own.amount[credits]
        for settled, credited_until in _quarters(period, rule):
            looked_at += 1
            paid = exact_sum(amounts[(days >= settled) & (days <= credited_until)])
            bad += not _is_plausible(own, period, settled, paid, rule)
    return Counted(bad, looked_at)


def _interest(columns: Columns) -> Flags:
    return columns.of_kind("interest") & columns.incoming


def _quarters(period: Period, rule: InterestRule) -> Iterator[tuple[int, int]]:
    """Settlement days whose interest must have been credited within the period."""
    years = range(date.fromordinal(period.first).year, date.fromordinal(period.last).year + 1)
    for year in years:
        for month in INTEREST_MONTHS:
            settled = date(year, month, rule.days[0]).toordinal()
            last = date(year, month, max(rule.days)).toordinal()
            if period.first <= settled and last <= period.last:
                yield settled, last


def _is_plausible(
    own: Columns, period: Period, settled: int, paid: int, rule: InterestRule
) -> bool:
    day = date.fromordinal(settled)
    year, month = (day.year - 1, 12) if day.month == 3 else (day.year, day.month - 3)
    begins = date(year, month, day.day).toordinal() + 1
    product = _product(own, period, max(begins, period.first), settled)
    if product is None:
        return False
    least = product * rule.least_ppm // (PPM * YEAR_DAYS) - 1
    most = -(-product * rule.most_ppm // (PPM * YEAR_DAYS)) + 1
    return least <= paid and (paid <= most or begins < period.first)


def _product(own: Columns, period: Period, first: int, last: int) -> int | None:
    """The sum of the balances at the end of each day, overdrafts as nothing; None: unknown."""
    place = np.searchsorted(own.day, np.arange(first, last + 1), "right") - 1
    seen = place[place >= 0]
    unseen = len(place) - len(seen)
    if (unseen and period.opening_fen is None) or own.unbalanced[seen].any():
        return None
    before = max(period.opening_fen or 0, 0) * unseen
    return before + exact_sum(np.maximum(own.balance[seen], 0))
