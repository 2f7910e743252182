"""M08 小微企业申请评分卡: what it is made of, and how it is trained, exported and described.

    python -m layers.models.training.sme_application_score --data DIR

Observation day. The firms' default days are not published, so the later the day, the more of what
a model sees may already be the consequence of a default. Twelve months before the extract's own
business day (2020-03-01) leaves a full year in which a default could happen after everything that
the model has seen. Nothing after that day is read.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from layers.models.training.card import write_card
from layers.models.training.export_onnx import to_onnx
from layers.models.training.fidelity import largest_difference
from layers.models.training.firms import Firm, folder_sha256, read_firms
from layers.models.training.scorecard import Feature, Floats, Scorecard, fit
from layers.models.training.validation import Validation, cross_validate
from risk.domain.indicators.engine import compute
from risk.domain.indicators.months import AsOf

MODEL_ID: Final = "sme_application_score"
OBSERVED_ON: Final = date(2019, 3, 1)
OUTCOME_KNOWN_ON: Final = date(2020, 3, 1)
ARTEFACTS: Final = Path(__file__).resolve().parents[1] / "artefacts"
STEPS_OF_A_DECADE: Final = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
AMOUNT_EDGES: Final = tuple(step * 10**power for power in range(4, 9) for step in STEPS_OF_A_DECADE)
VARIATION_EDGES: Final = tuple(round(tenths / 10, 1) for tenths in range(1, 49))
MONTH_EDGES: Final = tuple(float(months) for months in range(24))

FEATURES: Final = (
    Feature("ent.inv.out_valid_amt.all.l24m.sum", AMOUNT_EDGES, riskier_upwards=False),
    Feature("ent.inv.out_valid_amt.all.l12m.sum", AMOUNT_EDGES, riskier_upwards=False),
    Feature("ent.inv.out_valid_amt.all.l24m.cv", VARIATION_EDGES, riskier_upwards=True),
    Feature("ent.inv.out_valid.all.l24m.active_month", MONTH_EDGES, riskier_upwards=False),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trained:
    """Everything that one training run gives."""

    scorecard: Scorecard
    artefact: bytes
    validation: Validation
    later: Validation
    """The same folds, scored as the firms were a year later: how the ranking ages."""
    largest_difference: float
    data_sha256: str
    values: Floats
    defaulted: NDArray[np.bool_]


def train(folder: Path) -> Trained:
    """Train, validate and export from a folder of labelled firms."""
    firms = read_firms(folder, labelled=True)
    defaulted = np.array([bool(firm.defaulted) for firm in firms])
    values = indicator_matrix(firms, OBSERVED_ON)
    scorecard = fit(FEATURES, values, defaulted)
    artefact = to_onnx(scorecard, MODEL_ID)
    later = indicator_matrix(firms, OUTCOME_KNOWN_ON)
    return Trained(
        scorecard=scorecard,
        artefact=artefact,
        validation=cross_validate(FEATURES, values, defaulted),
        later=cross_validate(FEATURES, values, defaulted, scored=later),
        largest_difference=largest_difference(scorecard, artefact, np.vstack([values, later])),
        data_sha256=folder_sha256(folder, labelled=True),
        values=values,
        defaulted=defaulted,
    )


def indicator_matrix(firms: list[Firm], day: date) -> Floats:
    """The scorecard's indicators of each firm as of a day; without a value they are NaN."""
    rows = []
    for firm in firms:
        values = compute(firm.facts, AsOf(day))
        numbers = (values[feature.indicator].number for feature in FEATURES)
        rows.append([np.nan if number is None else number for number in numbers])
    return np.array(rows, np.float64)


def report(trained: Trained, sha256: str) -> dict[str, Any]:
    """What `puhui train --json` prints."""
    figures = trained.validation
    return {
        "model": MODEL_ID,
        "trained": True,
        "auc_mean": round(figures.auc_mean, 6),
        "auc_sd": round(figures.auc_sd, 6),
        "auc_pooled": round(figures.auc_pooled, 6),
        "ks": round(figures.ks, 6),
        "brier": round(figures.brier, 6),
        "calibration_slope": round(figures.calibration_slope, 6),
        "folds": figures.folds,
        "repeats": figures.repeats,
        "n": figures.n,
        "defaults": figures.defaults,
        "features": [feature.indicator for feature in FEATURES],
        "observed_on": OBSERVED_ON.isoformat(),
        "auc_mean_one_year_later": round(trained.later.auc_mean, 6),
        "largest_difference": trained.largest_difference,
        "sha256": sha256,
        "artefact_bytes": len(trained.artefact),
    }


def main() -> int:
    """Train and write artefact and card, then print the report as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=ARTEFACTS)
    arguments = parser.parse_args()
    trained = train(arguments.data)
    sha256 = write_card(
        arguments.output,
        model_id=MODEL_ID,
        scorecard=trained.scorecard,
        artefact=trained.artefact,
        values=trained.values,
        defaulted=trained.defaulted,
        figures={
            "validation": asdict(trained.validation),
            "one_year_later": asdict(trained.later),
            "largest_difference": trained.largest_difference,
        },
        data_sha256=trained.data_sha256,
        observed_on=OBSERVED_ON,
        outcome_known_on=OUTCOME_KNOWN_ON,
    )
    json.dump(report(trained, sha256), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
