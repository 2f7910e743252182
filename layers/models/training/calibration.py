"""Corrects the level and the slope of log-odds from rows that took no part in the fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from layers.models.training.metrics import Bools, Floats, calibration_line, logit, sigmoid

SMALLEST_SLOPE: Final = 0.1
"""A correction that nearly levels, or turns, the ranking is no correction."""

Kind = Literal["none", "platt", "isotonic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A line on the log-odds (Platt), and after it steps on the probability (isotonic).

    The line is folded into the exported trees. Steps are not part of the graph: they stand on the
    card, and whoever serves the model applies them to its probability.
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
        chances = sigmoid(self.line(logits))
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


def log_odds(calibration: Calibration, logits: Floats) -> Floats:
    """The calibrated log-odds, finite also where a step says 0 or 1."""
    return (
        logit(calibration.probabilities(logits)) if calibration.knots else calibration.line(logits)
    )


def _steps(bad: Bools, chances: Floats) -> tuple[tuple[float, float], ...]:
    from sklearn.isotonic import IsotonicRegression

    # One good and one bad row are added in thought: no group is ever certain.
    model = IsotonicRegression(y_min=0.5 / len(bad), y_max=1 - 0.5 / len(bad), out_of_bounds="clip")
    model.fit(chances, bad.astype(np.float64))
    pairs = zip(model.X_thresholds_, model.y_thresholds_, strict=True)
    return tuple((round(float(raw), 6), round(float(right), 6)) for raw, right in pairs)
