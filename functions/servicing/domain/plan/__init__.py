"""The one repayment-plan engine (还款计划): terms and events in, instalments out, exact to the 分.

`draw_plan` is the only place that draws a plan; quotes, contracts, loans and `puhui schedule` all
ask it. docs/repayment-plans.md is the dictionary of the terms, with worked answers.
"""

from servicing.domain.plan.draw import draw_plan
from servicing.domain.plan.events import EventType, PlanEvent
from servicing.domain.plan.rows import Payoff, Plan, PlanRow, Segment, accrued_interest
from servicing.domain.plan.terms import Fee, Frequency, PlanTerms

__all__ = [
    "EventType",
    "Fee",
    "Frequency",
    "Payoff",
    "Plan",
    "PlanEvent",
    "PlanRow",
    "PlanTerms",
    "Segment",
    "accrued_interest",
    "draw_plan",
]
