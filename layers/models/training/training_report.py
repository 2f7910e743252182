"""What a training of a table says: figures of all models, what was guessed, and warnings."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from layers.models.training.encoding import fit_encoding, training_matrix
from layers.models.training.evaluation import PEERS, Evaluation
from layers.models.training.metrics import approval_rate
from layers.models.training.peers import single_aucs
from layers.models.training.table import Dataset
from layers.models.training.validation import SEED, Figures

BAD_RATE_MAX: Final = 0.015
"""The inclusive headline: how many can be approved while of those at most 1.5 % go bad."""
LEAKING_AUC: Final = 0.98
DIGITS: Final = 6


def report(dataset: Dataset, evaluation: Evaluation) -> dict[str, Any]:
    """The figures of the champion at the top, each other model under its name."""
    champion = evaluation.figures(dataset, "champion")
    found = {
        **_told(champion),
        "auc_pooled": round(champion.auc_pooled, DIGITS),
        "n": champion.n,
        "defaults": champion.defaults,
        "bad_rate": round(champion.defaults / champion.n, DIGITS),
        "folds": champion.folds,
        "repeats": champion.repeats,
        "protocol": f"{champion.repeats} x stratified {champion.folds}-fold, seed {SEED}, "
        "all fitting inside the folds; AUC: mean and sd over folds; KS, Brier score and slope: "
        "rows left out of all folds together, mean over repeats",
        "scorecard": _told(evaluation.figures(dataset, "scorecard")),
    }
    if evaluation.left_out.keys() >= PEERS.keys():
        found["peers"] = {
            name: _compared(evaluation.figures(dataset, name), champion) for name in PEERS
        }
    found["approval_at_bad_rate"] = approvals(dataset, evaluation)
    found["features"] = len(dataset.columns)
    found["positive"] = dataset.positive
    found["notes"] = list(dataset.notes)
    found["warnings"] = leakage_warnings(dataset)
    found["data_sha256"] = dataset.sha256
    found["seconds"] = evaluation.seconds
    return found


def approvals(dataset: Dataset, evaluation: Evaluation) -> dict[str, Any]:
    """The largest share approved with at most 1.5 % bads in it, by scores of left-out rows."""
    found: dict[str, Any] = {"bad_rate_max": BAD_RATE_MAX}
    for name in ("scorecard", "champion", "best_feature"):
        rates = [
            approval_rate(dataset.bad, scores, BAD_RATE_MAX) for scores in evaluation.left_out[name]
        ]
        found[name] = round(float(np.mean(rates)), DIGITS)
    found["best_feature_name"] = Counter(evaluation.best_features).most_common(1)[0][0]
    return found


def leakage_warnings(dataset: Dataset) -> list[str]:
    """Features that alone nearly know the outcome: more likely its consequence than its cause."""
    rows = np.arange(len(dataset.bad))
    encoding = fit_encoding(dataset.columns, dataset.bad, rows)
    values = training_matrix(dataset.columns, dataset.bad, rows, encoding, SEED)
    return [
        f"{name}: AUC {area:.3f} alone, above {LEAKING_AUC}; is it known before the outcome is? "
        "--drop leaves it out"
        for name, area in zip(dataset.names, single_aucs(values, dataset.bad), strict=False)
        if area > LEAKING_AUC
    ]


def _told(found: Figures) -> dict[str, Any]:
    figures = {key: round(value, DIGITS) for key, value in asdict(found).items()}
    return {
        "auc": [figures["auc_mean"], figures["auc_sd"]],
        "ks": figures["ks"],
        "brier": figures["brier"],
        "calibration_slope": figures["calibration_slope"],
        "psi": figures["psi"],
        "n": found.n,
    }


def _compared(peer: Figures, champion: Figures) -> dict[str, Any]:
    """A peer's figures, and how much better the champion is: above 0 and below 1 are better."""
    return {
        **_told(peer),
        "auc_difference": round(champion.auc_mean - peer.auc_mean, DIGITS),
        "brier_ratio": round(champion.brier / peer.brier, DIGITS),
    }
