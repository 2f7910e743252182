"""How long an interval is, in years (计息天数与年化基准)."""

from __future__ import annotations

import calendar
from datetime import date
from decimal import Decimal
from typing import Final

from servicing.domain.plan.calendar import ONE_DAY, Period, months_after, periods_after
from servicing.domain.plan.choices import ACTUAL, MONTHS, HeadTail, InterestCalc
from servicing.domain.plan.first_period import counts_by_days
from servicing.domain.plan.terms import PlanTerms

MONTHS_PER_YEAR: Final = 12
WEEKS_PER_YEAR: Final = 52
DAYS_PER_MONTH: Final = 30
DAYS_PER_WEEK: Final = 7


class DayCount:
    """The day count of one plan: `years` of any interval inside a period.

    Lengths are unrounded, to the digits of the caller's context. An interval of no days is 0.
    """

    def __init__(self, terms: PlanTerms) -> None:
        """Work out once what every whole period has in common."""
        frequency = terms.frequency
        self._terms = terms
        self._monthly = frequency.unit == MONTHS
        self._by_days = terms.interest_calc is InterestCalc.DAILY
        self._whole: Decimal | None = None
        if not self._by_days and self._monthly:
            self._whole = Decimal(frequency.every) / MONTHS_PER_YEAR
        elif not self._by_days and frequency.weekly:
            self._whole = Decimal(frequency.every) / (DAYS_PER_WEEK * WEEKS_PER_YEAR)
        elif not self._by_days:
            year = 365 if terms.year_days == ACTUAL else int(terms.year_days)
            self._whole = Decimal(frequency.every) / year
        self.counts_closing_day = self._by_days and terms.head_tail is HeadTail.BOTH
        self._thirty = self._by_days and self._monthly and terms.month_days == DAYS_PER_MONTH
        self.counts_alike = not self._by_days or (
            terms.year_days != ACTUAL and (self._thirty or not self._monthly)
        )
        """Every whole period is as long as any other."""

    def years(self, period: Period, start: date, end: date) -> Decimal:
        """Years from one day of a period to another, as the terms count them.

        A part of a period that is not counted day by day has its days' share of the whole.
        """
        if counts_by_days(self._terms, period):
            return self._calendar_years(start, end)
        if self._whole is not None:
            share = self._by_period(period)
        elif self._thirty:
            share = self._thirty_day_months(period) * DAYS_PER_MONTH / self._year_of(start)
        else:
            return self._calendar_years(start, end)
        if start == period.from_date and end == period.due_date:
            return share
        return share * (end - start).days / period.days

    def closing_day(self, end: date) -> Decimal:
        """算头又算尾: the day on which the loan ends bears interest too; otherwise nothing."""
        if not self.counts_closing_day:
            return Decimal(0)
        return Decimal(1) / self._year_of(end)

    def regular(self, period: Period) -> Decimal:
        """Years of the regular period that ends where this one does: instalments are sized by it.

        An irregular first period would otherwise make every instalment dearer or cheaper.
        """
        if self._whole is not None:
            return self._whole
        if self._thirty:
            days = Decimal(DAYS_PER_MONTH * self._terms.frequency.every)
            return days / self._year_of(period.from_date)
        if period.whole:
            return self._calendar_years(period.from_date, period.due_date)
        start = periods_after(period.grid_due, self._terms.frequency, -1)
        return self._calendar_years(start, period.grid_due)

    def _by_period(self, period: Period) -> Decimal:
        """按期计息: a period is as long as the frequency says, whatever the calendar.

        Only a last period that ends before its due day is counted out, months and odd days
        (对年对月对日, 零头天数按日).
        """
        whole = self._whole or Decimal(0)
        if period.whole or (period.n == 1 and not period.last):
            return whole * period.count
        if not self._monthly:
            return whole * (period.grid_due - period.grid_from).days / self._terms.frequency.every
        months, odd = _months_and_days(period.grid_from, period.grid_due)
        return (months + Decimal(odd) / DAYS_PER_MONTH) / MONTHS_PER_YEAR

    def _thirty_day_months(self, period: Period) -> Decimal:
        """Months of a period: whole ones, and of an irregular one the started month's share."""
        if period.whole:
            return Decimal(self._terms.frequency.every * period.count)
        start = period.grid_from
        months, odd = _months_and_days(start, period.grid_due)
        begun_month = months_after(start, months + 1) - months_after(start, months)
        return months + Decimal(odd) / begun_month.days

    def _calendar_years(self, start: date, end: date) -> Decimal:
        """Days by the days of a year; with ACTUAL each night by the year in which it ends."""
        if self._terms.year_days != ACTUAL:
            return Decimal((end - start).days) / int(self._terms.year_days)
        start, end = start + ONE_DAY, end + ONE_DAY
        if start.year == end.year:
            return Decimal((end - start).days) / _days_of(start.year)
        total = Decimal(0)
        while start < end:
            stop = min(end, date(start.year + 1, 1, 1))
            total += Decimal((stop - start).days) / _days_of(start.year)
            start = stop
        return total

    def _year_of(self, day: date) -> int:
        return _days_of(day.year) if self._terms.year_days == ACTUAL else int(self._terms.year_days)


def _months_and_days(start: date, end: date) -> tuple[int, int]:
    """Whole months from one day to another, and the days that are left."""
    months = 0
    while months_after(start, months + 1) <= end:
        months += 1
    return months, (end - months_after(start, months)).days


def _days_of(year: int) -> int:
    return 366 if calendar.isleap(year) else 365
