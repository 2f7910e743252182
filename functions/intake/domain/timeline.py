"""An application's timeline: what happened when, each report of the factory exactly once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from puhui.contracts.factory import OUTCOME_NAMES, STATION_NAMES

Milestone = Literal["created", "submitted", "withdrawn"]
MILESTONE_NAMES: dict[str, str] = {
    "created": "创建申请",
    "submitted": "提交申请",
    "withdrawn": "客户撤回",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactoryStep:
    """One report of the factory, known by the id of the event that carried it."""

    event_id: str
    occurred_at: datetime
    station: str | None = None
    station_status: str | None = None
    outcome: str | None = None

    @property
    def name(self) -> str:
        """The station's or the outcome's Chinese name."""
        if self.outcome is not None:
            return OUTCOME_NAMES.get(self.outcome, self.outcome)
        return STATION_NAMES.get(self.station or "", self.station or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One line of the timeline as people read it."""

    at: datetime
    kind: Literal["milestone", "station", "outcome"]
    code: str
    name: str
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The customer's milestones and the factory's steps, the latter in the order they happened."""

    milestones: tuple[tuple[Milestone, datetime], ...] = ()
    steps: tuple[FactoryStep, ...] = ()

    def with_milestone(self, milestone: Milestone, at: datetime) -> Timeline:
        """Note what the customer did."""
        return replace(self, milestones=(*self.milestones, (milestone, at)))

    def with_step(self, step: FactoryStep) -> Timeline:
        """Note a report once, known by the id of the event that carried it."""
        steps = {known.event_id: known for known in (*self.steps, step)}
        return replace(self, steps=in_order(steps.values()))

    def latest_step(self) -> FactoryStep | None:
        """The factory's latest word by the time it was said, not by the time it arrived."""
        return self.steps[-1] if self.steps else None

    def entries(self) -> tuple[TimelineEntry, ...]:
        """Everything in the order it happened."""
        milestones = [
            TimelineEntry(at=at, kind="milestone", code=code, name=MILESTONE_NAMES[code])
            for code, at in self.milestones
        ]
        return tuple(sorted((*milestones, *map(_entry, self.steps)), key=lambda one: one.at))


def in_order(steps: Iterable[FactoryStep]) -> tuple[FactoryStep, ...]:
    """Steps by the time they happened, whatever the order they arrived in."""
    return tuple(sorted(steps, key=lambda one: (one.occurred_at, one.event_id)))


def _entry(step: FactoryStep) -> TimelineEntry:
    if step.outcome is not None:
        return TimelineEntry(at=step.occurred_at, kind="outcome", code=step.outcome, name=step.name)
    return TimelineEntry(
        at=step.occurred_at,
        kind="station",
        code=step.station or "",
        name=step.name,
        status=step.station_status,
    )
