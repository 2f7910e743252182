"""What a scorecard says about a firm: points, probability of default, and what weighed on it.

All arithmetic is exact (integers and correctly rounded decimals), so a decision that is computed
again on another machine years later has the same points and the same probability.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from puhui.contracts.common import Reason

E4 = 10_000
"""Contributions are integers in 0.0001 of a log-odds, as on the card."""
PPM = 1_000_000
MAX_POINTS = 1_000
UNSURE_PPM = 1e-6
"""Far more than the error of a float of up to a million, about 1e-9."""
LARGEST_EXPONENT = 700.0
"""Near the largest that a float's `exp` can be asked for; the probability is 0 or 1 long before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Points: `base` at `odds` to one; `points_to_double` more double the odds."""

    base: int
    odds: int
    points_to_double: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CardInput:
    """One indicator of a scorecard, as its card describes it."""

    indicator: str
    version: str
    best_e4: int
    worst_e4: int
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What is known of a model besides its artefact."""

    id: str
    catalogue_id: str
    name_zh: str
    name_en: str
    version: str
    sha256: str
    card_sha256: str
    intercept_e4: int
    scale: Scale
    inputs: tuple[CardInput, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """How much one indicator adds to the log-odds of default, and how far that is from the best."""

    indicator: str
    e4: int
    adverse_e4: int
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A scored firm."""

    model: str
    version: str
    sha256: str
    logit_e4: int
    points: int
    pd_ppm: int
    contributions: tuple[Contribution, ...]

    def adverse_reasons(self, most: int) -> tuple[Reason, ...]:
        """What weighed most on the score, the heaviest first."""
        heavy = [c for c in self.contributions if c.adverse_e4 > 0]
        heavy.sort(key=lambda contribution: (-contribution.adverse_e4, contribution.indicator))
        return tuple(contribution.reason for contribution in heavy[:most])


def score(card: ModelCard, contributions_e4: Sequence[int]) -> Score:
    """Add up the contributions of a card's inputs, in the card's order."""
    logit_e4 = card.intercept_e4 + sum(contributions_e4)
    return Score(
        model=card.id,
        version=card.version,
        sha256=card.sha256,
        logit_e4=logit_e4,
        points=points_of(card.scale, logit_e4),
        pd_ppm=probability_ppm(logit_e4),
        contributions=tuple(
            Contribution(one.indicator, e4, e4 - one.best_e4, one.reason)
            for one, e4 in zip(card.inputs, contributions_e4, strict=True)
        ),
    )


def probability_ppm(logit_e4: int) -> int:
    """The probability of default in parts per million, rounded half up.

    >>> probability_ppm(0)
    500000
    """
    return probability_of(logit_e4, E4)


def probability_of(logit: int, unit: int) -> int:
    """The probability of log-odds in parts of a unit, in parts per million, rounded half up.

    Machines differ in the last bit of `exp`; that matters only next to a half, where the correctly
    rounded decimal decides. Everywhere else the float is ten times faster and says the same.
    """
    quick = PPM / (1 + math.exp(min(max(-logit / unit, -LARGEST_EXPONENT), LARGEST_EXPONENT)))
    if abs(quick % 1 - 0.5) > UNSURE_PPM:
        return round(quick)
    chance = 1 / (1 + (Decimal(-logit) / unit).exp())
    return int((chance * PPM).to_integral_value(ROUND_HALF_UP))


def points_of(scale: Scale, logit_e4: int) -> int:
    """The score in points, between 0 and 1000.

    >>> points_of(Scale(base=600, odds=20, points_to_double=40), -29957)
    600
    """
    factor, log_odds = _logarithms(scale)
    points = scale.base + factor * (Decimal(-logit_e4) / E4 - log_odds)
    return min(max(int(points.to_integral_value(ROUND_HALF_UP)), 0), MAX_POINTS)


@cache
def _logarithms(scale: Scale) -> tuple[Decimal, Decimal]:
    """Points per log-odds, and the log-odds at which the base lies."""
    return Decimal(scale.points_to_double) / Decimal(2).ln(), Decimal(scale.odds).ln()
