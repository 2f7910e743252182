"""Trains on the past and scores the future: what a random split flatters, this tells."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from layers.models.training.evaluation import Plan, score
from layers.models.training.metrics import (
    auc,
    brier,
    calibration_slope,
    kolmogorov_smirnov,
    psi,
)
from layers.models.training.reading import NotUsable
from layers.models.training.table import FEWEST_OF_A_CLASS, Dataset

EARLIER_SHARE: Final = 0.70
DIGITS: Final = 6


def cut_of(dataset: Dataset, last_training_day: float | None) -> float:
    """The last day that is trained on: given, or the one that ends the earlier 70 % of rows.

    Rows of one day are never parted.
    """
    days = dataset.days
    if days is None:
        raise NotUsable("--date", "an out-of-time test needs a column of days")
    if last_training_day is not None:
        return last_training_day
    cut = float(np.quantile(days, EARLIER_SHARE, method="lower"))
    if cut == days.max():
        cut = float(days[days < cut].max())
    return cut


def out_of_time(
    dataset: Dataset, plan: Plan, last_training_day: float | None = None
) -> dict[str, Any]:
    """The figures of all models on the later rows, and how far their mean PD is from the truth."""
    cut = cut_of(dataset, last_training_day)
    earlier = np.asarray(dataset.days) <= cut
    for name, rows in (("earlier", earlier), ("later", ~earlier)):
        bads = int(dataset.bad[rows].sum())
        if min(bads, int(rows.sum()) - bads) < FEWEST_OF_A_CLASS:
            told = f"the {name} rows have {bads} bad and {int(rows.sum()) - bads} good ones"
            raise NotUsable("--date", f"{told}; at least {FEWEST_OF_A_CLASS} of each are needed")
    train, test = np.flatnonzero(earlier), np.flatnonzero(~earlier)
    scores, _ = score(dataset, plan, train, np.arange(len(earlier)))
    bad = dataset.bad[test]
    return {
        "last_training_day": cut,
        "n_train": len(train),
        "n_test": len(test),
        "bad_rate_train": round(float(dataset.bad[train].mean()), DIGITS),
        "bad_rate_test": round(float(bad.mean()), DIGITS),
        **{
            name: {
                "auc": round(auc(bad, chances[test]), DIGITS),
                "ks": round(kolmogorov_smirnov(bad, chances[test]), DIGITS),
                "brier": round(brier(bad, chances[test]), DIGITS),
                "calibration_slope": round(calibration_slope(bad, chances[test]), DIGITS),
                "mean_pd": round(float(chances[test].mean()), DIGITS),
                "psi": round(psi(chances[train], chances[test]), DIGITS),
            }
            for name, chances in scores.items()
            if name != "best_feature"
        },
    }
