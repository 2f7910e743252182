"""Reads the firms' real invoices from their folder as columns, a million in seconds."""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np

from risk.domain.graph.columns import Ints
from risk.domain.graph.trade import Invoices

POPULATIONS: Final = ("labelled", "unlabelled")
DIRECTIONS: Final = ("input", "output")
VALID: Final = "有效发票"
FIELDS: Final = ("firm", "number", "day", "partner", "amount_fen", "tax_fen", "total", "valid")
DECIMALS: Final = 2
BLOCK_ROWS: Final = 10_000
"""Turned into numbers at once: a million rows of texts in memory cost more than reading them."""


class InvoicesNotThere(FileNotFoundError):
    """The folder with the firms is absent or incomplete."""


def invoice_file(folder: Path, population: str, direction: str) -> Path:
    """Where the invoices of a population in a direction are."""
    return folder / f"{population}_{direction}_invoices.csv.gz"


class _Known(dict[str, int]):
    """Works each text out once: most days, firms and amounts are there many times."""

    def __init__(self, value: Callable[[str], int]) -> None:
        super().__init__()
        self._value = value

    def __missing__(self, text: str) -> int:
        found = self[text] = self._value(text)
        return found


class _Numbered(dict[str, int]):
    """Numbers texts in the order in which they are first met, over all files."""

    def __missing__(self, text: str) -> int:
        found = self[text] = len(self)
        return found


def read_invoices(folder: Path) -> Invoices:
    """All invoices of both populations; the bank's rating and outcome are not read."""
    firms, partners, amounts = _Numbered(), _Numbered(), _Known(fen)
    read: dict[str, Callable[[str], int]] = {
        "firm": firms.__getitem__,
        "number": int,
        "day": _Known(ordinal).__getitem__,
        "partner": partners.__getitem__,
        "amount_fen": amounts.__getitem__,
        "tax_fen": amounts.__getitem__,
        "valid": _Known(lambda text: text.strip() == VALID).__getitem__,
    }
    parts: dict[str, list[Ints]] = defaultdict(list)
    for population in POPULATIONS:
        for direction in DIRECTIONS:
            for block in _blocks(invoice_file(folder, population, direction)):
                columns = dict(zip(FIELDS, zip(*block, strict=True), strict=True))
                for name, value in read.items():
                    parts[name].append(np.fromiter(map(value, columns[name]), dtype=np.int64))
                outward = np.full(len(block), direction == "output", dtype=np.int64)
                parts["outward"].append(outward)
    whole: dict[str, Any] = {name: np.concatenate(part) for name, part in parts.items()}
    for flag in ("outward", "valid"):
        whole[flag] = whole[flag].astype(np.bool_)
    return Invoices(firms=tuple(firms), partners=tuple(partners), **whole)


def ordinal(text: str) -> int:
    """A day as the files write it.

    >>> ordinal("2017/8/4") == date(2017, 8, 4).toordinal()
    True
    """
    return date(*map(int, text.split("/"))).toordinal()


def fen(yuan: str) -> int:
    """Exactly; the files have yuan with up to two decimals, and more would round half to even.

    >>> fen("-943.4")
    -94340
    """
    whole, _, part = yuan.partition(".")
    if len(part) > DECIMALS:
        return int(Decimal(yuan).scaleb(DECIMALS).to_integral_value())
    return int(whole + part.ljust(DECIMALS, "0"))


def _blocks(path: Path) -> Iterator[list[list[str]]]:
    if not path.exists():
        raise InvoicesNotThere(f"{path} is not there")
    rows = csv.reader(io.StringIO(gzip.decompress(path.read_bytes()).decode("utf-8-sig")))
    next(rows)
    while block := [*islice(rows, BLOCK_ROWS)]:
        yield block
