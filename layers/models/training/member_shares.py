"""What each member of a champion counts: fixed by number, or chosen by rows held back."""

from __future__ import annotations

from typing import Final

import numpy as np

from layers.models.training.metrics import Bools, Floats, log_loss, sigmoid

CHOICES: Final = 20
"""Steps of the greedy choice: a member counts in twentieths."""


def fixed_shares(shapes: int, cards: int, scorecards: float) -> tuple[float, ...]:
    """The scorecards count a given share together, the trees of all shapes the rest."""
    if not cards:
        return (1 / shapes,) * shapes
    return (*((1 - scorecards) / shapes,) * shapes, *(scorecards / cards,) * cards)


def chosen_shares(logits: Floats, bad: Bools) -> tuple[float, ...]:
    """Greedy choice with repetition (Caruana 2004), begun with every member counting once."""
    counts = np.ones(len(logits))
    for _ in range(CHOICES - len(logits)):
        losses = []
        for place in range(len(logits)):
            tried = counts.copy()
            tried[place] += 1
            losses.append(log_loss(bad, sigmoid(tried @ logits / tried.sum())))
        counts[int(np.argmin(losses))] += 1
    counts = np.where(counts == 1, 0.0, counts)
    counts = counts if counts.sum() else np.ones(len(logits))
    return tuple((counts / counts.sum()).tolist())
