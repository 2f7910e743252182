"""The card of the text model: what it is, what it learned from, what it must not be used for."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from risk.domain.text.grams import (
    BUCKET_BITS,
    LONGEST_GRAM,
    MAX_CHARACTERS,
    WEIGHT_UNIT,
)

LIMITATIONS: Final = (
    "The measuring corpus (FinCUGE: FinNSP and FinESE) is of 2018 and 2019 and mostly about "
    "peer-to-peer platforms and listed firms; news about micro and small firms reads otherwise.",
    "A linear model of characters reads no sentence: irony, long quotations and denials mislead "
    "it; words that decide look for a negation in the eight characters before them only.",
    "Kinds of events with few examples, and all court events, are found by words alone.",
    "Only the first 2,000 characters of a text are read.",
    "Whether a text is about the customer is the containment of its name: a customer that is "
    "only mentioned counts as meant, one that is written differently is not found.",
    "Words change (drift): measure again each year on labelled texts of the bank's own.",
)


def write_text_card(
    folder: Path,
    *,
    artefact: bytes,
    events: tuple[str, ...],
    data_sha256: str,
    sample: dict[str, int],
    measured: dict[str, Any],
    largest_difference: float,
) -> str:
    """Write `model.onnx` and `card.json`; answer the artefact's hash."""
    sha256 = hashlib.sha256(artefact).hexdigest()
    card = {
        "schema": "text-model-card/1",
        "id": "text_signals",
        "catalogue_id": "M24",
        "also_part_of": ["M07"],
        "name_zh": "舆情与司法文本信号",
        "name_en": "Signals of news and court texts",
        "version": "1.0.0",
        "stage": "post_loan",
        "segments": ["E", "S", "F", "C", "T"],
        "kind": "statistical",
        "algorithm": "two logistic heads (bad news; one against the rest per kind of event) over "
        "hashed runs of 1 to 3 characters, weights in one byte each, whole numbers to the logit",
        "artefact": "model.onnx",
        "sha256": sha256,
        "tokenizer": {
            "id": "hashed-grams/1",
            "bucket_bits": BUCKET_BITS,
            "longest_gram": LONGEST_GRAM,
            "max_characters": MAX_CHARACTERS,
            "weight_unit": WEIGHT_UNIT,
        },
        "events": list(events),
        "output": {
            "negative_ppm": "probability that a text is bad news, parts per million",
            "events_ppm": "share of each kind of event, parts per million",
            "text_severity_ppm": "the customer's gravest text by severity, certainty and age",
        },
        "missing_policy": "unknown: without texts, or with one that nobody could read, the answer "
        "is not known and never that there is nothing bad",
        "data_source": "FinNSP and FinESE of FinCUGE (arXiv 2302.09432), no licence stated: "
        "this model is not published with the project",
        "data_sha256": data_sha256,
        "sample": sample,
        "performance": measured,
        "fidelity": {"accepted": 1e-5, "largest_difference_below": largest_difference},
        "limitations": list(LIMITATIONS),
        "fallback": "words alone; a text in which they find nothing stays unknown",
        "sources": [
            "FinCUGE / BBT-Fin, arXiv 2302.09432: kinds of events and the texts measured on ✔",
            "severities, words, weights by age: starting values of ours ✎",
        ],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(artefact)
    written = json.dumps(card, ensure_ascii=False, indent=2) + "\n"
    (folder / "card.json").write_text(written, encoding="utf-8")
    return sha256
