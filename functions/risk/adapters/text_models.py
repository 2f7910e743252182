"""The text model on onnxruntime: loaded from bytes that its card names, one thread."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import onnxruntime

from puhui.strict_json import loads
from risk.adapters.onnx_gate import check_graph
from risk.domain.errors import ModelNotTrusted
from risk.domain.models.text_severity import PPM, Signal
from risk.domain.text.grams import BUCKET_BITS, LONGEST_GRAM, MAX_CHARACTERS, WEIGHT_UNIT, grams

FOLDER: Final = "text_signals"
"""Where the trained model lies among the models, if a bank has promoted one."""
SCHEMA: Final = "text-model-card/1"
CARD: Final = "card.json"
TOKENIZER: Final = {
    "id": "hashed-grams/1",
    "bucket_bits": BUCKET_BITS,
    "longest_gram": LONGEST_GRAM,
    "max_characters": MAX_CHARACTERS,
    "weight_unit": WEIGHT_UNIT,
}
"""What a card must say of the grams it was trained on; other grams would be nonsense."""


@dataclass(frozen=True)
class TextModel:
    """One folder with `card.json` and the artefact that it names.

    Nothing of it is read before the first text or `load`; a folder that is not as its card says
    answers nothing at all.
    """

    folder: Path

    def load(self) -> None:
        """Open the model before the first request needs it."""
        _ = self._session

    def signals(self, texts: Iterable[str | None]) -> tuple[Signal | None, ...]:
        """What the model reads in each text; None where there is no text."""
        return tuple(None if text is None else self._signal(text) for text in texts)

    @property
    def version(self) -> dict[str, str]:
        """Which model reads: its version and the hash of its graph."""
        return {"version": str(self.card.get("version")), "sha256": str(self.card["sha256"])}

    def _signal(self, text: str) -> Signal | None:
        found = grams(text)
        if not len(found.buckets):
            return None
        inputs = {"buckets": found.buckets, "weights": found.weights}
        negative, shares = self._session.run(None, inputs)
        return Signal(
            negative_ppm=round(float(negative[0]) * PPM),
            events_ppm={
                event: round(share * PPM)
                for event, share in zip(self.events, shares.tolist(), strict=True)
            },
        )

    @cached_property
    def card(self) -> dict[str, Any]:
        """The card as it was published, if it is one of grams like ours."""
        try:
            found: dict[str, Any] = loads((self.folder / CARD).read_bytes())
        except OSError as error:
            raise ModelNotTrusted(f"there is no card in {self.folder.name}") from error
        if found.get("schema") != SCHEMA or found.get("tokenizer") != TOKENIZER:
            raise ModelNotTrusted(f"{self.folder.name} was trained on other grams than ours")
        return found

    @cached_property
    def events(self) -> tuple[str, ...]:
        """The kinds of events, in the order of the graph's output."""
        return tuple(self.card["events"])

    @cached_property
    def _session(self) -> Any:
        name = str(self.card["artefact"])
        if Path(name).name != name:
            raise ModelNotTrusted(f"{self.folder.name}: {name!r} is no file of its own folder")
        try:
            body = (self.folder / name).read_bytes()
        except OSError as error:
            raise ModelNotTrusted(f"{self.folder.name} has no artefact") from error
        if hashlib.sha256(body).hexdigest() != self.card["sha256"]:
            raise ModelNotTrusted(f"the artefact of {self.folder.name} is not the one on its card")
        check_graph(self.folder.name, body)
        session = _session(body)
        if session.get_outputs()[1].shape != [len(self.events)]:
            raise ModelNotTrusted(f"{self.folder.name} answers other events than its card names")
        return session


def _session(body: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.use_deterministic_compute = True
    return onnxruntime.InferenceSession(body, options, providers=["CPUExecutionProvider"])
