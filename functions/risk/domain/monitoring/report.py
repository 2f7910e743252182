"""The monitoring report (模型监控报告) of one model: all that was measured, and what alarms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import Enum
from typing import Any, Final

from puhui.contracts.risk import DriftAlarm
from risk.domain.canonical import canonical_json
from risk.domain.monitoring.card import MonitoredCard
from risk.domain.monitoring.discrimination import Discrimination, by_vintage
from risk.domain.monitoring.fairness import Fairness, Groups, fairness_of
from risk.domain.monitoring.outcome import Outcome
from risk.domain.monitoring.rates import Rates, Reviewed, rates_by_policy
from risk.domain.monitoring.scored import ScoredDecision
from risk.domain.monitoring.stability import (
    Stability,
    Week,
    input_stability,
    score_stability,
    weekly_stability,
)
from risk.domain.monitoring.thresholds import ALARMING, Level

REPORT_SCHEMA: Final = "model-monitoring/2"
SEVERITY: Final = (
    Level.RED,
    Level.YELLOW,
    Level.NO_REFERENCE,
    Level.NOT_ENOUGH,
    Level.GREEN,
)
"""The worst first; not knowing is worse than stable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """What a report does not know, so that nobody reads it as complete."""

    days_missing: int = 0
    """Days of the window of which no collection exists."""
    unreadable: int = 0
    """Decisions whose record could not be read."""
    left_out: int = 0
    """Decisions beyond the most that a day's collection keeps."""
    other_version: int = 0
    """Decisions by another version of the model."""
    refused: int = 0
    """Decisions in which the model was refused: its files were not those on its card."""

    @property
    def complete(self) -> bool:
        """Whether nothing is missing that should have been counted."""
        return not (self.days_missing or self.unreadable or self.left_out or self.refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringReport:
    """One model, one population, one window of accounting days."""

    schema: str
    model_id: str
    model_version: str
    model_name_zh: str
    bad_definition: str | None
    """What the card calls bad; outcomes are told by the bank's own definition."""
    synthetic: bool
    """Whether the card's population is one of people and firms that do not exist."""
    window_from: date | None
    window_to: date | None
    """First and last accounting day of what was counted; None where nothing was."""
    count: int
    """Decisions in which the model answered."""
    decided: int
    """Of those, how many the policy decided with this model's score."""
    score: Stability
    inputs: tuple[Stability, ...]
    weeks: tuple[Week, ...]
    vintages: tuple[Discrimination, ...]
    rates: tuple[Rates, ...]
    fairness: tuple[Fairness, ...]
    gaps: Gaps

    @property
    def level(self) -> Level:
        """The worst of the score and of those inputs whose card carries shares."""
        levels = {self.score.level, *(one.level for one in self.inputs if one.expected_ppm)}
        return next(level for level in SEVERITY if level in levels)

    @property
    def alarms(self) -> tuple[DriftAlarm, ...]:
        """Every index at or above 0.1, the score first, then the largest.

        None where the card's population does not exist: the distance of a bank's customers from a
        synthetic economy is no drift, and an alarm every night would hide the others.
        """
        if self.synthetic:
            return ()
        found = [one for one in (self.score, *self.inputs) if one.level in ALARMING]
        found.sort(key=lambda one: (one is not self.score, -(one.psi_ppm or 0), one.name))
        return tuple(
            DriftAlarm(name=one.name, psi_ppm=one.psi_ppm or 0, level=_alarming(one.level))
            for one in found
        )


def report_over(
    decisions: Iterable[ScoredDecision],
    card: MonitoredCard,
    *,
    outcomes: Iterable[Outcome] = (),
    reviewed: Reviewed | None = None,
    groups: Groups | None = None,
    gaps: Gaps | None = None,
) -> MonitoringReport:
    """Measure one model over any decisions: a bank's window, or an archive in a folder.

    Decisions of other models are passed over, those of another version counted as a gap. The
    order of the decisions makes no difference. An outcome is one of the application: it counts in
    the slices whichever model is looked at, and in a vintage where the model had scored it.
    """
    behind = sorted(
        (one for one in decisions if one.model_id == card.model_id),
        key=lambda one: (one.as_of, one.decision_id),
    )
    ours = [one for one in behind if one.model_version == card.model_version]
    known = list(outcomes)
    return MonitoringReport(
        schema=REPORT_SCHEMA,
        model_id=card.model_id,
        model_version=card.model_version,
        model_name_zh=card.name_zh,
        bad_definition=card.bad_definition,
        synthetic=card.synthetic,
        window_from=ours[0].as_of if ours else None,
        window_to=ours[-1].as_of if ours else None,
        count=len(ours),
        decided=sum(one.decided for one in ours),
        score=score_stability(card, ours),
        inputs=input_stability(card, ours),
        weeks=weekly_stability(card, ours),
        vintages=by_vintage(known, card.model_id, card.model_version),
        rates=rates_by_policy(ours, reviewed or {}),
        fairness=fairness_of(ours, known, groups),
        gaps=replace(gaps or Gaps(), other_version=len(behind) - len(ours)),
    )


def report_body(report: MonitoringReport) -> bytes:
    """The report in its one canonical form: the same measurement has the same hash."""
    return canonical_json(_plain(asdict(report)))


def _plain(value: Any) -> Any:
    """JSON types only: days as text, levels by their value."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _alarming(level: Level) -> Any:
    return level.value
