"""Short names for the fields that products are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from puhui.contracts.common import MAX_AMOUNT_FEN
from puhui.fact_schemas.model import MAX_COUNT, Field

SUBJECTS: Final[Mapping[str, str]] = {"ent": "企业", "own": "企业主"}


def text(
    title: str, level: int, length: int = 64, *, null: bool = False, who: bool = False
) -> Field:
    """A text of 1 to `length` characters; `who` marks one that identifies somebody."""
    return Field(
        kind="text", title=title, level=level, nullable=null, max_length=length, identifying=who
    )


def count(
    title: str, level: int, *, null: bool = False, least: int = 0, most: int = MAX_COUNT
) -> Field:
    """A whole number."""
    return Field(kind="int", title=title, level=level, nullable=null, minimum=least, maximum=most)


def fen(title: str, level: int, *, null: bool = False, signed: bool = False) -> Field:
    """An amount in whole 分."""
    return Field(
        kind="fen",
        title=title,
        level=level,
        nullable=null,
        minimum=-MAX_AMOUNT_FEN if signed else 0,
        maximum=MAX_AMOUNT_FEN,
    )


def decimal(title: str, level: int, *, null: bool = False) -> Field:
    """A number with at most six decimals, written as text: `12.5`."""
    return Field(kind="decimal", title=title, level=level, nullable=null)


def flag(title: str, level: int, *, null: bool = False) -> Field:
    """True or false."""
    return Field(kind="flag", title=title, level=level, nullable=null)


def day(title: str, level: int, *, null: bool = False, inside: bool = False) -> Field:
    """A date, `2026-03-01`; `inside` means inside the document's period."""
    return Field(kind="date", title=title, level=level, nullable=null, in_period=inside)


def month(title: str, level: int, *, null: bool = False, inside: bool = True) -> Field:
    """A month, `2026-03`; `inside` means that it touches the document's period."""
    return Field(kind="month", title=title, level=level, nullable=null, in_period=inside)


def code(title: str, level: int, codes: Mapping[str, str], *, null: bool = False) -> Field:
    """One of the codes."""
    return Field(kind="code", title=title, level=level, nullable=null, codes=codes)
