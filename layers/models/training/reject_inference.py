"""Fuzzy augmentation: lets refused applicants, whose outcome nobody saw, take part in a fit.

Every refused row enters twice: as bad with the weight of its probability of being bad, as good
with the rest. The probability comes from a scorecard of the accepted, raised by a factor, because
the refused are riskier than what a model of the accepted says of them. Off unless a caller brings
refused rows: nothing is known about them, and the method (Siddiqi 2006, chapter 6) assumes the
factor. Where the factor is 1 it repeats what the scorecard of the accepted already says. How many
trees there are, what members count, calibration and every figure are judged by rows whose outcome
was seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from layers.models.training.metrics import Bools, Floats

if TYPE_CHECKING:
    from layers.models.training.table import Dataset

RISKIER_BY: Final = 1.5
MOST_RISKIER_BY: Final = 10.0
HIGHEST: Final = 0.99


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Augmented:
    """Rows, outcomes and weights of accepted and refused applicants together, accepted first."""

    values: Floats
    bad: Bools
    weights: Floats


Augmentation = Callable[[Floats, Bools], Augmented]
"""The hook: from the accepted rows of a training fold to the rows that are fitted."""


def fuzzy_augmentation(
    refused: Floats, chances: Floats, factor: float = RISKIER_BY
) -> Augmentation:
    """The hook that adds refused rows, by what a scorecard of the accepted says of each."""
    share = np.minimum(chances * factor, HIGHEST)

    def augmented(values: Floats, bad: Bools) -> Augmented:
        return Augmented(
            values=np.vstack([values, refused, refused]),
            bad=np.concatenate([bad, np.ones(len(refused), bool), np.zeros(len(refused), bool)]),
            weights=np.concatenate([np.ones(len(bad)), share, 1 - share]),
        )

    return augmented


def told_of(dataset: Dataset, factor: float) -> dict[str, Any]:
    """What report and card say of refused rows; nothing where there are none."""
    if not dataset.refused:
        return {}
    return {
        "rejects": {
            "method": "fuzzy augmentation of the champion's fit, by a scorecard of the accepted",
            "factor": factor,
            "rows": dataset.refused_rows,
            "sha256": dataset.refused_sha256,
            "note": "the outcome of refused applicants is assumed, not known; every figure is of "
            "accepted applicants only, and says nothing about the refused",
        }
    }
