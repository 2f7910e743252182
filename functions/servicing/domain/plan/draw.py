"""Draw a plan: walk the periods, let events happen on their days, and write each row down."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from servicing.domain.errors import PlanNotPossible
from servicing.domain.plan.ahead import use_advance, use_payments
from servicing.domain.plan.calendar import ONE_DAY, Period, periods_of
from servicing.domain.plan.choices import HeadTail
from servicing.domain.plan.course import Course
from servicing.domain.plan.events import AFTER_MATURITY, BEFORE_LAST, EventType, PlanEvent, in_order
from servicing.domain.plan.happenings import HAPPENINGS
from servicing.domain.plan.methods import method_of
from servicing.domain.plan.rounding import exactly
from servicing.domain.plan.rows import Plan
from servicing.domain.plan.terms import MAX_INSTALMENTS, PlanTerms


def draw_plan(
    terms: PlanTerms, events: Sequence[PlanEvent] = (), as_of: date | None = None
) -> Plan:
    """Draw up the plan: each row rounded once, what is left in the last one.

    Without `as_of` every instalment counts as paid on its day. With it, what fell due before that
    day and was not repaid by an event stays outstanding, and bears interest, until that day.
    """
    with exactly():
        periods = list(islice(_periods(terms), MAX_INSTALMENTS))
        course = Course(terms, periods, as_of)
        left = deque(_effective(terms, events))
        for period in periods:
            _live_through(course, period, left)
            if course.ended or (course.repaid and not left):
                break
        _after_maturity(course, left)
        _end(course, left)
        return course.plan()


def _periods(terms: PlanTerms) -> Iterator[Period]:
    """The periods, each due after the last; a method that repays at once has a single one."""
    at_once = method_of(terms.method).at_once
    for period in periods_of(terms):
        if period.days < 1 and not at_once:
            raise PlanNotPossible(
                f"instalment {period.n} would fall due on {period.due_date}, not after the last",
                field="maturity_date" if period.last else "holidays",
                rule="due_date.order",
            )
        if not at_once:
            yield period
        elif period.last:
            start = terms.disbursement_date
            yield replace(period, n=1, from_date=start, grid_from=start, count=period.n)


def _effective(terms: PlanTerms, events: Sequence[PlanEvent]) -> list[PlanEvent]:
    """Events in order, each on the day from which it counts.

    Where the tail of an interval bears interest, the day of a new rate is its first such day: the
    rate counts from the day before.
    """
    ordered = in_order(events)
    for event in ordered:
        if event.date < terms.disbursement_date:
            raise PlanNotPossible(
                f"{event.type} on {event.date} is before the loan",
                field="events.date",
                rule="events.date.within_loan",
            )
    if terms.head_tail is not HeadTail.TAIL:
        return ordered
    return in_order(
        [
            replace(event, date=max(event.date - ONE_DAY, terms.disbursement_date))
            if event.type is EventType.RATE_CHANGE
            else event
            for event in ordered
        ]
    )


def _live_through(course: Course, period: Period, left: deque[PlanEvent]) -> None:
    """One period: what happens within it, its instalment, and what happens on its due day."""
    course.open(period)
    use_advance(course)
    due = period.due_date
    while left and left[0].date < due:
        event = left.popleft()
        course.reach(event.date)
        HAPPENINGS[event.type](course, event)
        if course.ended:
            return
    course.reach(due)
    course.is_due = True
    while period.last and left and left[0].date == due and left[0].type in BEFORE_LAST:
        HAPPENINGS[left[0].type](course, left.popleft())
    course.fall_due()
    use_payments(course)
    while left and left[0].date == due and not course.ended:
        event = left.popleft()
        HAPPENINGS[event.type](course, event)


def _after_maturity(course: Course, left: deque[PlanEvent]) -> None:
    """Money still covers what is overdue; interest after maturity is a penalty, not a plan."""
    while left and course.arrears.as_of and left[0].type in AFTER_MATURITY:
        event = left.popleft()
        HAPPENINGS[event.type](course, event)


def _end(course: Course, left: deque[PlanEvent]) -> None:
    """A loan ends repaid, and nothing happens to it afterwards."""
    if not course.repaid and not course.ended:
        raise PlanNotPossible(
            f"the loan is not repaid within {MAX_INSTALMENTS} instalments",
            field="fixed_installment",
            rule="fixed_installment.repays",
        )
    if left:
        raise PlanNotPossible(
            f"{left[0].type} on {left[0].date} is after the loan's last day",
            field="events.date",
            rule="events.date.within_loan",
        )
