"""A text model of 18 sentences of our own, trained by the same code as a real one.

python -m tests.unit.risk.text.tiny_model [FILE]     trains it anew, with the training libraries
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from risk.adapters.text_models import CARD, SCHEMA, TOKENIZER
from risk.domain.models.text_severity import NOTHING
from tests.support.made_up_texts import BAD, GOOD, TENFOLD

FOLDER = Path(__file__).parent / "tiny"
ARTEFACT = FOLDER / "model.onnx.gz"
GOLDEN = FOLDER / "golden.json"
EVENTS = (*sorted({event for _, event in BAD} | {NOTHING}),)


def tiny_artefact() -> bytes:
    """The committed graph; compressed because most of its table is zero."""
    return gzip.decompress(ARTEFACT.read_bytes())


def a_card(artefact: bytes, **changed: Any) -> dict[str, Any]:
    """A card that fits an artefact, but for what is changed."""
    return {
        "schema": SCHEMA,
        "id": "text_signals",
        "version": "1.0.0",
        "tokenizer": TOKENIZER,
        "events": list(EVENTS),
        "artefact": "model.onnx",
        "sha256": hashlib.sha256(artefact).hexdigest(),
        **changed,
    }


def a_model_folder(folder: Path, *, artefact: bytes | None = None, **changed: Any) -> Path:
    """Lay out a folder as a training does."""
    good = tiny_artefact()
    (folder / "model.onnx").write_bytes(good if artefact is None else artefact)
    card = json.dumps(a_card(good, **changed), ensure_ascii=False)
    (folder / CARD).write_text(card, encoding="utf-8")
    return folder


def trained() -> bytes:
    """The same sentences through the training code; needs its libraries."""
    from layers.models.training.text_corpus import Labelled
    from layers.models.training.text_fit import fit_text_model
    from layers.models.training.text_onnx import largest_text_difference, text_onnx

    events = [*BAD, *((text, NOTHING) for text in GOOD)] * TENFOLD
    negative = [*((text, "1") for text, _ in BAD), *((text, "0") for text in GOOD)] * TENFOLD
    fitted = fit_text_model(Labelled.of(negative), Labelled.of(events))
    artefact = text_onnx(fitted.model)
    largest_text_difference(fitted.model, artefact, tuple(text for text, _ in events))
    return artefact


def main() -> None:
    """Write the fixture anew, or its bytes into another file."""
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_bytes(trained())
    else:
        ARTEFACT.write_bytes(gzip.compress(trained(), mtime=0))


if __name__ == "__main__":
    main()
