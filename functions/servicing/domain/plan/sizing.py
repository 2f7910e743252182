"""What the instalments that are left must be to repay what is left (每期应还额)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from servicing.domain.plan.accrual import PERCENT
from servicing.domain.plan.calendar import Period
from servicing.domain.plan.first_period import counts_by_days
from servicing.domain.plan.methods import NOTHING, Sizing

if TYPE_CHECKING:
    from servicing.domain.plan.course import Course


def size_of_instalments(course: Course, *, by_running_period: bool) -> Decimal:
    """The size from this period on.

    By the running period they come out equal although its balance or rate changed within it;
    otherwise every period counts as long as the loan's first one. Interest on what is overdue
    makes them no dearer: what it took the place of is in the last row.
    """
    rate = _regular_rate(course)
    balance = max(course.balance - course.put_off, NOTHING)
    first = balance * rate + course.accrual.exactly()
    if by_running_period and not counts_by_days(course.terms, course.period):
        first = coming_interest(course, course.period, overdue=False)
    return course.method.sized(
        Sizing(
            terms=course.terms,
            rounded=course.rounded,
            balance=balance,
            original=course.original,
            instalments=course.instalments_left,
            rate=rate,
            first_interest=first,
            interest=lambda: _interest_to_the_end(course),
        )
    )


def interest_beside(course: Course, period: Period, earned: Decimal) -> Decimal:
    """The interest beside which an equal instalment repays its principal.

    首期按实际天数: a first period that is counted by its days repays a regular principal.
    """
    if not counts_by_days(course.terms, period):
        return earned
    return course.rounded(course.balance * _regular_rate(course))


def room_for(course: Course, earned: Decimal) -> Decimal:
    """An equal instalment asks for no more interest than it is; the rest is asked for next.

    A first one that is counted by its days asks for all of it, and so does the last.
    """
    by_days = counts_by_days(course.terms, course.period)
    roomless = not course.method.level or course.period.last or by_days
    return earned if roomless else min(earned, course.size)


def coming_interest(course: Course, until: Period, *, overdue: bool = True) -> Decimal:
    """Interest of the open row on a due day, if nothing else happens; not rounded."""
    earned, bearing = course.accrual.exactly(), course.bearing
    if not overdue:
        earned -= course.accrual.overdue
        bearing = max(bearing - course.overdue - course.put_off, NOTHING)
    yearly, reached = bearing * course.rate_pct / PERCENT, course.accrual.reached
    return earned + sum(
        (
            yearly * course.accrual.day_count.years(one, start, one.due_date)
            for one in course.periods[course.period.n - 1 : until.n]
            if (start := max(reached, one.from_date)) < one.due_date
        ),
        NOTHING,
    )


def _regular_rate(course: Course) -> Decimal:
    return course.rate_pct * course.accrual.day_count.regular(course.periods[0]) / PERCENT


def _interest_to_the_end(course: Course) -> Decimal:
    """Interest of the coming and all later instalments on what is out now."""
    bearing = course.bearing * course.rate_pct / PERCENT
    first = course.next_due or course.period
    later = course.periods[first.n : course.instalments]
    return course.rounded(coming_interest(course, first)) + sum(
        (
            course.rounded(
                bearing * course.accrual.day_count.years(one, one.from_date, one.due_date)
            )
            for one in later
        ),
        NOTHING,
    )
