"""Model cards from the models layer, one folder a model, checked against the indicator library."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from puhui.contracts.common import Reason
from puhui.errors import BadRequest
from puhui.strict_json import loads
from risk.adapters.onnx_gate import check_graph
from risk.domain.errors import ModelNotTrusted
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.scorecard import CardInput, ModelCard, Scale

SCHEMA: Final = "model-card/2"
CARD: Final = "card.json"
GRAPH: Final = "model.onnx"


@dataclass(frozen=True)
class ModelCards:
    """The cards of one folder: `<id>/card.json`, with the artefact that it names beside it."""

    folder: Path

    @cached_property
    def documents(self) -> dict[str, dict[str, Any]]:
        """Every card as it was published, by model; a damaged one or another kind is no card."""
        found = {}
        for path in sorted(self.folder.glob(f"*/{CARD}")):
            document = _read(path)
            if document is None or document.get("schema") != SCHEMA:
                continue
            if document.get("id") == path.parent.name:
                found[path.parent.name] = document
        return found

    @cached_property
    def users(self) -> dict[str, tuple[str, ...]]:
        """Which models read an indicator, by indicator."""
        found: dict[str, tuple[str, ...]] = {}
        for document in self.documents.values():
            for entry in document["inputs"]:
                if "indicator" in entry:
                    known = found.get(entry["indicator"], ())
                    found[entry["indicator"]] = (*known, document["id"])
        return found

    def document(self, model_id: str) -> dict[str, Any]:
        """The card as it was published."""
        document = self.documents.get(model_id)
        if document is None:
            raise ModelNotTrusted(f"there is no card of {model_id}")
        return document

    def version(self, model_id: str) -> object:
        """What a card has as its version, unchecked; None where no card can be read."""
        return self.documents.get(model_id, {}).get("version")

    def artefact(self, model_id: str) -> bytes:
        """The artefact's bytes, if they are those that the card names and a graph that may run."""
        document = self.document(model_id)
        body = self.part(model_id, str(document["artefact"]))
        if hashlib.sha256(body).hexdigest() != document["sha256"]:
            raise ModelNotTrusted(f"the artefact of {model_id} is not the one on its card")
        if document["artefact"] == GRAPH:
            check_graph(model_id, body)
        return body

    def card_sha256(self, model_id: str) -> str:
        """The hash of the card's own bytes."""
        return hashlib.sha256(self.part(model_id, CARD)).hexdigest()

    def part(self, model_id: str, name: str) -> bytes:
        """A file of a model's own folder, and of no other."""
        path = self.folder / model_id / name
        if Path(name).name != name or path.parent.parent != self.folder:
            raise ModelNotTrusted(f"{model_id}: {name!r} is no file of the model's own folder")
        try:
            return path.read_bytes()
        except OSError as error:
            raise ModelNotTrusted(f"{model_id}: {name} cannot be read") from error

    def card(self, model_id: str) -> ModelCard:
        """The card of a scorecard as decisions use it."""
        document = self.document(model_id)
        if document["kind"] != "scorecard":
            raise ModelNotTrusted(f"{model_id} is no scorecard")
        scale = document["scale"]
        return ModelCard(
            id=document["id"],
            catalogue_id=document["catalogue_id"],
            name_zh=document["name_zh"],
            name_en=document["name_en"],
            version=document["version"],
            sha256=document["sha256"],
            card_sha256=self.card_sha256(model_id),
            intercept_e4=document["intercept_e4"],
            scale=Scale(
                base=scale["base"], odds=scale["odds"], points_to_double=scale["points_to_double"]
            ),
            inputs=tuple(_input(entry) for entry in document["inputs"]),
        )


def _read(path: Path) -> dict[str, Any] | None:
    """Whoever asks for a card that cannot be read is told that there is none."""
    try:
        document = loads(path.read_bytes())
    except BadRequest:
        return None
    return document if isinstance(document, dict) else None


def _input(entry: dict[str, Any]) -> CardInput:
    definition = DEFINITIONS.get(entry["indicator"])
    if definition is None or definition.version != entry["version"]:
        raise ModelNotTrusted(f"the model was trained on another {entry['indicator']}")
    points = [*entry["points_e4"], entry["missing_points_e4"]]
    if max(points) > entry["missing_points_e4"]:
        raise ModelNotTrusted(f"a missing {entry['indicator']} would help")
    return CardInput(
        indicator=definition.id,
        version=definition.version,
        best_e4=min(points),
        worst_e4=max(points),
        reason=Reason(**entry["reason"]),
    )
