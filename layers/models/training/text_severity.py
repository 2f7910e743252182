"""Trains the text model from a folder of labelled Chinese financial texts.

python -m layers.models.training.text_severity --data CORPUS --output FOLDER [--compare]

Prints the figures as JSON. The model is never written into this project's layers: the corpus
(FinCUGE) states no licence, so what learned from it stays with whoever trained it.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from layers.models.training.text_card import write_text_card
from layers.models.training.text_corpus import Corpus, read_corpus
from layers.models.training.text_figures import text_figures
from layers.models.training.text_fit import fit_text_model
from layers.models.training.text_onnx import largest_text_difference, text_onnx
from risk.domain.models.text_severity import Parameters

PROJECT: Final = Path(__file__).resolve().parents[3]
FOLDER: Final = "text_signals"
SHIPPED: Final = PROJECT / "layers" / "models" / "artefacts" / "text_severity"


class NotForTheProject(RuntimeError):
    """What was learned from texts without a licence is not kept with the project's sources."""


def main() -> None:
    """Train, prove, measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--compare", action="store_true", help="train the small net, too (minutes)")
    arguments = parser.parse_args()
    figures = train(read_corpus(arguments.data), arguments.output)
    if arguments.compare:
        from layers.models.training.text_net import net_figures

        figures["small_net"] = net_figures(read_corpus(arguments.data))
    sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")


def train(corpus: Corpus, output: Path) -> dict[str, Any]:
    """Write `text_signals/model.onnx` and its `card.json`; answer the figures."""
    _refuse_the_project(output)
    folder = output / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    fitted = fit_text_model(corpus.negative, corpus.events)
    artefact = text_onnx(fitted.model)
    texts = (*corpus.negative.texts, *corpus.events.texts)
    gap = largest_text_difference(fitted.model, artefact, texts)
    measured = text_figures(fitted, corpus, shipped_parameters())
    sha256 = write_text_card(
        folder,
        artefact=artefact,
        events=fitted.model.events,
        data_sha256=corpus.sha256,
        sample={"negative": len(corpus.negative.texts), "events": len(corpus.events.texts)},
        measured=measured,
        largest_difference=gap,
    )
    return {
        "model": "text_severity",
        "trained": True,
        "folder": str(folder),
        "bytes": len(artefact),
        "sha256": sha256,
        "largest_difference": gap,
        "measured": measured,
    }


def shipped_parameters() -> Parameters:
    """The words and severities as they are shipped."""
    document = json.loads((SHIPPED / "parameters.json").read_text(encoding="utf-8"))
    return msgspec.convert(document["parameters"], Parameters, strict=True)


def _refuse_the_project(output: Path) -> None:
    """The layer of models is what git keeps and Lambda gets: only a promotion writes there."""
    if output.resolve().is_relative_to(PROJECT / "layers"):
        raise NotForTheProject("write a model of this corpus outside the project's layers")


if __name__ == "__main__":
    main()
