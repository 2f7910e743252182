"""Model cards from the models layer, checked against the indicator library."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from puhui.contracts.common import Reason
from puhui.strict_json import loads
from risk.domain.errors import ModelNotTrusted
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.scorecard import CardInput, ModelCard, Scale

SCHEMA = "model-card/1"


@dataclass(frozen=True)
class ModelCards:
    """The cards of one folder."""

    folder: Path

    @cached_property
    def documents(self) -> dict[str, dict[str, Any]]:
        """Every card as it was published, by model."""
        read = (loads(path.read_bytes()) for path in sorted(self.folder.glob("*.json")))
        return {document["id"]: document for document in read}

    @cached_property
    def users(self) -> dict[str, tuple[str, ...]]:
        """Which models read an indicator, by indicator."""
        found: dict[str, tuple[str, ...]] = {}
        for document in self.documents.values():
            for entry in document["inputs"]:
                known = found.get(entry["indicator"], ())
                found[entry["indicator"]] = (*known, document["id"])
        return found

    def artefact(self, model_id: str) -> bytes:
        """The artefact's bytes, if they are those that the card names."""
        document = self._document(model_id)
        body = (self.folder / str(document["artefact"])).read_bytes()
        if hashlib.sha256(body).hexdigest() != document["sha256"]:
            raise ModelNotTrusted(f"the artefact of {model_id} is not the one on its card")
        return body

    def card(self, model_id: str) -> ModelCard:
        """The card as decisions use it."""
        document = self._document(model_id)
        scale = document["scale"]
        return ModelCard(
            id=document["id"],
            catalogue_id=document["catalogue_id"],
            name_zh=document["name_zh"],
            name_en=document["name_en"],
            version=document["version"],
            sha256=document["sha256"],
            card_sha256=hashlib.sha256((self.folder / f"{model_id}.json").read_bytes()).hexdigest(),
            intercept_e4=document["intercept_e4"],
            scale=Scale(
                base=scale["base"], odds=scale["odds"], points_to_double=scale["points_to_double"]
            ),
            inputs=tuple(_input(entry) for entry in document["inputs"]),
        )

    def _document(self, model_id: str) -> dict[str, Any]:
        document = self.documents.get(model_id)
        if document is None or document["schema"] != SCHEMA:
            raise ModelNotTrusted(f"there is no card of {model_id}")
        return document


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
