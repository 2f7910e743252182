"""节假日顺延: which due days of a loan fall on rest days, and how far each one is moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from puhui.china import holidays
from servicing.domain.plan.calendar import ONE_DAY, Period, periods_of
from servicing.domain.plan.choices import HolidayShift
from servicing.domain.plan.methods import method_of
from servicing.domain.plan.terms import MAX_INSTALMENTS, PlanTerms


def periods_with_due_days(terms: PlanTerms) -> list[Period]:
    """The periods that a loan has; one that is repaid at once is due at its end alone."""
    periods = list(islice(periods_of(terms), MAX_INSTALMENTS))
    return periods[-1:] if method_of(terms.method).at_once else periods


def moved_from_rest_days(
    terms: PlanTerms, known_on: date, *, first_due: date | None = None
) -> PlanTerms:
    """The terms with the rest days that move their due days, as the calendar was known on a day.

    A due day stays where it is if it would come to the disbursement, or to the due day beside it:
    instalments never fall together. `first_due` is where the first of several lies already.
    """
    if terms.holiday_shift is HolidayShift.NONE:
        return terms
    unmoved = replace(terms, holiday_shift=HolidayShift.NONE, holidays=frozenset())
    days = [period.due_date for period in periods_with_due_days(unmoved)]
    if len(days) == 1:
        first_due = None
    rest: set[date] = set()
    for n, day in enumerate(days):
        if n == 0 and first_due is not None:
            rest.update(_between(day, first_due, _step(terms)))
        else:
            rest.update(_run(day, _beside(terms, days, n), terms, known_on))
    return replace(terms, holidays=frozenset(rest))


def _step(terms: PlanTerms) -> int:
    return 1 if terms.holiday_shift is HolidayShift.NEXT else -1


def _beside(terms: PlanTerms, days: Sequence[date], n: int) -> date | None:
    """The day that a moved due day must not reach."""
    if terms.holiday_shift is HolidayShift.NEXT:
        return days[n + 1] if n + 1 < len(days) else None
    return days[n - 1] if n else terms.disbursement_date


def _run(day: date, limit: date | None, terms: PlanTerms, known_on: date) -> tuple[date, ...]:
    """The rest days from a due day on that it is moved over; none where it stays."""
    calendar, step, to = holidays.known_on(known_on), _step(terms), day
    while calendar.is_rest_day(to):
        to += ONE_DAY * step
        if to == limit:
            return ()
    return tuple(_between(day, to, step))


def _between(day: date, to: date, step: int) -> Iterator[date]:
    """From a day on, without the last one."""
    while day != to:
        yield day
        day += ONE_DAY * step
