"""Fuzzy augmentation: lets refused applicants, whose outcome nobody saw, take part in a fit.

Every refused row enters twice: as bad with the weight of its probability of being bad, as good
with the rest. The probability comes from a model of the accepted, raised by a factor, because
the refused are riskier than what a model of the accepted says of them. Off unless a caller brings
refused rows: nothing is known about them, and the method (Siddiqi 2006, chapter 6) assumes the
factor. Where the factor is 1 it repeats what the model of the accepted already says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from layers.models.training.metrics import Bools, Floats

RISKIER_BY: Final = 1.5
HIGHEST: Final = 0.99


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Augmented:
    """Rows, outcomes and weights of accepted and refused applicants together."""

    values: Floats
    bad: Bools
    weights: Floats


Augmentation = Callable[[Floats, Bools], Augmented]
"""The hook: from the accepted rows of a training fold to the rows that are fitted."""


def fuzzy_augmentation(
    refused: Floats, chances: Callable[[Floats, Bools, Floats], Floats], factor: float = RISKIER_BY
) -> Augmentation:
    """The hook that adds refused rows; `chances` fits the accepted and scores the refused."""

    def augmented(values: Floats, bad: Bools) -> Augmented:
        share = np.minimum(chances(values, bad, refused) * factor, HIGHEST)
        return Augmented(
            values=np.vstack([values, refused, refused]),
            bad=np.concatenate([bad, np.ones(len(refused), bool), np.zeros(len(refused), bool)]),
            weights=np.concatenate([np.ones(len(bad)), share, 1 - share]),
        )

    return augmented
