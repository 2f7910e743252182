"""The model card: what the model is, what it was made from, how good it is, what it must not do."""

from __future__ import annotations

import hashlib
import json
import math
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from layers.models.training.fidelity import LARGEST_ACCEPTED
from layers.models.training.golden import golden_vectors
from layers.models.training.scorecard import Floats, Points, Scorecard
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.scorecard import probability_ppm

CARD_SCHEMA: Final = "model-card/2"
VERSION: Final = "1.0.0"
SCALE: Final = {"base": 600, "odds": 20, "points_to_double": 40}
EXPIRES_ON: Final = date(2027, 11, 30)
OWNER: Final = "风险管理部 risk management of the bank that adopts it"
PSI_BINS: Final = 10
SHARE_BINS: Final = 5
E4: Final = 10_000

REASONS: Final[dict[str, tuple[str, str, str]]] = {
    "ent.inv.out_valid_amt.all.l24m.sum": (
        "SCORE_SALES_24M",
        "近24个月开票销售规模偏小",
        "近两年经营规模有待积累",
    ),
    "ent.inv.out_valid_amt.all.l12m.sum": (
        "SCORE_SALES_12M",
        "近12个月开票销售规模偏小",
        "近一年经营规模有待积累",
    ),
    "ent.inv.out_valid_amt.all.l24m.cv": (
        "SCORE_VARIATION",
        "近24个月开票销售波动偏大",
        "经营收入稳定性有待提高",
    ),
    "ent.inv.out_valid.all.l24m.active_month": (
        "SCORE_CONTINUITY",
        "近24个月开票月数偏少",
        "持续经营记录有待积累",
    ),
}
SOURCE: Final = (
    "China Undergraduate Mathematical Contest in Modeling 2020, problem C, attachment 1: real "
    "invoices of real micro and small firms, published with masked names. Not a bank's portfolio."
)
LIMITATIONS: Final = (
    "83 firms with 18 defaults: the standard deviation of a fold's AUC is about 0.1.",
    "The days of default are not published; a default before the observation day cannot be told "
    "from a later one, so part of what the model sees may be its consequence.",
    "The bank's own rating is never an input: all firms rated D defaulted, it is the outcome under "
    "another name.",
    "The four indicators were chosen by argument (scale, recent scale, stability, continuity) from "
    "a library in which sales scale is known to separate these firms; comparable lists "
    "and observation days gave mean AUCs from 0.85 to 0.88, while letting every fold choose its "
    "own list gave 0.80 to 0.86: the figure holds for this list, not for a search.",
    "Probabilities are calibrated to this sample, in which 21.7 % of the firms defaulted.",
    "Trained on invoices from 2017-03 to 2019-02; the firms' region and industry are unknown.",
)


def write_card(  # noqa: PLR0913  (one argument per thing a card tells)
    folder: Path,
    *,
    model_id: str,
    scorecard: Scorecard,
    artefact: bytes,
    values: Floats,
    defaulted: NDArray[np.bool_],
    figures: dict[str, Any],
    data_sha256: str,
    observed_on: date,
    outcome_known_on: date,
) -> str:
    """Write `<model>/model.onnx` and `<model>/card.json`; answer the artefact's hash."""
    sha256 = hashlib.sha256(artefact).hexdigest()
    card = {
        "schema": CARD_SCHEMA,
        "id": model_id,
        "catalogue_id": "M08",
        "name_zh": "小微企业申请评分卡",
        "name_en": "Application score of micro and small enterprises",
        "version": VERSION,
        "stage": "pre_loan",
        "segments": ["E"],
        "kind": "scorecard",
        "algorithm": "scorecard: points linear in the rank of declared bins, logistic, shrunk to "
        "one common weight, signs fixed by credit argument",
        "artefact": "model.onnx",
        "sha256": sha256,
        "scale": SCALE,
        "intercept_e4": round(scorecard.intercept * E4),
        "inputs": [_input(points, column) for points, column in _columns(scorecard, values)],
        "missing_policy": "worst_bin: a missing value counts as the worst that exists",
        "data_source": SOURCE,
        "data_sha256": data_sha256,
        "training_window": {
            "from": observed_on.replace(year=observed_on.year - 2).isoformat(),
            "to": observed_on.isoformat(),
        },
        "observed_on": observed_on.isoformat(),
        "performance_window": {
            "from": observed_on.isoformat(),
            "to": outcome_known_on.isoformat(),
        },
        "bad_definition": "是否违约 = 是 (the publisher's default flag, day unknown)",
        "target": "default within 12 months of the observation day",
        "output": {
            "probability_ppm": "default within 12 months, parts per million",
            "points": "600 at odds 20:1, 40 more double the odds",
            "contributions_e4": "what each input adds to the log-odds of default, 0.0001",
        },
        "calibration": "by the fit itself; slope of the held-out folds under performance",
        "sample": {"n": len(defaulted), "defaults": int(defaulted.sum())},
        "performance": _performance(figures),
        "psi": _psi(scorecard, values),
        "fidelity": {
            "largest_difference_below": _next_power_of_ten(figures["largest_difference"]),
            "accepted": LARGEST_ACCEPTED,
        },
        "limitations": list(LIMITATIONS),
        "owner": OWNER,
        "approver": None,
        "approval_note": "not approved by any bank; each adopts it by its own model committee",
        "expires_on": EXPIRES_ON.isoformat(),
        "fallback": "refer_all: without this model every application is decided by a person",
    }
    own = folder / model_id
    own.mkdir(parents=True, exist_ok=True)
    golden = _json({"id": model_id, "vectors": golden_vectors(card)})
    card |= {"code": None, "golden_sha256": hashlib.sha256(golden.encode()).hexdigest()}
    (own / "golden.json").write_text(golden, encoding="utf-8")
    (own / "model.onnx").write_bytes(artefact)
    (own / "card.json").write_text(_json(card), encoding="utf-8")
    return sha256


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _columns(scorecard: Scorecard, values: Floats) -> list[tuple[Points, Floats]]:
    return list(zip(scorecard.points, values.T, strict=True))


def _input(points: Points, column: Floats) -> dict[str, Any]:
    definition = DEFINITIONS[points.feature.indicator]
    code, text, customer_text = REASONS[definition.id]
    return {
        "indicator": definition.id,
        "version": definition.version,
        "name_zh": definition.name_zh,
        "riskier": "upwards" if points.feature.riskier_upwards else "downwards",
        "edges": list(points.feature.edges),
        "points_e4": [round(value * E4) for value in points.bins],
        "missing_points_e4": round(points.missing * E4),
        "missing_policy": "worst_bin",
        "reason": {"code": code, "text": text, "customer_text": customer_text},
        "shares": _shares(points, column),
    }


def _shares(points: Points, column: Floats) -> dict[str, Any]:
    """Where the training firms lie, in about five groups that end at ends of bins."""
    edges = np.asarray(points.feature.edges)
    place = np.searchsorted(edges, column[~np.isnan(column)], side="left")
    wanted = np.quantile(place, np.arange(1, SHARE_BINS) / SHARE_BINS).astype(int)
    ends = edges[np.unique(np.clip(wanted, 0, len(edges) - 1))]
    counts = np.bincount(
        np.searchsorted(ends, column[~np.isnan(column)], side="left"), minlength=len(ends) + 1
    )
    return {
        "edges": ends.tolist(),
        "shares": [_rounded(count / len(column), 4) for count in counts],
        "missing": _rounded(float(np.isnan(column).mean()), 4),
    }


def _psi(scorecard: Scorecard, values: Floats) -> dict[str, Any]:
    """Ten groups of the training score, for the population stability index."""
    logits = np.rint(scorecard.contributions(values) * E4).sum(axis=1)
    intercept = round(scorecard.intercept * E4)
    ppm = np.array([probability_ppm(intercept + int(logit)) for logit in logits])
    edges = np.unique(np.quantile(ppm, np.arange(1, PSI_BINS) / PSI_BINS, method="lower"))
    counts = np.bincount(np.searchsorted(edges, ppm, side="left"), minlength=len(edges) + 1)
    return {
        "edges_pd_ppm": [int(edge) for edge in edges],
        "shares": [_rounded(count / len(ppm), 4) for count in counts],
        "alarm": {"yellow": 0.1, "red": 0.25},
    }


def _performance(figures: dict[str, Any]) -> dict[str, Any]:
    named = figures["validation"]
    return {
        "protocol": "20 x stratified 5-fold, seed 42, all fitting inside the folds",
        **{key: _rounded(value, 4) for key, value in named.items()},
        "one_year_later": {
            key: _rounded(figures["one_year_later"][key], 4)
            for key in ("auc_mean", "auc_sd", "ks", "brier")
        },
    }


def _next_power_of_ten(value: float) -> float:
    """An upper bound that the last bits of another machine do not change."""
    return float(f"1e{math.ceil(math.log10(value))}") if value > 0 else 0.0


def _rounded(value: float, digits: int) -> float:
    return value if isinstance(value, int) else round(float(value), digits)
