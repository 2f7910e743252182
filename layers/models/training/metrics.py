"""The figures by which a probability of default is judged; numpy only, so that all may use them."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CLIP: Final = 1e-9
"""A probability counts as no nearer to 0 or 1 than this where its log-odds are taken."""
SLOPE_STEPS: Final = 100
SLOPE_TOLERANCE: Final = 1e-8
PSI_BINS: Final = 10
PSI_FLOOR: Final = 1e-4
"""An empty group counts as holding this share, as is usual, so that the index stays finite."""


def auc(bad: Bools, chances: Floats) -> float:
    """The chance that a bad row is ranked above a good one; a tie counts half.

    >>> auc(np.array([True, False, False]), np.array([0.5, 0.5, 0.1]))
    0.75
    """
    ranks = _mean_ranks(chances)
    bads = int(bad.sum())
    goods = len(bad) - bads
    if bads == 0 or goods == 0:
        return float("nan")
    return float((ranks[bad].sum() - bads * (bads + 1) / 2) / (bads * goods))


def kolmogorov_smirnov(bad: Bools, chances: Floats) -> float:
    """The largest distance between the distributions of good and bad rows, 0 to 1."""
    false_positive, true_positive = roc(bad, chances)
    return float(np.max(np.abs(true_positive - false_positive)))


def roc(bad: Bools, chances: Floats) -> tuple[Floats, Floats]:
    """Shares of goods and of bads refused as the cut-off falls, each from 0 to 1."""
    order = np.argsort(-chances, kind="stable")
    ends = np.flatnonzero(np.diff(chances[order])).tolist()
    last = np.array([*ends, len(order) - 1], np.int64)
    bads = np.cumsum(bad[order])[last].astype(np.float64)
    goods = (last + 1).astype(np.float64) - bads
    return (
        np.concatenate([[0.0], goods / max(goods[-1], 1.0)]),
        np.concatenate([[0.0], bads / max(bads[-1], 1.0)]),
    )


def brier(bad: Bools, chances: Floats) -> float:
    """The mean squared distance of probability and outcome; 0 is perfect."""
    return float(np.mean((chances - bad) ** 2))


def log_loss(bad: Bools, chances: Floats) -> float:
    """The mean negative log-likelihood of the outcomes."""
    held = np.clip(chances, CLIP, 1 - CLIP)
    return float(-np.mean(np.where(bad, np.log(held), np.log1p(-held))))


def logit(chances: Floats) -> Floats:
    """The log-odds of probabilities, kept finite at 0 and 1."""
    held = np.clip(chances, CLIP, 1 - CLIP)
    return np.asarray(np.log(held / (1 - held)), np.float64)


def sigmoid(logits: Floats) -> Floats:
    """The probabilities of log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -500, 500))), np.float64)


def calibration_line(bad: Bools, logits: Floats) -> tuple[float, float]:
    """Level and slope of the outcome on the log-odds: (0, 1) says that they are right.

    A line that outcomes do not determine (one class, one value, perfect order) is NaN.
    """
    if bad.all() or not bad.any() or np.ptp(logits) == 0:
        return float("nan"), float("nan")
    design = np.column_stack([np.ones(len(logits)), logits])
    theta = np.array([0.0, 1.0])
    loss = _line_loss(design, bad, theta)
    for _ in range(SLOPE_STEPS):
        p = sigmoid(design @ theta)
        gradient = design.T @ (p - bad) / len(bad)
        if np.abs(gradient).max() < SLOPE_TOLERANCE:
            return float(theta[0]), float(theta[1])
        curvature = (design * (p * (1 - p))[:, None]).T @ design / len(bad)
        try:
            step = np.linalg.solve(curvature + np.eye(2) * 1e-12, gradient)
        except np.linalg.LinAlgError:
            break
        while (tried := _line_loss(design, bad, theta - step)) > loss and np.abs(
            step
        ).max() > 1e-12:
            step = step / 2
        theta, loss = theta - step, tried
    return float("nan"), float("nan")


def _line_loss(design: Floats, bad: Bools, theta: Floats) -> float:
    logits = design @ theta
    return float(np.mean(np.logaddexp(0.0, logits) - bad * logits))


def calibration_slope(bad: Bools, chances: Floats) -> float:
    """Slope of the outcome on the predicted log-odds: 1 is right, less is too sure of itself."""
    return calibration_line(bad, logit(chances))[1]


def psi(expected: Floats, actual: Floats, bins: int = PSI_BINS) -> float:
    """Population stability index over the deciles of the expected sample.

    Below 0.10 nothing moved, above 0.25 the population is another one (industry convention).
    """
    edges = np.unique(np.quantile(expected, np.arange(1, bins) / bins))
    shares = []
    for sample in (expected, actual):
        place = np.searchsorted(edges, sample, side="left")
        counts = np.bincount(place, minlength=len(edges) + 1)
        shares.append(np.maximum(counts / max(len(sample), 1), PSI_FLOOR))
    return float(np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0])))


def lift(bad: Bools, chances: Floats, bins: int = PSI_BINS) -> Floats:
    """Bad rate of each tenth, riskiest first, over the bad rate of all."""
    order = np.argsort(-chances, kind="stable")
    rate = max(float(bad.mean()), CLIP)
    return np.array([float(bad[part].mean()) / rate for part in np.array_split(order, bins)])


def approval_rate(bad: Bools, chances: Floats, bad_rate_max: float) -> float:
    """The largest share that a cut-off can approve with the bads among them within the bound.

    A cut-off approves everybody at or below it, so rows with one probability go together.

    >>> approval_rate(np.array([False, False, True]), np.array([0.1, 0.2, 0.3]), 0.015)
    0.6666666666666666
    """
    order = np.argsort(chances, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(chances[order])), len(order) - 1)
    bads = np.cumsum(bad[order])[ends]
    fine = ends[bads <= bad_rate_max * (ends + 1)]
    return float((fine[-1] + 1) / len(order)) if len(fine) else 0.0


def _mean_ranks(values: Floats) -> Floats:
    """Ranks from 1, equal values sharing the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2.0)[place], np.float64)
