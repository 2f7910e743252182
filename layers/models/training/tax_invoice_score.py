"""M12 税票经营评分模型: monotone trees on the invoices of real firms, validated honestly.

    python -m layers.models.training.tax_invoice_score --data DIR

The invoices end with the last full month before the observation day, as a tax platform delivers
them before an application. The observation day is that of M08, and for the same reason: twelve
months before the extract's own business day, so that nothing after a default year's start is read.
Settings are fixed for a sample this small; nothing is tuned and no input was searched for.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from layers.models.training.export_trees import trees_to_onnx
from layers.models.training.fidelity import largest_difference_of_trees
from layers.models.training.firms import Firm, folder_sha256, read_firms
from layers.models.training.metrics import Bools, Floats, psi
from layers.models.training.sme_application_score import OBSERVED_ON, OUTCOME_KNOWN_ON
from layers.models.training.synthetic_card import Trained, rounded, without_psi, write_model
from layers.models.training.synthetic_fit import small_trees
from layers.models.training.trees import Trees
from layers.models.training.validation import Figures, cross_validated, figures, splits
from risk.domain.indicators.engine import compute
from risk.domain.indicators.months import AsOf

MODEL_ID: Final = "tax_invoice_score"
ARTEFACTS: Final = Path(__file__).resolve().parents[1] / "artefacts"
INPUTS: Final[tuple[tuple[str, int], ...]] = (
    ("ent.inv.out_valid_amt.all.l12m.sum", -1),
    ("ent.inv.out_valid_amt.all.l24m.sum", -1),
    ("ent.inv.out_valid_amt.all.l24m.cv", 1),
    ("ent.inv.out_valid.all.l24m.active_month", -1),
    ("ent.inv.out_valid_cnt.all.l12m.sum", -1),
    ("ent.inv.out_party.all.l12m.distinct", -1),
    ("ent.inv.out_party.all.l12m.top1", 1),
    ("ent.inv.out_void.all.l12m.cnt_rate", 1),
    ("ent.inv.out_red.all.l12m.amt_rate", 1),
    ("ent.inv.out_valid.all.now.days_since_last", 1),
    ("ent.inv.in_valid_amt.all.l12m.sum", -1),
    ("ent.inv.in_party.all.l12m.distinct", -1),
)
"""Each input with its argued direction: scale, continuity, spread of customers, clean invoices."""
NAMES: Final = tuple(name for name, _ in INPUTS)
SIGNS: Final = tuple(sign for _, sign in INPUTS)
SETTINGS: Final[dict[str, Any]] = {
    "num_leaves": 4,
    "min_data_in_leaf": 8,
    "learning_rate": 0.05,
    "rounds": 60,
    "bagging_freq": 0,
}
REPEATS: Final = 20
SOURCE: Final = (
    "China Undergraduate Mathematical Contest in Modeling 2020, problem C, attachment 1: real "
    "invoices of real micro and small firms, published with masked names. Not a bank's portfolio."
)
LIMITATIONS: Final = (
    "83 firms with 18 defaults: the standard deviation of a fold's AUC is about 0.1, so no "
    "difference from the scorecard M08 on the same firms means anything.",
    "The days of default are not published; a default before the observation day cannot be told "
    "from a later one, so part of what the model sees may be its consequence.",
    "The bank's own rating is never an input: it is the outcome under another name.",
    "No tax return of these firms is public: of TAX, INV and XCK only the invoices are inputs.",
    "Probabilities follow this sample, in which about a fifth of the firms defaulted.",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """What one training gives."""

    trees: Trees
    artefact: bytes
    values: Floats
    bad: Bools
    in_time: Figures
    later: Figures
    """The same folds, scored as the firms were a year later: how the ranking ages."""
    psi_one_year_later: float
    """Of the served model's scores of the same firms, a year apart."""
    largest_difference: float


def train(folder: Path) -> Run:
    """Fit, validate and export from a folder of labelled firms."""
    firms = read_firms(folder, labelled=True)
    bad = np.array([bool(firm.defaulted) for firm in firms])
    values, later = matrix(firms, AsOf(OBSERVED_ON)), matrix(firms, AsOf(OUTCOME_KNOWN_ON))
    trees = fit(values, bad)
    artefact = trees_to_onnx(trees, MODEL_ID)
    return Run(
        trees=trees,
        artefact=artefact,
        values=values,
        bad=bad,
        in_time=cross_validated(values, bad, fit, repeats=REPEATS),
        later=_one_year_later(values, later, bad),
        psi_one_year_later=psi(trees.probabilities(values), trees.probabilities(later)),
        largest_difference=largest_difference_of_trees(trees, artefact, values),
    )


def fit(values: Floats, bad: Bools) -> Trees:
    """The trees with their fixed settings."""
    return small_trees(values, bad, SIGNS, **SETTINGS)


def matrix(firms: Sequence[Firm], as_of: AsOf) -> Floats:
    """The inputs of each firm as of a day; without a value they are NaN."""
    rows = []
    for firm in firms:
        found = compute(firm.facts, as_of)
        numbers = (found[name].number for name in NAMES)
        rows.append([np.nan if number is None else number for number in numbers])
    return np.array(rows, np.float64)


def _one_year_later(values: Floats, later: Floats, bad: Bools) -> Figures:
    plan = splits(bad)
    left_out = np.zeros((1, len(bad)))
    for learned, rest in plan:
        left_out[0, rest] = fit(values[learned], bad[learned]).probabilities(later[rest])
    return figures(bad, left_out, plan)


def _told(run: Run, data_sha256: str) -> dict[str, Any]:
    return {
        "id": MODEL_ID,
        "catalogue_id": "M12",
        "name_zh": "税票经营评分模型",
        "name_en": "Tax and invoice score",
        "stage": "pre_loan",
        "segments": ["E", "S"],
        "kind": "trees",
        "output": {
            "probability_ppm": "default within 12 months, parts per million",
            "operation_index": "经营指数 0 to 100: 100 - probability_ppm / 10,000, rounded down",
            "contributions_e4": "what each input adds to the log-odds, in 0.0001",
        },
        "synthetic": False,
        "data_source": SOURCE,
        "data_sha256": data_sha256,
        "data_seed": None,
        "trees": len(run.trees.nodes.roots),
        "training_window": {
            "from": OBSERVED_ON.replace(year=OBSERVED_ON.year - 2).isoformat(),
            "to": OBSERVED_ON.isoformat(),
        },
        "performance_window": {
            "from": OBSERVED_ON.isoformat(),
            "to": OUTCOME_KNOWN_ON.isoformat(),
        },
        "bad_definition": "是否违约 = 是 (the publisher's default flag, day unknown)",
        "sample": {"n": len(run.bad), "bads": int(run.bad.sum())},
        "performance": _performance(run),
        "calibration": "by the fit itself, shrunk by few trees; slope under performance",
        "limitations": list(LIMITATIONS),
        "fallback": "sme_application_score decides alone; without both a person does",
    }


def _performance(run: Run) -> dict[str, Any]:
    return {
        "protocol": "20 x stratified 5-fold, seeds 42 to 61, all fitting inside the folds",
        "cross_validated": without_psi(rounded(run.in_time)),
        "out_of_time": None,
        "one_year_later": {
            "protocol": "5-fold; firms left out, scored as they were a year later",
            **without_psi(rounded(run.later)),
        },
        "psi": round(run.psi_one_year_later, 4),
    }


def main() -> int:
    """Train, write the model's folder and print the report as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=ARTEFACTS)
    arguments = parser.parse_args()
    run = train(arguments.data)
    trained = Trained(
        model=run.trees,
        names=NAMES,
        signs=SIGNS,
        artefact=run.artefact,
        values=run.values,
        largest_difference=run.largest_difference,
    )
    card = write_model(
        arguments.output, _told(run, folder_sha256(arguments.data, labelled=True)), trained
    )
    json.dump(report(card), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0


def report(card: dict[str, Any]) -> dict[str, Any]:
    """The figures of the card, as `puhui train --json` prints them."""
    performance = card["performance"]
    return {
        "model": MODEL_ID,
        "trained": True,
        "synthetic": False,
        "data_source": card["data_source"],
        **performance["cross_validated"],
        "one_year_later": performance["one_year_later"],
        "features": [one["indicator"] for one in card["inputs"]],
        "sha256": card["sha256"],
        "artefact_bytes": card["artefact_bytes"],
    }


if __name__ == "__main__":
    sys.exit(main())
