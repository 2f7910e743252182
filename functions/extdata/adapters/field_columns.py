"""Reads whole columns: at once where all values are spelled as usual, else value by value.

The fast ways are short and must say the same as `field_types`; a property test holds them to it.
200 amounts in yuan take 0.05 instead of 0.3 ms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from extdata.adapters.field_types import MAX_TEXT, MAX_WHOLE, converter
from extdata.domain.document_spec import FieldSpec

ReadColumn = Callable[[Sequence[Any]], list[Any]]
AtOnce = Callable[[Sequence[Any]], list[Any] | None]
"""The values of a column, or None where some value needs a closer look."""

_ALL_YUAN_AND_FEN = re.compile(r"(?:-?[0-9]{1,13}\.[0-9]{2}\n)+", re.ASCII)


def column_reader(spec: FieldSpec) -> ReadColumn:
    """The function that reads the values of this field; NotOfType or TypeError where one is not."""
    convert = converter(spec)
    at_once = _at_once(spec)

    def read(values: Sequence[Any]) -> list[Any]:
        found = at_once(values) if at_once and values else None
        return list(map(convert, values)) if found is None else found

    return read


def _at_once(spec: FieldSpec) -> AtOnce | None:
    if spec.mapping:
        return partial(_mapped, spec.mapping)
    return None if spec.pattern else _AT_ONCE.get(spec.kind)


def _mapped(mapping: Mapping[str, Any], values: Sequence[Any]) -> list[Any] | None:
    """What the map has for texts."""
    if set(map(type, values)) != {str} or not mapping.keys() >= set(values):
        return None
    return [mapping[value] for value in values]


def _yuan(values: Sequence[Any]) -> list[Any] | None:
    """Amounts such as `1234.50` in 分."""
    if set(map(type, values)) != {str}:
        return None
    text = "\n".join(values) + "\n"
    if text.count("\n") != len(values) or _ALL_YUAN_AND_FEN.fullmatch(text) is None:
        return None
    return list(map(int, text.replace(".", "").split()))


def _whole(values: Sequence[Any]) -> list[Any] | None:
    """Numbers that JSON already made whole; True is none."""
    if set(map(type, values)) != {int} or min(values) < -MAX_WHOLE or max(values) > MAX_WHOLE:
        return None
    return list(values)


def _text(values: Sequence[Any]) -> list[Any] | None:
    """Texts of an allowed length."""
    if set(map(type, values)) != {str}:
        return None
    lengths = set(map(len, values))
    return list(values) if min(lengths) > 0 and max(lengths) <= MAX_TEXT else None


_AT_ONCE: Mapping[str, AtOnce] = {"yuan": _yuan, "int": _whole, "fen": _whole, "text": _text}
