"""The monitoring plan (贷后检查计划) of a loan: which checks fall due on which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from servicing.domain.plan.calendar import months_after


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringRules:
    """How often a loan is looked at; the numbers are a bank's choice, kept with their source."""

    first_check_days: int
    periodic_months: int
    before_maturity_days: int
    source: str
    confidence: str


DEFAULT_RULES: Final = MonitoringRules(
    first_check_days=15,
    periodic_months=3,
    before_maturity_days=60,
    source="首次检查与季度检查为同业通行做法；到期前60天起办理续贷评估",
    confidence="practice",
)
MAX_PLANNED_CHECKS: Final = 24
"""A plan is written with its loan in one transaction; end of day continues a longer one."""

CHECK_NAMES: Final = {
    "first": "首次跟踪检查",
    "periodic": "定期检查",
    "before_maturity": "到期前检查",
}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PlannedCheck:
    """One check of a loan, due on a day."""

    due_on: date
    kind: str

    @property
    def name(self) -> str:
        """What the checker reads."""
        return CHECK_NAMES[self.kind]


def monitoring_plan(
    disbursed_on: date, matures_on: date, rules: MonitoringRules = DEFAULT_RULES
) -> tuple[PlannedCheck, ...]:
    """A first check soon after the money left, then regular ones, and one before maturity.

    A short loan has no room for all: what would fall before the first check is left out.
    """
    first = disbursed_on + timedelta(days=rules.first_check_days)
    last = matures_on - timedelta(days=rules.before_maturity_days)
    checks = [PlannedCheck(due_on=last, kind="before_maturity")]
    for turn in range(1, MAX_PLANNED_CHECKS):
        due_on = months_after(disbursed_on, turn * rules.periodic_months)
        checks.append(PlannedCheck(due_on=due_on, kind="periodic"))
    later = [check for check in checks if first < check.due_on < matures_on]
    plan = sorted([PlannedCheck(due_on=first, kind="first"), *later])
    return tuple(check for check in plan if check.due_on < matures_on)[:MAX_PLANNED_CHECKS]
