"""Due days (还款日): counted from one anchor, so that a clamped day returns to its place."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from servicing.domain.plan.choices import DAYS, HolidayShift
from servicing.domain.plan.terms import Frequency, PlanTerms

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """One repayment period; a holiday may move its ends off the grid.

    `whole` says that it is as long as the frequency, or `count` times as long.
    """

    n: int
    from_date: date
    due_date: date
    grid_from: date
    grid_due: date
    whole: bool
    last: bool
    count: int = 1

    @property
    def days(self) -> int:
        """Calendar days from one due day to the next."""
        return (self.due_date - self.from_date).days


def months_after(anchor: date, months: int) -> date:
    """The same day of a later month, or the month's last day where that day does not exist.

    Always counted from the anchor: a loan of 31 January is due on 29 February and 31 March.

    >>> [months_after(date(2020, 1, 31), n).isoformat() for n in (1, 2, 3)]
    ['2020-02-29', '2020-03-31', '2020-04-30']
    """
    years, month_index = divmod(anchor.month - 1 + months, 12)
    year, month = anchor.year + years, month_index + 1
    last_day = calendar.monthrange(year, month)[1]
    return date(year, month, min(anchor.day, last_day))


def periods_after(anchor: date, frequency: Frequency, count_of: int) -> date:
    """The day that lies so many periods after (or, below 0, before) the anchor."""
    steps = frequency.every * count_of
    if frequency.unit == DAYS:
        return anchor + timedelta(days=steps)
    return months_after(anchor, steps)


def periods_of(terms: PlanTerms) -> Iterator[Period]:
    """The periods of a plan in order; without `n` and maturity they never end."""
    grid_from = from_date = terms.disbursement_date
    for n, (grid_due, whole, last) in enumerate(_grid(terms), start=1):
        due = from_holidays(grid_due, terms)
        yield Period(n, from_date, due, grid_from, grid_due, whole, last)
        grid_from, from_date = grid_due, due


def from_holidays(day: date, terms: PlanTerms) -> date:
    """The day itself, or the next (previous) one that is no holiday, as the terms say."""
    if terms.holiday_shift is HolidayShift.NONE:
        return day
    step = ONE_DAY if terms.holiday_shift is HolidayShift.NEXT else -ONE_DAY
    while day in terms.holidays:
        day += step
    return day


def _grid(terms: PlanTerms) -> Iterator[tuple[date, bool, bool]]:
    """Each due day before holidays, whether its period fits the grid, whether it is the last."""
    start, first, frequency = terms.disbursement_date, terms.first_due_date, terms.frequency
    if first is None:
        days = ((periods_after(start, frequency, k), True) for k in count(1))
    else:
        regular = first == periods_after(start, frequency, 1)
        days = ((periods_after(first, frequency, k), regular or k > 0) for k in count(0))
    end, number = terms.maturity_date, terms.n
    if terms.fixed_installment is not None:
        number = None  # it is repaid for as long as it takes
    for n, (day, whole) in enumerate(days, start=1):
        if number is not None:
            last = n == number
            if last and end is not None:
                yield end, whole and day == end, True
            else:
                yield day, whole, last
        else:
            last = end is not None and day >= end
            yield (end, whole and day == end, True) if last and end else (day, whole, False)
        if last:
            return
