"""What the pictures of a model show, as numbers: curves, groups and effects, never single rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from layers.models.training.encoding import encoded_names
from layers.models.training.evaluation import Evaluation
from layers.models.training.metrics import Bools, Floats, lift, psi, roc
from layers.models.training.nodes import narrow
from layers.models.training.peers import single_aucs
from layers.models.training.table import Dataset
from layers.models.training.validation import FOLDS

CURVE_POINTS: Final = 101
GROUPS: Final = 10
SCORE_BINS: Final = 30
EFFECTS_SHOWN: Final = 9
EFFECT_BINS: Final = 10
FEWEST_IN_A_GROUP: Final = 5
"""A group of fewer rows is not shown: nobody can be read back out of a picture."""
DIGITS: Final = 6

Numbers = dict[str, Any]


def plot_data(
    dataset: Dataset, evaluation: Evaluation, values: Floats, contributions: Floats
) -> Numbers:
    """All pictures' numbers; scores are those of left-out rows of the first repeat."""
    shown = {name: evaluation.left_out[name][0] for name in ("champion", "scorecard")}
    champion = shown["champion"]
    return {
        "roc": {name: _curve(dataset.bad, scores) for name, scores in shown.items()},
        "ks": _distributions(dataset.bad, champion),
        "calibration": {name: _calibration(dataset.bad, one) for name, one in shown.items()},
        "scores": _histogram(dataset.bad, champion),
        "lift": {name: _rounded(lift(dataset.bad, one)) for name, one in shown.items()},
        "psi_between_folds": [
            round(psi(np.delete(champion, test), champion[test]), DIGITS)
            for _, test in evaluation.plan[:FOLDS]
        ],
        "effects": _effects(dataset, narrow(values), contributions),
    }


def _curve(bad: Bools, scores: Floats) -> Numbers:
    goods, bads = roc(bad, scores)
    grid = np.linspace(0, 1, CURVE_POINTS)
    return {"goods_refused": _rounded(grid), "bads_refused": _rounded(np.interp(grid, goods, bads))}


def _distributions(bad: Bools, scores: Floats) -> Numbers:
    """Cumulative shares of goods and bads over the percentiles of the score."""
    ends = np.quantile(scores, np.linspace(0, 1, CURVE_POINTS))
    shares = {
        name: np.searchsorted(np.sort(part), ends, side="right") / len(part)
        for name, part in (("goods", scores[~bad]), ("bads", scores[bad]))
    }
    return {"share_of_all": _rounded(np.linspace(0, 1, CURVE_POINTS))} | {
        name: _rounded(share) for name, share in shares.items()
    }


def _calibration(bad: Bools, scores: Floats) -> Numbers:
    order = np.argsort(scores, kind="stable")
    parts = np.array_split(order, GROUPS)
    return {
        "predicted": [round(float(scores[part].mean()), DIGITS) for part in parts],
        "observed": [round(float(bad[part].mean()), DIGITS) for part in parts],
        "rows": [len(part) for part in parts],
    }


def _histogram(bad: Bools, scores: Floats) -> Numbers:
    edges = np.linspace(0, float(np.quantile(scores, 0.995)) or 1.0, SCORE_BINS + 1)
    held = np.minimum(scores, edges[-1])
    return {
        "edges": _rounded(edges),
        "goods": np.histogram(held[~bad], edges)[0].tolist(),
        "bads": np.histogram(held[bad], edges)[0].tolist(),
    }


def _effects(dataset: Dataset, values: Floats, contributions: Floats) -> list[Numbers]:
    """Mean contribution and bad rate by tenths of each of the features that matter most."""
    weight = np.abs(contributions - contributions.mean(axis=0)).mean(axis=0)
    alone = single_aucs(values, dataset.bad)
    return [
        {
            "feature": encoded_names(dataset.columns)[place],
            "mean_absolute_contribution": round(float(weight[place]), DIGITS),
            "auc_alone": round(float(alone[place]), DIGITS),
            "groups": _groups(values[:, place], contributions[:, place], dataset.bad),
        }
        for place in np.argsort(-weight, kind="stable")[:EFFECTS_SHOWN].tolist()
    ]


def _groups(column: Floats, contribution: Floats, bad: Bools) -> list[Numbers]:
    known = ~np.isnan(column)
    edges = np.unique(np.quantile(column[known], np.linspace(0, 1, EFFECT_BINS + 1)[1:-1]))
    place = np.where(known, np.searchsorted(edges, column, side="left"), -1)
    found = []
    for group in range(-1, len(edges) + 1):
        rows = place == group
        if int(rows.sum()) < FEWEST_IN_A_GROUP:
            continue
        found.append(
            {
                "middle": None if group < 0 else _significant(float(np.median(column[rows]))),
                "rows": int(rows.sum()),
                "contribution": round(float(contribution[rows].mean()), DIGITS),
                "bad_rate": round(float(bad[rows].mean()), DIGITS),
            }
        )
    return found


def _significant(value: float) -> float:
    return float(f"{value:.3g}")


def _rounded(values: Floats | Sequence[float]) -> list[float]:
    return [round(float(value), DIGITS) for value in values]
