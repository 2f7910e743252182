"""Verify models (验证模型): hashes, cards and golden vectors of every model, each finding named."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from puhui.errors import PuhuiError
from puhui.strict_json import loads
from risk.domain.errors import ModelNotTrusted
from risk.domain.models.card import is_expired, problems_of
from risk.domain.models.catalogue import CatalogueEntry
from risk.model_ports import AnyModel, ModelShelf

GOLDEN: Final = "golden.json"
LEAST_VECTORS: Final = 5
SHOWN_CHARACTERS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was found about one model."""

    entry: CatalogueEntry
    version: str | None
    sha256: str | None
    vectors: int
    problems: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the model may be served."""
        return not self.problems


@dataclass(frozen=True)
class VerifyModels:
    """Hash again, read the cards, and ask every model its golden questions."""

    shelf: ModelShelf
    models: AnyModel

    def __call__(self, entries: Sequence[CatalogueEntry], day: date) -> tuple[Verification, ...]:
        return tuple(self._verify(entry, day) for entry in entries)

    def _verify(self, entry: CatalogueEntry, day: date) -> Verification:
        try:
            card = self.shelf.document(entry.id)
            vectors = self._vectors(entry, card)
        except PuhuiError as error:
            return Verification(
                entry=entry, version=None, sha256=None, vectors=0, problems=(error.message,)
            )
        problems = [*problems_of(card, entry)]
        if not problems and is_expired(card, day):
            problems.append(f"expires_on: the model expired on {card['expires_on']}")
        problems.extend(self._differences(entry.id, vectors))
        return Verification(
            entry=entry,
            version=card.get("version"),
            sha256=card.get("sha256"),
            vectors=len(vectors),
            problems=tuple(problems),
        )

    def _vectors(self, entry: CatalogueEntry, card: Mapping[str, Any]) -> list[dict[str, Any]]:
        self.shelf.artefact(entry.id)
        body = self.shelf.part(entry.id, GOLDEN)
        if hashlib.sha256(body).hexdigest() != card.get("golden_sha256"):
            raise ModelNotTrusted(f"the golden vectors of {entry.id} are not those on its card")
        vectors: list[dict[str, Any]] = loads(body)["vectors"]
        return vectors

    def _differences(self, model_id: str, vectors: list[dict[str, Any]]) -> Iterator[str]:
        if len(vectors) < LEAST_VECTORS:
            yield f"golden.json: {len(vectors)} vectors are fewer than {LEAST_VECTORS}"
        for vector in vectors:
            name = vector.get("name", "?")
            try:
                found = self.models.answer(model_id, vector["inputs"])
            except PuhuiError as error:
                yield f"golden vector {name}: {error.message}"
                continue
            for key, wanted in vector["answer"].items():
                if found.get(key) != wanted:
                    shown = f"{key} is {found.get(key)!r}, not {wanted!r}"
                    yield f"golden vector {name}: {shown[:SHOWN_CHARACTERS]}"
