"""Trains a model that no public data can train, on the sandbox economy; everything is SYNTHETIC.

    python -m layers.models.training.synthetic --model application_fraud_score --output DIR

`--frames DIR` keeps the cohort's table, which takes minutes, for the next model of the cohort.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from layers.models.training.synthetic_card import Trained, rounded, without_psi, write_model
from layers.models.training.synthetic_cohorts import COHORTS, Cohort
from layers.models.training.synthetic_fit import Fitted, fit_spec
from layers.models.training.synthetic_frame import SEED, frame_of
from layers.models.training.synthetic_specs import SPECS, Spec
from layers.models.training.synthetic_uses import LIMITATIONS, OUTPUTS, USES
from layers.models.training.trees import Trees
from sandbox.domain.economy.member import BEFORE_FROM
from sandbox.domain.economy.sectors import SHOCK_FROM

ARTEFACTS: Final = Path(__file__).resolve().parents[1] / "artefacts"
LAST_BEFORE: Final = date(2023, 12, 1)
SOURCE: Final = (
    "SYNTHETIC: the seeded sandbox economy (sandbox.domain.economy), people and firms that do not "
    "exist; labels drawn from their latent ability and willingness after the day of observation. "
    "No figure on this card says anything about real borrowers."
)


def train(spec: Spec, cohort: Cohort, output: Path, frames: Path | None = None) -> dict[str, Any]:
    """Train one model, write its files, and answer what `puhui train --json` prints."""
    fitted = fit_spec(spec, frame_of(cohort, frames))
    trained = Trained(
        model=fitted.model,
        names=fitted.names,
        signs=fitted.signs,
        artefact=fitted.artefact,
        values=fitted.values,
        largest_difference=fitted.largest_difference,
    )
    card = write_model(output, _told(spec, cohort, fitted), trained)
    return report(card)


def report(card: dict[str, Any]) -> dict[str, Any]:
    """The figures of a card; every line that quotes them says SYNTHETIC where they are."""
    in_time = card["performance"]["cross_validated"]
    return {
        "model": card["id"],
        "trained": True,
        "synthetic": card["synthetic"],
        "data_source": card["data_source"],
        **in_time,
        "out_of_time": card["performance"]["out_of_time"],
        "features": [one.get("indicator") or one["name"] for one in card["inputs"]],
        "sha256": card["sha256"],
        "artefact_bytes": card["artefact_bytes"],
    }


def _told(spec: Spec, cohort: Cohort, fitted: Fitted) -> dict[str, Any]:
    return {
        "id": spec.id,
        "catalogue_id": spec.catalogue_id,
        "name_zh": spec.name_zh,
        "name_en": spec.name_en,
        "stage": spec.stage,
        "segments": list(spec.segments),
        "kind": spec.kind,
        "output": OUTPUTS[spec.id],
        **USES.get(spec.id, {}),
        "synthetic": True,
        "data_source": SOURCE,
        "data_seed": SEED,
        "cohort": f"{cohort.name}; {cohort.size} members drawn",
        "training_window": {"from": BEFORE_FROM.isoformat(), "to": LAST_BEFORE.isoformat()},
        "performance_window": _performance_window(spec),
        "bad_definition": spec.bad_definition,
        "sample": {"n": len(fitted.bad), "bads": int(fitted.bad.sum())},
        "performance": _performance(fitted),
        "calibration": "to the base rate of the synthetic economy, which is no bank's; a bank "
        "calibrates again on its own outcomes before any probability is used",
        "limitations": [*LIMITATIONS["all"], *LIMITATIONS.get(spec.id, ())],
        "fallback": "refer_all: without this model every case is decided by a person",
        **({"trees": len(fitted.model.nodes.roots)} if isinstance(fitted.model, Trees) else {}),
    }


def _performance_window(spec: Spec) -> dict[str, Any]:
    months = {"bad_12m": 12, "bad_60_6m": 6, "distress_6m": 6, "not_cured_30d": 1}
    return {
        "months_after_observation": months.get(spec.target, 12),
        "all_outcomes_known_before": SHOCK_FROM.isoformat(),
    }


def _performance(fitted: Fitted) -> dict[str, Any]:
    return {
        "note": "SYNTHETIC figures: they show that the pipeline works, not that the model does",
        "protocol": "stratified 5-fold, seed 42, all fitting inside the folds; members whose "
        "documents are all there, observed 2022 and 2023",
        "cross_validated": without_psi(rounded(fitted.in_time)),
        "out_of_time": {
            "protocol": "the served model on members observed from 2025-01 to 2025-09, after a "
            "fall of demand that no training row has seen",
            **rounded(fitted.out_of_time),
        },
        "with_missing_documents": {
            "protocol": "the served model on all members of the training window, in sample, with "
            "the documents missing that providers do not have",
            **rounded(fitted.with_missing),
        },
    }


def main() -> int:
    """Train the models that are named, or all, and print the report of the last as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=[*SPECS, "all"], required=True)
    parser.add_argument("--output", type=Path, default=ARTEFACTS)
    parser.add_argument("--frames", type=Path, help="where tables of cohorts are kept")
    parser.add_argument("--size", type=int, help="fewer members than the cohort has, for a trial")
    arguments = parser.parse_args()
    wanted = SPECS.values() if arguments.model == "all" else [SPECS[arguments.model]]
    printed: Any = []
    for spec in wanted:
        cohort = COHORTS[spec.cohort]
        if arguments.size:
            cohort = replace(cohort, size=arguments.size)
        printed.append(train(spec, cohort, arguments.output, arguments.frames))
    shown = printed if arguments.model == "all" else printed[0]
    json.dump(shown, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
