"""What a statistical model says of somebody: a probability, points, and what weighed on it.

All models of a stage are one graph that gives contributions to the log-odds; from there on the
arithmetic is exact (integers and correctly rounded decimals), so that an answer that is computed
again on another machine has the same probability.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from puhui.contracts.common import Reason
from risk.domain.errors import ModelNotTrusted
from risk.domain.scorecard import Scale, points_of, probability_of

E6: Final = 1_000_000
"""Contributions are integers in 0.000001 of a log-odds."""
E6_PER_E4: Final = 100
ROUNDING_E4: Final = 0.1
"""A scorecard's contribution further than this from a whole 0.0001 is not one of its points."""
MOST_LOGIT: Final = 100.0
"""Log-odds; the probability is 0 or 1 long before."""

Given = Callable[[str], float | None]
"""What is known of an applicant, by the name of an input; None where nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticalInput:
    """One input of a model, in the order of its graph."""

    name: str
    best_e6: int
    """The least that it can add: what its contribution is measured against for a reason."""
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticalModel:
    """What is known of a graph besides its bytes."""

    id: str
    catalogue_id: str
    version: str
    sha256: str
    card_sha256: str
    kind: str
    stage: str
    segments: tuple[str, ...]
    intercept_e6: int
    scale: Scale | None
    inputs: tuple[StatisticalInput, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticalAnswer:
    """What one model says of one applicant."""

    model: StatisticalModel
    contributions_e6: tuple[int, ...]

    @property
    def logit_e6(self) -> int:
        """The log-odds of bad."""
        return self.model.intercept_e6 + sum(self.contributions_e6)

    @property
    def probability_ppm(self) -> int:
        """The probability of bad in parts per million, rounded half up."""
        return probability_of(self.logit_e6, E6)

    @property
    def points(self) -> int | None:
        """The score on the model's own scale; None for a model without one."""
        scale = self.model.scale
        return None if scale is None else points_of(scale, _round(self.logit_e6, E6_PER_E4))

    @property
    def contributions_e4(self) -> tuple[int, ...]:
        """What each input adds, in 0.0001 of a log-odds."""
        return tuple(_round(one, E6_PER_E4) for one in self.contributions_e6)

    def adverse_reasons(self, most: int) -> tuple[Reason, ...]:
        """What weighed most, the heaviest first; none twice."""
        pairs = zip(self.model.inputs, self.contributions_e6, strict=True)
        heavy = sorted(
            ((one.best_e6 - found, one.name, one.reason) for one, found in pairs),
            key=lambda entry: entry[:2],
        )
        told: dict[str, Reason] = {}
        for adverse, _, reason in heavy:
            if adverse < 0:
                told.setdefault(reason.code, reason)
        return tuple(told.values())[:most]

    @property
    def document(self) -> dict[str, Any]:
        """As JSON, without floats."""
        return {
            "probability_ppm": self.probability_ppm,
            "points": self.points,
            "contributions_e4": list(self.contributions_e4),
        }


def answer_of(model: StatisticalModel, contributions: Sequence[float]) -> StatisticalAnswer:
    """Take the graph's contributions back as the integers that they stand for."""
    if len(contributions) != len(model.inputs):
        raise ModelNotTrusted(f"{model.id} answers with other contributions than its card has")
    unit = E6_PER_E4 if model.kind == "scorecard" else 1
    found = []
    for one in contributions:
        if not abs(one) <= MOST_LOGIT:
            raise ModelNotTrusted(f"{model.id} answers with a contribution that is not finite")
        scaled = one * E6 / unit
        whole = round(scaled)
        if unit > 1 and abs(scaled - whole) > ROUNDING_E4:
            raise ModelNotTrusted(f"{model.id} answers points that are not on its card")
        found.append(whole * unit)
    return StatisticalAnswer(model=model, contributions_e6=tuple(found))


def numbers_of(model: StatisticalModel, given: Given) -> list[float | None]:
    """The model's inputs in its order."""
    return [given(one.name) for one in model.inputs]


def _round(value: int, unit: int) -> int:
    """Half away from zero, the same for a value and its negative."""
    sign = -1 if value < 0 else 1
    return sign * ((abs(value) + unit // 2) // unit)
