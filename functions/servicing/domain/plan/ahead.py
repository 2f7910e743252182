"""Money that is paid before its instalment falls due (提前归还当期).

It pays the coming instalment, then the ones after it, unless a strategy says what the rest does.
By days it counts from the day it is paid: first the interest to that day, then principal. An
instalment whose principal is paid is settled with the interest to that day; what is earned until
its due day belongs to the next one. By periods nothing changes before the due day.
"""

from __future__ import annotations

from decimal import Decimal

from servicing.domain.plan.calendar import Period
from servicing.domain.plan.choices import InterestCalc, Strategy
from servicing.domain.plan.course import Course
from servicing.domain.plan.methods import NOTHING


def pay_ahead(course: Course, amount: Decimal, strategy: Strategy | None) -> None:
    """Pay the coming instalment before its day."""
    course.early.paid_strategy = strategy
    if course.terms.interest_calc is InterestCalc.PERIOD:
        course.early.paid += amount
        return
    if strategy is not None and course.settled >= course.period.n:
        pay_more(course, amount, strategy)
        return
    interest = min(amount, max(course.owed_interest() - course.early.paid_interest, NOTHING))
    course.early.pay(interest, amount - interest)
    _settle_what_is_covered(course)


def use_advance(course: Course) -> None:
    """What is left of earlier payments pays the new period's principal from its first day."""
    amount = course.early.take_advance()
    if not amount:
        return
    course.early.pay(NOTHING, amount)
    if course.terms.interest_calc is InterestCalc.DAILY:
        _settle_what_is_covered(course)


def use_payments(course: Course) -> None:
    """On its due day the instalment takes the money that waited for it; the rest goes on."""
    if course.settled >= course.period.n:
        return
    beyond = course.early.take_beyond()
    if beyond:
        apply_strategy(course, course.early.prepaid_strategy, beyond)
    paid, principal = course.early.take_paid()
    left = course.arrears.cover(paid, course.period.due_date, principal)
    if left and course.early.paid_strategy is None:
        course.early.advance += min(left, course.balance)
    elif left:
        pay_more(course, left, course.early.paid_strategy)


def pay_more(course: Course, amount: Decimal, strategy: Strategy | None) -> None:
    """Principal on top of the instalment that was just written down."""
    principal = min(amount, course.balance)
    if principal:
        course.add_to_row(principal)
        apply_strategy(course, strategy, principal)


def apply_strategy(course: Course, strategy: Strategy | None, principal: Decimal) -> None:
    """What the coming instalments make of principal that was paid before it was due."""
    if strategy is Strategy.REDUCE_INSTALLMENT:
        size_again(course)
    elif strategy is Strategy.ABSORB_NEXT:
        course.credit += principal


def size_again(course: Course, *, by_running_period: bool = False) -> None:
    """From this instalment on, or from the next where this one is due or settled."""
    if course.is_due or course.settled >= course.period.n:
        course.resize = True
    else:
        course.size_instalments(by_running_period=by_running_period)


def _settle_what_is_covered(course: Course) -> None:
    """Write coming instalments down as paid, each once its principal is."""
    if course.resize:
        course.size_instalments()
    early = course.early
    while course.balance and (period := course.next_due) is not None:
        planned = course.planned_principal_at_due_day(period)
        if _only_interest(course, period, planned):
            planned = course.balance
        if early.ahead < planned or early.ahead <= 0:
            return
        interest, principal = early.paid_interest, planned
        if course.method.level and planned < course.balance:
            principal = min(max(course.size - interest, NOTHING), course.balance)
        left = early.ahead - principal
        course.settle_early(period, principal, interest)
        early.take_paid()
        early.ahead = min(left, NOTHING)
        if left > 0 and early.paid_strategy is not None:
            pay_more(course, left, early.paid_strategy)
        elif left > 0:
            early.pay(NOTHING, left)


def _only_interest(course: Course, period: Period, planned: Decimal) -> bool:
    """Interest cannot be paid before it is earned: only the whole loan settles such a row."""
    repays = course.method.level and period.n > course.terms.principal_grace
    return not planned and not repays
