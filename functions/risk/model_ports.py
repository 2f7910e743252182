"""What the use cases about models need from the outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class ModelShelf(Protocol):
    """The folder of models: cards and what lies beside them."""

    def document(self, model_id: str) -> dict[str, Any]:
        """The card, or `ModelNotTrusted`."""
        ...

    def artefact(self, model_id: str) -> bytes:
        """The bytes that are served, if they are those on the card."""
        ...

    def part(self, model_id: str, name: str) -> bytes:
        """Another file of the model's folder, such as its golden vectors."""
        ...


class AnyModel(Protocol):
    """Whatever answers as a model."""

    def answer(self, model_id: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """JSON to JSON; `ModelInputNotValid` or `ModelNotTrusted`."""
        ...
