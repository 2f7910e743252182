"""How far a model's score and inputs have moved from the population of its card: PSI and CSI."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Final

from risk.domain.monitoring.card import Bins, CardIndicator, MonitoredCard
from risk.domain.monitoring.psi import chance_ppm, psi_ppm
from risk.domain.monitoring.scored import ScoredDecision
from risk.domain.monitoring.thresholds import Level, level_of, share_ppm

SCORE_NAME: Final = "模型预测概率"
"""The chance of what the model's card calls bad: default, fraud, or another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """One index with what it was computed from; bins of missing values stand last."""

    name: str
    """`pd_ppm` for the score, else the indicator's id."""
    name_zh: str
    count: int
    psi_ppm: int | None
    """None where nothing was counted or the card has no shares."""
    level: Level
    chance_ppm: int | None
    """What 19 of 20 draws from an unchanged population stay below, for so many cases."""
    edges: tuple[str, ...]
    """The bins' upper ends as exact decimals."""
    expected_ppm: tuple[int, ...]
    counts: tuple[int, ...]
    missing_expected_ppm: int | None
    missing_count: int

    @property
    def missing_ppm(self) -> int | None:
        """The share without a value."""
        return share_ppm(self.missing_count, self.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The score's index in one week of accounting days, from its Monday on."""

    monday: date
    count: int
    psi_ppm: int | None
    level: Level


def score_stability(card: MonitoredCard, decisions: Iterable[ScoredDecision]) -> Stability:
    """PSI of the predicted probability; a card without its population has none, and says so."""
    values = [Decimal(one.pd_ppm) for one in decisions]
    if card.score is None:
        return _without_reference("pd_ppm", SCORE_NAME, values)
    return _stability(card, "pd_ppm", SCORE_NAME, card.score, values)


def input_stability(
    card: MonitoredCard, decisions: Sequence[ScoredDecision]
) -> tuple[Stability, ...]:
    """CSI of each input, over all decisions that the model stood behind; missing is a bin."""
    return tuple(_input(card, one, decisions) for one in card.inputs)


def weekly_stability(card: MonitoredCard, decisions: Iterable[ScoredDecision]) -> tuple[Week, ...]:
    """The score's index week by week; a week without a score has none."""
    ordered = sorted(decisions, key=_monday)
    return tuple(
        Week(monday=monday, count=one.count, psi_ppm=one.psi_ppm, level=one.level)
        for monday, found in groupby(ordered, key=_monday)
        for one in (score_stability(card, found),)
    )


def _monday(decision: ScoredDecision) -> date:
    return decision.as_of - timedelta(days=decision.as_of.weekday())


def _input(
    card: MonitoredCard, one: CardIndicator, decisions: Sequence[ScoredDecision]
) -> Stability:
    values = [
        reading.value
        for decision in decisions
        for reading in decision.readings
        if reading.indicator == one.indicator
    ]
    if one.bins is None:
        return _without_reference(one.indicator, one.name_zh, values)
    return _stability(card, one.indicator, one.name_zh, one.bins, values)


def _stability(
    card: MonitoredCard, name: str, name_zh: str, bins: Bins, values: Sequence[Decimal | None]
) -> Stability:
    counts, missing = bins.count(values)
    expected: list[int] = list(bins.shares_ppm)
    actual: list[int] = list(counts)
    if bins.missing_ppm is not None:
        expected.append(bins.missing_ppm)
        actual.append(missing)
    index = psi_ppm(expected, actual) if sum(actual) else None
    used = sum(1 for e, a in zip(expected, actual, strict=True) if e or a)
    return Stability(
        name=name,
        name_zh=name_zh,
        count=len(values),
        psi_ppm=index,
        level=Level.NOT_ENOUGH if index is None else level_of(index, sum(actual)),
        chance_ppm=chance_ppm(used, card.sample_count, sum(actual)) if sum(actual) else None,
        edges=tuple(str(edge) for edge in bins.edges),
        expected_ppm=bins.shares_ppm,
        counts=counts,
        missing_expected_ppm=bins.missing_ppm,
        missing_count=missing,
    )


def _without_reference(name: str, name_zh: str, values: Sequence[Decimal | None]) -> Stability:
    """The card says nothing of these shares: only what is missing can be counted."""
    return Stability(
        name=name,
        name_zh=name_zh,
        count=len(values),
        psi_ppm=None,
        level=Level.NO_REFERENCE,
        chance_ppm=None,
        edges=(),
        expected_ppm=(),
        counts=(),
        missing_expected_ppm=None,
        missing_count=sum(value is None for value in values),
    )
