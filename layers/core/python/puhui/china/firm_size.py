"""How large a firm is (企业划型): the four sizes of 工信部联企业〔2011〕300号.

    size = classify("industry", headcount=120, revenue=Money.of_yuan("30000000"), on=day)
    row_of("5211")                           # "retail": which row of the table a class belongs to

Large, medium and small need all of their bounds; missing one drops the firm to the next size. A
number that the row needs and nobody knows makes the size undetermined, never micro.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import Any

from puhui.china import industries
from puhui.china.rule_tables import RuleTable
from puhui.errors import Unprocessable
from puhui.money import Money

FEN_PER_WAN_YUAN = 1_000_000


class FirmSize(IntEnum):
    """The official size codes; 0 says that the size is undetermined."""

    UNDETERMINED = 0
    LARGE = 1
    MEDIUM = 2
    SMALL = 3
    MICRO = 4


SIZE_NAMES: dict[FirmSize, str] = {
    FirmSize.UNDETERMINED: "未能划型",
    FirmSize.LARGE: "大型企业",
    FirmSize.MEDIUM: "中型企业",
    FirmSize.SMALL: "小型企业",
    FirmSize.MICRO: "微型企业",
}


@dataclass(frozen=True, slots=True)
class SizeRow:
    """One industry's bounds: for each measure the least value of a large, medium, small firm."""

    name: str
    bounds: Mapping[str, tuple[int, int, int]]


@cache
def table() -> RuleTable[dict[str, SizeRow]]:
    """The standard with its editions; amounts in 万元, headcount in people."""
    text = files("puhui.china").joinpath("data/firm_size.json").read_bytes()
    return RuleTable.from_json(text, _rows)


def classify(
    industry_row: str,
    *,
    headcount: int | None = None,
    revenue: Money | None = None,
    assets: Money | None = None,
    on: date,
) -> FirmSize:
    """Determine the size of a firm by its industry's row on a day.

    `revenue` is that of the last year, `assets` the balance-sheet total. Only what the row asks for
    is looked at; if one of these is missing, the size is undetermined.
    """
    row = table().value_on(on).get(industry_row)
    if row is None:
        raise Unprocessable(
            "no such industry row", field="industry_row", rule="firm_size.industry_row"
        )
    given = {"headcount": headcount, "revenue": _fen(revenue), "assets": _fen(assets)}
    pairs: list[tuple[int, tuple[int, int, int]]] = []
    for measure, bounds in row.bounds.items():
        value = given[measure]
        if value is None:
            return FirmSize.UNDETERMINED
        unit = 1 if measure == "headcount" else FEN_PER_WAN_YUAN
        pairs.append((value, (bounds[0] * unit, bounds[1] * unit, bounds[2] * unit)))
    for position, size in enumerate((FirmSize.LARGE, FirmSize.MEDIUM, FirmSize.SMALL)):
        if all(value >= bounds[position] for value, bounds in pairs):
            return size
    return FirmSize.MICRO


def row_of(industry_code: str) -> str | None:
    """Find the row of a GB/T 4754 division or class (2 to 4 digits); None where none applies ✎.

    Rail transport, finance, education, health, public administration are outside the standard.
    """
    for prefix, row in _ROW_OF_PREFIX.items():
        if industry_code.startswith(prefix):
            return row
    section = industries.section_of(industry_code)
    return _ROW_OF_SECTION.get(section or "")


_ROW_OF_PREFIX: dict[str, str | None] = {
    "51": "wholesale",
    "52": "retail",
    "53": None,
    "59": "storage",
    "60": "post",
    "61": "lodging",
    "62": "catering",
    "63": "telecom",
    "64": "telecom",
    "65": "software",
    "7010": "real_estate",
    "7020": "property",
    "85": "other",
}
_ROW_OF_SECTION: dict[str, str] = {
    "A": "agriculture",
    "B": "industry",
    "C": "industry",
    "D": "industry",
    "E": "construction",
    "G": "transport",
    "K": "other",
    "L": "leasing",
    "M": "other",
    "N": "other",
    "O": "other",
    "R": "other",
}


def _fen(amount: Money | None) -> int | None:
    """Read an amount in 分; the bounds are 万元 of this currency."""
    if amount is None:
        return None
    if amount.currency != "CNY":
        raise Unprocessable("amounts are in CNY", rule="firm_size.currency")
    return amount.minor


def _rows(value: Mapping[str, Any]) -> dict[str, SizeRow]:
    return {
        key: SizeRow(entry["name"], {m: tuple(b) for m, b in entry["bounds"].items()})
        for key, entry in value.items()
    }
