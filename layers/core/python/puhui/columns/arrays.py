"""One field of all rows as an array: what writing and reading columns share."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from puhui.columns.layout import BLOCK_OF, NO_CODE, NO_TEXT, Block, Column
from puhui.fact_schemas.numbers import EPOCH_ORDINAL, millionths, month_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMATS: Final[Mapping[Block, str]] = {"i8": "q", "i4": "i", "u1": "B"}
"""Of the numbers in a block, as struct and numpy call them alike."""

Field = tuple["NDArray[Any]", "NDArray[np.bool_] | None"]
"""A field's numbers, and where it is null (None: nowhere)."""


class Texts(defaultdict[str | None, int]):
    """The different texts of a document, numbered as they come; null has the number of none."""

    def __init__(self) -> None:
        """No text has come yet."""
        super().__init__(count().__next__, {None: NO_TEXT})

    def arrays(self) -> tuple[bytes, NDArray[np.int32]]:
        """All texts in UTF-8, one after the other, and where each of them ends."""
        encoded = [text.encode() for text in self if text is not None]
        lengths = _packed("i4", map(len, encoded), len(encoded))
        return b"".join(encoded), lengths.cumsum(dtype=np.int32)


def field_of(column: Column, rows: Sequence[Any], texts: Texts) -> Field:
    """One field of some rows of a document; what stands for null is NO_TEXT, NO_CODE or 0."""
    values = _values(column.name)(rows)
    if column.kind == "text":
        numbers = _packed("i4", map(texts.__getitem__, values), len(values))
        return numbers, _where(numbers == NO_TEXT) if column.nullable else None
    if column.kind == "code":
        numbers = _packed("u1", map(_numbers_of(column.legend).__getitem__, values), len(values))
        return numbers, _where(numbers == NO_CODE) if column.nullable else None
    if not column.nullable or None not in values:
        return _numbers(column, values), None
    absent = np.array([value is None for value in values], np.bool_)
    known = _numbers(column, [value for value in values if value is not None])
    numbers = np.zeros(len(values), known.dtype)
    numbers[~absent] = known
    return numbers, absent


def _where(absent: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    return absent if absent.any() else None


@cache
def _values(name: str) -> Callable[[Sequence[Any]], list[Any]]:
    """What picks one field of all rows.

    As code, because that takes a third: 0.05 ms for 3,000 rows where a map of `attrgetter` takes
    0.16 (26 November 2026). Names are those of our own schemas, and identifiers.
    """
    if not name.isidentifier():
        raise ValueError(f"{name} is no field")
    found: Callable[[Sequence[Any]], list[Any]] = eval(  # noqa: S307
        f"lambda rows: [row.{name} for row in rows]"
    )
    return found


@cache
def _numbers_of(legend: tuple[str, ...]) -> Mapping[str | None, int]:
    return {None: NO_CODE} | {code: number for number, code in enumerate(legend)}


def _numbers(column: Column, values: Sequence[Any]) -> NDArray[Any]:
    """Values that are not null, as the numbers that columns hold."""
    block = BLOCK_OF[column.kind]
    match column.kind:
        case "date":
            return _packed(block, map(date.toordinal, values), len(values)) - EPOCH_ORDINAL
        case "month":
            return _packed(block, map(month_number, values), len(values))
        case "decimal":
            return _packed(block, map(millionths, values), len(values))
        case _:
            return _packed(block, values, len(values))


def _packed(block: Block, numbers: Iterable[int], count: int) -> NDArray[Any]:
    """Whole numbers as an array; by way of bytes, which takes half of what numpy's own way does."""
    packed = bytes(numbers) if block == "u1" else struct.pack(f"<{count}{FORMATS[block]}", *numbers)
    return np.frombuffer(packed, f"<{block}")
