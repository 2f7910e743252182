"""What each event does to the course of a loan; `reach` has brought the course to its day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from servicing.domain.plan.choices import InterestCalc, PayoffInterest, Strategy
from servicing.domain.plan.course import Course
from servicing.domain.plan.events import EventType, PlanEvent
from servicing.domain.plan.methods import NOTHING
from servicing.domain.plan.rows import Drawdown, Payoff


def disburse(course: Course, event: PlanEvent) -> None:
    """Another tranche goes out: the instalments from the next due one on repay it too."""
    amount = course.rounded(event.money)
    course.balance += amount
    course.original += amount
    course.drawdowns.append(Drawdown(event.date, amount))
    _size_again(course, by_running_period=True)


def change_rate(course: Course, event: PlanEvent) -> None:
    """The rate changes from this day on; the instalments are sized again for what is left."""
    assert event.annual_rate_pct is not None  # noqa: S101  an event of this type has one
    course.rate_pct = event.annual_rate_pct
    _size_again(course, by_running_period=True)


def repay(course: Course, event: PlanEvent) -> None:
    """Money for instalments, oldest first; what is left pays the coming one before its day."""
    amount = course.rounded(event.money)
    if course.method.principal_any_time:
        course.write_principal_only(event.date, min(amount, course.balance))
        return
    left = course.arrears.cover(amount)
    if not left:
        return
    if event.date < course.period.due_date:
        pay_ahead(course, left, event.strategy)
    elif event.strategy is None:
        course.advance += left
    else:
        _pay_more(course, left, event.strategy)


def prepay(course: Course, event: PlanEvent) -> None:
    """More principal than is due: a row of its own with the interest to the day, or part of the
    instalment that fell due today."""
    amount = course.rounded(event.money)
    if course.method.principal_any_time:
        course.write_principal_only(event.date, min(amount, course.balance))
        return
    if event.date == course.period.due_date:
        _pay_more(course, amount, event.strategy)
    else:
        earned, owed = course.earned(), course.owed_interest()
        interest = min(amount, owed)
        course.carried = owed - interest
        principal = min(amount - interest, course.balance)
        course.write(event.date, principal, interest, earned, claimed=False)
        apply_strategy(course, event.strategy, principal)


def pay_off(course: Course, event: PlanEvent) -> None:
    """Everything is repaid today, with interest to today or to the end of the period."""
    course.ended = True
    rest, today = course.balance, event.date
    owed_principal, owed_interest = course.arrears.owed_on(today)
    if today == course.period.due_date:
        if rest:
            course.add_to_row(rest)
    else:
        if event.interest is PayoffInterest.TO_PERIOD_END:
            course.reach(course.period.due_date)
        course.close(today)
        earned, interest = course.earned(), course.owed_interest()
        course.carried = NOTHING
        course.write(today, rest, interest, earned, claimed=False)
        owed_interest += interest
    course.payoff = Payoff(today, owed_principal + rest - course.ahead, owed_interest)


HAPPENINGS: Final[Mapping[EventType, Callable[[Course, PlanEvent], None]]] = {
    EventType.DISBURSEMENT: disburse,
    EventType.RATE_CHANGE: change_rate,
    EventType.REPAYMENT: repay,
    EventType.PREPAYMENT: prepay,
    EventType.PAYOFF: pay_off,
}


def apply_strategy(course: Course, strategy: Strategy | None, principal: Decimal) -> None:
    """What the coming instalments make of principal that was paid before it was due."""
    if strategy is Strategy.REDUCE_INSTALLMENT:
        _size_again(course)
    elif strategy is Strategy.ABSORB_NEXT:
        course.credit += principal


def pay_ahead(course: Course, amount: Decimal, strategy: Strategy | None) -> None:
    """Pay the coming instalment before its day.

    By days, the interest to today is paid first and the rest lowers what bears interest; an
    instalment that is covered in full is settled, and what is earned until its day belongs to the
    next one. By periods nothing changes before the day.
    """
    course.paid += amount
    course.paid_strategy = strategy
    if course.terms.interest_calc is InterestCalc.PERIOD:
        return
    planned, owed = course.planned_total(), course.owed_interest()
    if course.paid < min(planned, owed + course.balance):
        interest = min(amount, owed - course.paid_interest)
        course.paid_interest += interest
        course.ahead += amount - interest
        return
    principal = min(planned - owed, course.balance)
    earned = course.earned()
    course.carried = course.ahead = NOTHING
    course.settled_early = True
    course.write(course.period.due_date, principal, owed, earned)
    use_payments(course)


def use_advance(course: Course) -> None:
    """What was paid on the last due day for this instalment lowers it from its first day."""
    amount, course.advance = course.advance, NOTHING
    if amount:
        pay_ahead(course, amount, None)


def use_payments(course: Course) -> None:
    """Money that waited meets its instalment; what is more than that repays principal."""
    left = course.arrears.cover(course.paid)
    course.paid = course.paid_interest = NOTHING
    if left:
        _pay_more(course, left, course.paid_strategy or Strategy.ABSORB_NEXT)


def _pay_more(course: Course, amount: Decimal, strategy: Strategy | None) -> None:
    """Principal on top of the instalment that was just written down."""
    principal = min(amount, course.balance)
    if principal:
        course.add_to_row(principal)
        apply_strategy(course, strategy, principal)


def _size_again(course: Course, *, by_running_period: bool = False) -> None:
    """From this instalment on, or from the next where this one has fallen due."""
    if course.is_due or course.settled_early:
        course.resize = True
    else:
        course.size_instalments(by_running_period=by_running_period)
