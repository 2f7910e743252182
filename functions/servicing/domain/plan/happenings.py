"""What each event does to the course of a loan; `reach` has brought the course to its day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from servicing.domain.plan.ahead import apply_strategy, pay_ahead, pay_more, size_again
from servicing.domain.plan.choices import InterestCalc, PayoffInterest, Strategy
from servicing.domain.plan.course import Course
from servicing.domain.plan.events import EventType, PlanEvent
from servicing.domain.plan.methods import NOTHING
from servicing.domain.plan.rows import Payoff


def disburse(course: Course, event: PlanEvent) -> None:
    """Another tranche goes out: the instalments from the next due one on repay it too."""
    course.draw_down(event.date, course.rounded(event.money))
    size_again(course, by_running_period=True)


def change_rate(course: Course, event: PlanEvent) -> None:
    """The rate changes from this day on; the instalments are sized again for what is left."""
    course.rate_pct = event.new_rate_pct
    size_again(course, by_running_period=True)


def repay(course: Course, event: PlanEvent) -> None:
    """Money for instalments, oldest first; what is left pays the coming one before its day."""
    amount = course.rounded(event.money)
    if course.method.principal_any_time:
        course.write_principal_only(event.date, min(amount, course.balance))
        return
    left = course.arrears.cover(amount, event.date)
    if not left:
        return
    if event.date < course.period.due_date:
        pay_ahead(course, left, event.strategy)
    elif event.strategy is None:
        course.early.advance += min(left, course.balance)
    else:
        pay_more(course, left, event.strategy)


def prepay(course: Course, event: PlanEvent) -> None:
    """More than is due. What a method repays on any day is a row of its own.

    On a due day the instalment of the day is paid out of it first, unless it is smaller than that
    or a repayment has paid it: then all of it is principal. Within a period it is principal of the
    running instalment from this day on, by periods from the due day on; what is more than that
    instalment repays, the strategy deals with.
    """
    amount = course.rounded(event.money)
    if course.arrears.as_of and event.date != course.period.due_date:
        amount = course.arrears.cover(amount, event.date)
    if not amount:
        return
    if course.method.principal_any_time:
        course.write_principal_only(event.date, min(amount, course.balance))
    elif event.interest_waits and event.date < course.period.due_date:
        _prepay_principal_alone(course, event, amount)
    elif event.interest is not None:
        _prepay_with_interest(course, event, amount)
    elif event.date == course.period.due_date:
        if course.arrears.as_of or amount >= sum(course.arrears.owed_on(event.date)):
            amount = course.arrears.cover(amount, event.date)
        pay_more(course, amount, event.strategy)
    elif course.terms.interest_calc is InterestCalc.PERIOD:
        pay_ahead(course, amount, event.strategy or Strategy.SHORTEN_TERM)
    else:
        course.early.prepaid += amount
        course.early.prepaid_strategy = event.strategy


def _prepay_principal_alone(course: Course, event: PlanEvent, amount: Decimal) -> None:
    """Principal alone (还款时不收息): what was earned on it waits for the due day.

    Instalments that are sized again come out equal although this period earned more.
    """
    principal = min(amount, course.balance)
    course.write_principal_only(event.date, principal)
    if event.strategy is Strategy.REDUCE_INSTALLMENT:
        size_again(course, by_running_period=True)
    else:
        apply_strategy(course, event.strategy, principal)


def _prepay_with_interest(course: Course, event: PlanEvent, amount: Decimal) -> None:
    """Interest to the day, or of the whole period, then principal, in a row of its own; the
    instalment falls due besides.

    On a due day, whose instalment asks for the interest, all of it is principal.
    """
    if event.date == course.period.due_date:
        pay_more(course, amount, event.strategy)
        return
    if event.interest is PayoffInterest.TO_PERIOD_END:
        course.reach(course.period.due_date)
    earned, owed = course.earned(), course.owed_interest()
    interest = min(amount, owed)
    course.carried = owed - interest
    principal = min(amount - interest, course.balance)
    if not principal + interest:
        return
    course.write(event.date, principal, interest, earned)
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
        if rest or interest:
            course.write(today, rest, interest, earned)
        owed_interest += interest
    early = course.early
    course.payoff = Payoff(
        today,
        max(owed_principal + rest - early.received, course.zero),
        max(owed_interest - early.paid_interest, course.zero),
    )


HAPPENINGS: Final[Mapping[EventType, Callable[[Course, PlanEvent], None]]] = {
    EventType.DISBURSEMENT: disburse,
    EventType.RATE_CHANGE: change_rate,
    EventType.REPAYMENT: repay,
    EventType.PREPAYMENT: prepay,
    EventType.PAYOFF: pay_off,
}
