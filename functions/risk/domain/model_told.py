"""What a model that is code has told in a decision, as the record keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Final

SCALARS: Final = frozenset({str, int, bool, type(None)})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ServedFormula:
    """A model that is code: its version, its bytes, and the parameters that the bank has chosen."""

    id: str
    version: str
    sha256: str
    """The hash of its parameters."""
    card_sha256: str
    """The hash of its card, which names the hash of its code."""
    parameters: Any


Serve = Callable[[str], ServedFormula]
"""The model behind an id, or `ModelNotTrusted`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One model's answer, or why there is none."""

    id: str
    model: ServedFormula | None = None
    """Which version was asked; None when it was not."""
    answer: Any = None
    """The model's own answer; None when it was not asked or refused an input."""
    not_asked: str | None = None
    """A code: everything that it would be asked about is absent."""
    refused: tuple[str, str] | None = None
    """Field and rule of an input that the model does not take."""

    @property
    def document(self) -> dict[str, Any]:
        """As JSON, without floats."""
        if self.not_asked is not None:
            return {"id": self.id, "not_asked": self.not_asked}
        if self.refused is not None:
            field, rule = self.refused
            return {"id": self.id, "refused": {"field": field, "rule": rule}}
        return {"id": self.id, "answer": plain(self.answer)}


def plain(value: Any) -> Any:
    """An answer as JSON has it: objects of its fields, lists of its tuples."""
    kind = value.__class__
    if kind in SCALARS:
        return value
    if kind is tuple:
        return [plain(one) for one in value]
    return {name: plain(getattr(value, name)) for name in _names(kind)}


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))
