"""What a cell of text means: missing, a number, a day, or the name of a level."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Final

import numpy as np

from layers.models.training.metrics import Floats

MISSING: Final = frozenset(
    {"", "na", "n/a", "#n/a", "?", "nan", "null", "none", "nil", ".", "inf", "-inf"}
)
"""Compared without regard to case; `--missing` adds further values."""
GROUPED: Final = re.compile(r"[$€£¥]?\s*(-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?|-?\d+(\.\d+)?)\s*%?")
"""1,234.50 with or without a currency sign, and 12.5 %."""
DECIMAL_COMMA: Final = re.compile(r"-?\d+,\d+")
DAY_FORMATS: Final = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%b-%y", "%d-%b-%Y",
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m", "%b-%Y", "%b-%y", "%m/%d/%Y %H:%M",
)  # fmt: skip
UNIX_FIRST_DAY: Final = date(1970, 1, 1).toordinal()

Read = Callable[[str], float | None]
"""Reads a cell, or answers None where the cell is no such thing."""


def is_missing(cell: str, further: Collection[str] = ()) -> bool:
    """Whether a cell holds no value.

    >>> is_missing(" NA "), is_missing("-999", {"-999"}), is_missing("0")
    (True, True, False)
    """
    bare = cell.strip()
    return bare.lower() in MISSING or bare in further


def number(cell: str) -> float | None:
    """The number of a cell, with thousands separators, currency or per cent sign if need be.

    >>> number("$60,000.00"), number("1e3"), number("abc")
    (60000.0, 1000.0, None)
    """
    try:
        value = float(cell)
    except ValueError:
        bare = cell.strip()
        if GROUPED.fullmatch(bare) is None:
            return None
        value = float(re.sub(r"[^0-9.\-]", "", bare))
    return value if math.isfinite(value) else None


def number_with_comma(cell: str) -> float | None:
    """The number of a cell that may have a decimal comma.

    >>> number_with_comma("1,5")
    1.5
    """
    bare = cell.strip()
    return float(bare.replace(",", ".")) if DECIMAL_COMMA.fullmatch(bare) else number(cell)


def number_readers(delimiter: str, cells: Collection[str]) -> tuple[Read, Read]:
    """How numbers with a comma are read: first way first.

    1,234 is a thousand in a file cut at commas, and one and a bit where commas do not cut, unless
    a cell has two commas or a comma and a point.
    """
    grouped = any(cell.count(",") > 1 or ("," in cell and "." in cell) for cell in cells)
    if delimiter == "," or grouped:
        return number, number_with_comma
    return number_with_comma, number


def day_reader(cells: Collection[str]) -> Read | None:
    """The first known format in which every cell is a day; days count from 1970-01-01."""
    for pattern in DAY_FORMATS:
        if all(_day(cell, pattern) is not None for cell in cells):
            return _reader_of(pattern)
    return None


def read_all(column: Sequence[str], read: Read, further: Collection[str]) -> Floats | None:
    """The numbers of a column, NaN where missing; None if a cell cannot be read."""
    meaning: dict[str, float] = {}
    for cell in set(column):
        value = math.nan if is_missing(cell, further) else read(cell)
        if value is None:
            return None
        meaning[cell] = value
    return np.array([meaning[cell] for cell in column], np.float64)


def _reader_of(pattern: str) -> Read:
    return lambda cell: _day(cell, pattern)


def _day(cell: str, pattern: str) -> float | None:
    try:
        found = datetime.strptime(cell.strip(), pattern)  # noqa: DTZ007  (a day has no zone)
    except ValueError:
        return None
    return float(found.date().toordinal() - UNIX_FIRST_DAY)
