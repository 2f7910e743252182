"""The check plan (贷后检查计划) of a loan: which checks fall due on which day, for all its life.

plan = check_plan(disbursed_on, matures_on)              # when the loan is booked
plan = replanned(plan, Colour.ORANGE, today, matures_on)  # when its class has changed
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from servicing.domain.plan.calendar import months_after
from servicing.domain.warning.colour import Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRules:
    """How often a loan is looked at; the numbers are a bank's choice, kept with their source."""

    first_check_days: int
    periodic_months: Mapping[Colour, int] = field(hash=False)
    """Months between regular checks, by the loan's class."""
    before_maturity_days: int
    source: str
    confidence: str


DEFAULT_RULES: Final = CheckRules(
    first_check_days=15,
    periodic_months={Colour.NONE: 3, Colour.YELLOW: 2, Colour.ORANGE: 1, Colour.RED: 1},
    before_maturity_days=60,
    source="首次检查与季度检查为同业通行做法，预警等级越高越密为起始值；到期前60天起办理续贷评估",
    confidence="✎",
)
MAX_PLANNED_CHECKS: Final = 80
"""A plan is written with its loan in one transaction of at most 100 rows; a longer one goes on
when its last regular check is recorded."""


class CheckKind(StrEnum):
    """Why a check is made."""

    FIRST = "first"
    PERIODIC = "periodic"
    BEFORE_MATURITY = "before_maturity"
    TRIGGER = "trigger"


CHECK_NAMES: Final = {
    CheckKind.FIRST: "首次跟踪检查",
    CheckKind.PERIODIC: "定期检查",
    CheckKind.BEFORE_MATURITY: "到期前检查",
    CheckKind.TRIGGER: "预警触发检查",
}


class CheckState(StrEnum):
    """What became of a planned check."""

    PLANNED = "planned"
    DONE = "done"
    REPLACED = "replaced"
    """Another rhythm took its place before it was due."""
    LAPSED = "lapsed"
    """The loan was settled before it was made."""


CHECK_STATE_NAMES: Final = {
    CheckState.PLANNED: "待检查",
    CheckState.DONE: "已检查",
    CheckState.REPLACED: "已重排",
    CheckState.LAPSED: "结清免检",
}

GONE: Final = frozenset({CheckState.REPLACED, CheckState.LAPSED})
"""Planned again where a new rhythm wants the day, or the loan is open again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRecord:
    """What somebody found on the spot; never changed once it is written."""

    done_on: date
    done_by: str
    colour: Colour
    """How grave the checker takes it; anything but none is a warning too."""
    findings: str
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PlannedCheck:
    """One check of a loan, due on a day."""

    due_on: date
    kind: CheckKind
    state: CheckState = field(default=CheckState.PLANNED, compare=False)
    record: CheckRecord | None = field(default=None, compare=False)
    because: str = field(default="", compare=False)
    """Of a trigger check: the warning that asks for it."""

    @property
    def name(self) -> str:
        """What the checker reads."""
        return CHECK_NAMES[self.kind]

    @property
    def key(self) -> str:
        """The check's place in the loan's plan: `2020-03-16.first`."""
        return f"{self.due_on.isoformat()}.{self.kind.value}"

    def days_overdue(self, today: date) -> int:
        """Days since it should have been made; 0 for one that is not due or is made."""
        late = (today - self.due_on).days if self.state is CheckState.PLANNED else 0
        return max(late, 0)


def check_plan(
    disbursed_on: date, matures_on: date, rules: CheckRules = DEFAULT_RULES
) -> tuple[PlannedCheck, ...]:
    """A first check soon after the money left, then regular ones, and one before maturity.

    A short loan has no room for all: what would fall before the first check is left out.
    """
    first = disbursed_on + timedelta(days=rules.first_check_days)
    last = matures_on - timedelta(days=rules.before_maturity_days)
    later = [
        PlannedCheck(due_on=last, kind=CheckKind.BEFORE_MATURITY),
        *_regular(disbursed_on, matures_on, Colour.NONE, rules),
    ]
    plan = sorted(
        [
            PlannedCheck(due_on=first, kind=CheckKind.FIRST),
            *(check for check in later if check.due_on > first),
        ]
    )
    return tuple(check for check in plan if check.due_on < matures_on)[:MAX_PLANNED_CHECKS]


def replanned(
    plan: Sequence[PlannedCheck],
    colour: Colour,
    today: date,
    matures_on: date,
    rules: CheckRules = DEFAULT_RULES,
) -> tuple[PlannedCheck, ...]:
    """The plan in another rhythm: regular checks that are not due yet give way to new ones.

    What is due, overdue, made, or of another kind stays as it is.
    """
    fresh = _regular(today, matures_on, colour, rules)
    wanted = {check.key for check in fresh}
    kept = [_given_way(check, today, wanted) for check in plan]
    have = {check.key for check in kept if check.state not in GONE}
    again = {check.key for check in kept if check.state in GONE} & wanted
    kept = [
        replace(check, state=CheckState.PLANNED) if check.key in again else check for check in kept
    ]
    added = [check for check in fresh if check.key not in have | again]
    return tuple(sorted([*kept, *added]))


def with_trigger(
    plan: Sequence[PlannedCheck], due_on: date, because: str
) -> tuple[PlannedCheck, ...]:
    """A check that a red warning asks for; one on a day is enough for all its warnings."""
    asked = PlannedCheck(due_on=due_on, kind=CheckKind.TRIGGER, because=because)
    if any(check.key == asked.key for check in plan):
        return tuple(plan)
    return tuple(sorted([*plan, asked]))


def lapsed(plan: Sequence[PlannedCheck]) -> tuple[PlannedCheck, ...]:
    """The plan of a loan that is settled: nothing is left to be checked."""
    return tuple(
        replace(one, state=CheckState.LAPSED) if one.state is CheckState.PLANNED else one
        for one in plan
    )


def changed(
    before: Iterable[PlannedCheck], after: Iterable[PlannedCheck]
) -> tuple[PlannedCheck, ...]:
    """The checks of a new plan that must be written."""
    old = {check.key: check for check in before}
    return tuple(
        check
        for check in after
        if (was := old.get(check.key)) is None or was.state is not check.state
    )


def _regular(
    since: date, matures_on: date, colour: Colour, rules: CheckRules
) -> list[PlannedCheck]:
    every = rules.periodic_months[colour]
    days = (months_after(since, turn * every) for turn in range(1, MAX_PLANNED_CHECKS))
    return [PlannedCheck(due_on=day, kind=CheckKind.PERIODIC) for day in days if day < matures_on]


def _given_way(check: PlannedCheck, today: date, wanted: set[str]) -> PlannedCheck:
    movable = (
        check.kind is CheckKind.PERIODIC
        and check.state is CheckState.PLANNED
        and check.due_on > today
        and check.key not in wanted
    )
    return replace(check, state=CheckState.REPLACED) if movable else check
