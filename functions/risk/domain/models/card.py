"""What every model card (模型卡) must say, whatever kind of model it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from risk.domain.models.catalogue import CatalogueEntry

SCHEMA: Final = "model-card/2"
KEYS: Final[Mapping[str, str]] = {
    "schema": "the form of the card",
    "id": "english id",
    "catalogue_id": "M01 … M28",
    "name_zh": "Chinese name",
    "name_en": "English name",
    "version": "semantic version",
    "stage": "pre_loan, in_loan or post_loan",
    "segments": "whom it is for",
    "kind": "scorecard, trees, rules, formula or graph",
    "algorithm": "one sentence",
    "artefact": "the file that is served, in the model's own folder",
    "sha256": "of that file",
    "golden_sha256": "of the golden vectors",
    "code": "module, all modules behind it and their hash; null for a graph of ONNX",
    "inputs": "every input with its missing policy",
    "output": "every output with its unit",
    "missing_policy": "what a missing input means",
    "data_source": "what it was made from; SYNTHETIC first where it was",
    "training_window": "days of the inputs",
    "performance_window": "days of the outcomes",
    "bad_definition": "what counts as bad",
    "sample": "how many, how many bad",
    "performance": "held-out figures; null for what is no statistics",
    "calibration": "how probabilities were made",
    "limitations": "what it must not be used for",
    "owner": "who answers for it",
    "approver": "who approved it; null until a bank does",
    "approval_note": "what approval means here",
    "expires_on": "the day from which it may not decide",
    "fallback": "what happens without it",
}
STATISTICAL: Final = ("training_window", "performance_window", "bad_definition", "sample",
                      "performance", "calibration")  # fmt: skip
"""Null on the card of a rule, a formula or a graph of relations: nothing was fitted."""
SYNTHETIC: Final = "SYNTHETIC"


def problems_of(card: Mapping[str, Any], entry: CatalogueEntry) -> Iterator[str]:
    """What a card does not say, or says otherwise than the catalogue."""
    yield from (f"{key}: is missing" for key in KEYS if key not in card)
    for key, wanted in (
        ("schema", SCHEMA),
        ("id", entry.id),
        ("catalogue_id", entry.catalogue_id),
        ("stage", entry.stage),
        ("segments", list(entry.segments)),
        ("kind", entry.kind),
    ):
        if card.get(key) != wanted:
            yield f"{key}: is {card.get(key)!r}, the catalogue says {wanted!r}"
    if entry.is_onnx:
        yield from (f"{key}: is empty" for key in STATISTICAL if not card.get(key))
    told = str(card.get("data_source", "")).startswith(SYNTHETIC)
    if bool(card.get("synthetic")) != told:
        yield f"data_source: begins with {SYNTHETIC} exactly if the data is synthetic"


def is_expired(card: Mapping[str, Any], day: date) -> bool:
    """Whether a model may no longer decide on a day."""
    return day >= date.fromisoformat(card["expires_on"])


def auc_of(card: Mapping[str, Any]) -> float | None:
    """The mean AUC of the held-out folds; None for what is no statistics."""
    performance = card.get("performance") or {}
    value = performance.get("cross_validated", performance).get("auc_mean")
    return None if value is None else float(value)
