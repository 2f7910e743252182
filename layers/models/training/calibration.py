"""Corrects the level and the slope of log-odds from rows that took no part in the fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from layers.models.training.metrics import Bools, Floats, calibration_line, sigmoid

SMALLEST_SLOPE: Final = 0.1
"""A correction that nearly levels, or turns, the ranking is no correction."""

STEEPEST: Final = 20.0
"""Rise of the calibrated over that of the raw probability."""
NARROWEST: Final = 1e-5
"""Two knots are never at one place."""

Kind = Literal["none", "platt", "isotonic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A line on the log-odds (Platt), and after it steps on the probability (isotonic).

    Both are in the exported graph: the line is folded into the trees, the steps follow the sigmoid.
    What the graph answers is the calibrated probability, and nobody applies anything to it.
    """

    kind: Kind = "none"
    level: float = 0.0
    slope: float = 1.0
    knots: tuple[tuple[float, float], ...] = ()
    """Pairs of raw and calibrated probability; between two knots the line between them holds."""

    def line(self, logits: Floats) -> Floats:
        """The corrected log-odds."""
        return np.asarray(self.level + self.slope * logits, np.float64)

    def probabilities(self, logits: Floats) -> Floats:
        """The calibrated probability of rows."""
        return self.stepped(sigmoid(self.line(logits)))

    def stepped(self, chances: Floats) -> Floats:
        """Probabilities of which the line is right already, after the steps."""
        if not self.knots:
            return chances
        raw, calibrated = zip(*self.knots, strict=True)
        return np.asarray(np.interp(chances, raw, calibrated), np.float64)

    def told(self) -> dict[str, Any]:
        """The calibration as the card keeps it."""
        return {
            "kind": self.kind,
            "level": self.level,
            "slope": self.slope,
            "knots": [list(knot) for knot in self.knots],
        }


def fit_calibration(kind: Kind, bad: Bools, logits: Floats) -> Calibration:
    """Learn from rows held back; a sample that does not say leaves everything as it is."""
    if kind == "platt":
        level, slope = calibration_line(bad, logits)
        if not (np.isfinite(level) and np.isfinite(slope) and slope >= SMALLEST_SLOPE):
            return Calibration()
        return Calibration(kind="platt", level=round(level, 6), slope=round(slope, 6))
    if kind == "isotonic":
        return Calibration(kind="isotonic", knots=_steps(bad, sigmoid(logits)))
    return Calibration()


def _steps(bad: Bools, chances: Floats) -> tuple[tuple[float, float], ...]:
    from sklearn.isotonic import IsotonicRegression

    # One good and one bad row are added in thought: no group is ever certain.
    model = IsotonicRegression(y_min=0.5 / len(bad), y_max=1 - 0.5 / len(bad), out_of_bounds="clip")
    model.fit(chances, bad.astype(np.float64))
    pairs = zip(model.X_thresholds_, model.y_thresholds_, strict=True)
    return _no_steeper((float(raw), float(right)) for raw, right in pairs)


def _no_steeper(pairs: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Knots between which nothing rises faster than `STEEPEST`: later where it would.

    A jump between two neighbours of the sample is chance, and a graph of single precision cannot
    follow it. A probability rises by 1, so no knot comes later by more than about 1 / `STEEPEST`.
    """
    knots: list[tuple[float, float]] = []
    for raw, right in pairs:
        place, height = round(raw, 6), round(right, 6)
        if knots:
            before, last = knots[-1]
            place = round(max(place, before + max((height - last) / STEEPEST, NARROWEST)), 6)
        knots.append((place, height))
    return tuple(knots)
