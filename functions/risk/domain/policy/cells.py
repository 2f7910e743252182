"""The language of a table's cell: what is compiled is a subset of zen's unary expressions.

    cell        = "" | alternative {"," alternative}
    alternative = "null" | [operator] operand | bracket number ".." number bracket | word
    operator    = "<" | "<=" | ">" | ">=" | "=="
    operand     = a decimal | the name of another input

An empty cell matches everything. `null` stands first: zen gives up at the first comparison that
fails and never looks at what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

LOWEST: Final = -(2**62)
HIGHEST: Final = 2**62
"""Scaled values are held between these two; no amount, count or share comes near them."""
_NUMBER: Final = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"
_NAME: Final = r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*"
_COMPARED: Final = re.compile(rf"(<=|>=|==|<|>)?\s*({_NUMBER})")
_NAMED: Final = re.compile(rf"(<=|>=|==|<|>)\s*({_NAME})")
_INTERVAL: Final = re.compile(rf"([\[(])\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*([\])])")
_WORD: Final = re.compile(r'(?:==\s*)?"([^"\\]*)"')
_NUMERIC_LOOK: Final = re.compile(r"(?:<=|>=|==|<|>)?\s*[-+]?[0-9.][0-9.,_eE+-]*")

Span = tuple[int, int]
"""Both ends are included."""


class CellNotValid(Exception):
    """A cell that is not understood, with the code of the finding."""

    def __init__(self, code: str, detail: str) -> None:
        """Keep the code beside the sentence."""
        self.code = code
        super().__init__(detail)


@dataclass(frozen=True, slots=True)
class Numbers:
    """An interval of decimals; a side without a bound is open."""

    low: Decimal | None
    low_closed: bool
    high: Decimal | None
    high_closed: bool

    def span(self, decimals: int) -> Span:
        """The scaled integers inside; empty when the first is above the second."""
        low, high = LOWEST, HIGHEST
        if self.low is not None:
            scaled = self.low.scaleb(decimals)
            low = int(scaled.to_integral_value(ROUND_CEILING))
            low += not self.low_closed and scaled == low
        if self.high is not None:
            scaled = self.high.scaleb(decimals)
            high = int(scaled.to_integral_value(ROUND_FLOOR))
            high -= not self.high_closed and scaled == high
        return low, high


@dataclass(frozen=True, slots=True)
class Against:
    """A comparison with another input, as the differences that satisfy it."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, understood; its text is what zen evaluates."""

    text: str
    null: bool = False
    numbers: tuple[Numbers, ...] = ()
    words: tuple[str, ...] = ()
    against: tuple[Against, ...] = ()

    def spans(self, decimals: int) -> tuple[Span, ...]:
        """The scaled integers that match."""
        return tuple(one.span(decimals) for one in self.numbers)


def parse_cell(text: str) -> Cell | None:
    """Understand a cell; None when it is empty."""
    stripped = text.strip()
    if not stripped:
        return None
    null, numbers, words, against = False, [], [], []
    for place, part in enumerate(_parts(stripped)):
        found = _alternative(part)
        if found is None:
            if place:
                raise CellNotValid("NULL_NOT_FIRST", stripped)
            null = True
        elif isinstance(found, Numbers):
            numbers.append(found)
        elif isinstance(found, Against):
            against.append(found)
        else:
            words.append(found)
    if bool(numbers or against) and bool(words):
        raise CellNotValid("CELL_MIXED", stripped)
    return Cell(stripped, null, tuple(numbers), tuple(words), tuple(against))


def _parts(text: str) -> Iterator[str]:
    """Split at commas that are not inside a word."""
    for part in re.findall(r'(?:"[^"]*"|[^",])+', text):
        yield part.strip()
    if text.endswith(",") or text.startswith(","):
        raise CellNotValid("CELL_NOT_COMPILED", text)


def _alternative(part: str) -> Numbers | Against | str | None:
    if part == "null":
        return None
    if found := _WORD.fullmatch(part):
        return found[1]
    if found := _INTERVAL.fullmatch(part):
        return _interval(part, found)
    if found := _COMPARED.fullmatch(part):
        return _compared(found[1] or "==", Decimal(found[2]))
    if found := _NAMED.fullmatch(part):
        return Against(found[2], _compared(found[1], Decimal(0)).span(0))
    if _NUMERIC_LOOK.fullmatch(part):
        raise CellNotValid("BAD_NUMBER", part)
    raise CellNotValid("CELL_NOT_COMPILED", part)


def _interval(part: str, found: re.Match[str]) -> Numbers:
    low, high = Decimal(found[2]), Decimal(found[3])
    if low > high:
        raise CellNotValid("INTERVAL_INVERTED", part)
    closed = (found[1] == "[", found[4] == "]")
    if low == high and closed != (True, True):
        raise CellNotValid("INTERVAL_EMPTY", part)
    return Numbers(low, closed[0], high, closed[1])


def _compared(operator: str, value: Decimal) -> Numbers:
    if operator == "==":
        return Numbers(value, True, value, True)
    if operator in ("<", "<="):
        return Numbers(None, False, value, operator == "<=")
    return Numbers(value, operator == ">=", None, False)
