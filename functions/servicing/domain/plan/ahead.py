"""Money that is paid before its instalment falls due (提前归还当期).

It pays the coming instalment, then the ones after it, unless a strategy says what the rest does.
By days it counts from the day it is paid: first the interest to that day, then principal. An
instalment whose principal is paid is settled with the interest to that day; what is earned until
its due day belongs to the next one. By periods nothing changes before the due day.
"""

from __future__ import annotations

from decimal import Decimal

from servicing.domain.plan.choices import InterestCalc, Strategy
from servicing.domain.plan.course import Course
from servicing.domain.plan.methods import NOTHING


def pay_ahead(course: Course, amount: Decimal, strategy: Strategy | None) -> None:
    """Pay the coming instalment before its day."""
    course.early.paid += amount
    course.early.paid_strategy = strategy
    if course.terms.interest_calc is InterestCalc.PERIOD:
        return
    interest = min(amount, max(course.owed_interest() - course.early.paid_interest, NOTHING))
    course.early.paid_interest += interest
    course.early.ahead += amount - interest
    _settle_if_covered(course)


def use_advance(course: Course) -> None:
    """What is left of earlier payments pays the new period's principal from its first day."""
    amount = course.early.take_advance()
    if not amount:
        return
    course.early.paid += amount
    course.early.ahead += amount
    if course.terms.interest_calc is InterestCalc.DAILY:
        _settle_if_covered(course)


def use_payments(course: Course) -> None:
    """On its due day the instalment takes the money that waited for it; the rest goes on."""
    beyond = course.early.take_beyond()
    if beyond:
        apply_strategy(course, course.early.prepaid_strategy, beyond)
    left = course.arrears.cover(course.early.take_paid(), course.period.due_date)
    _go_on(course, left, course.early.paid_strategy)


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
    if course.is_due or course.settled_early:
        course.resize = True
    else:
        course.size_instalments(by_running_period=by_running_period)


def _settle_if_covered(course: Course) -> None:
    """Write the coming instalment down as paid once its principal is."""
    planned = course.planned_principal_at_due_day()
    if course.early.ahead < planned or (course.early.ahead == planned == 0):
        return
    interest = course.early.paid_interest
    principal = planned
    if course.method.level:
        principal = min(max(course.size - interest, NOTHING), course.balance)
    left = course.early.ahead - principal
    course.settle_early(principal, interest)
    course.early.ahead = min(left, NOTHING)
    course.early.take_paid()
    _go_on(course, max(left, NOTHING), course.early.paid_strategy)


def _go_on(course: Course, amount: Decimal, strategy: Strategy | None) -> None:
    if amount and strategy is None:
        course.early.advance += min(amount, course.balance)
    elif amount:
        pay_more(course, amount, strategy)
