"""Reads firms and their real invoices from a data folder as invoice/1 documents.

The bank's own rating (信誉评级) is dropped while reading: every D firm defaulted, so it is an
outcome under another name. What follows sees the invoices and the default flag, nothing else.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from puhui.columns import read_columns
from puhui.contracts.facts import INVOICE_SCHEMA
from risk.domain.facts import Fact
from risk.domain.indicators.values import State

PARTNER: Final = {"output": "购方单位代号", "input": "销方单位代号"}
STATUS: Final[dict[str, Literal["valid", "void"]]] = {"有效发票": "valid", "作废发票": "void"}
SOURCE: Final = "training"

Row = dict[str, Any]
"""One invoice as the document has it."""


class DataNotThere(FileNotFoundError):
    """The folder with the firms is absent or incomplete."""


@dataclass(frozen=True, slots=True, eq=False)
class Firm:
    """One firm with its invoices; `defaulted` is None where the outcome is not known."""

    firm_id: str
    defaulted: bool | None
    body: bytes
    """The invoice/1 document, so that training decodes as scoring does."""

    @property
    def facts(self) -> dict[str, Fact]:
        """The invoices as a decision knows them."""
        columns = read_columns(INVOICE_SCHEMA, self.body)
        return {INVOICE_SCHEMA: Fact(product=INVOICE_SCHEMA, state=State.OK, columns=columns)}


def read_firms(folder: Path, *, labelled: bool) -> list[Firm]:
    """Read all firms of a folder in the order of their file."""
    prefix = "labelled" if labelled else "unlabelled"
    rows: dict[str, list[Row]] = defaultdict(list)
    for direction in ("output", "input"):
        for firm_id, row in _invoices(folder, prefix, direction):
            rows[firm_id].append(row)
    days = [row["issued_on"] for invoices in rows.values() for row in invoices]
    first, last = min(days), max(days)
    return [
        Firm(firm_id, defaulted, _document(rows[firm_id], first, last))
        for firm_id, defaulted in _enterprises(folder, prefix, labelled=labelled)
    ]


def folder_sha256(folder: Path, *, labelled: bool) -> str:
    """Name the data by its content: the hash over the files' bytes, in a fixed order."""
    prefix = "labelled" if labelled else "unlabelled"
    digest = hashlib.sha256()
    for stem in ("enterprises", "output_invoices", "input_invoices"):
        digest.update(_read(folder, f"{prefix}_{stem}.csv.gz").encode())
    return digest.hexdigest()


def _document(rows: list[Row], first: date, last: date) -> bytes:
    return msgspec.json.encode(
        {
            "schema": INVOICE_SCHEMA,
            "source": SOURCE,
            "period_from": first,
            "period_to": last,
            "row_count": len(rows),
            "rows": rows,
        }
    )


def _enterprises(folder: Path, prefix: str, *, labelled: bool) -> Iterator[tuple[str, bool | None]]:
    for record in csv.DictReader(io.StringIO(_read(folder, f"{prefix}_enterprises.csv.gz"))):
        yield record["企业代号"], (record["是否违约"] == "是") if labelled else None


def _invoices(folder: Path, prefix: str, direction: str) -> Iterator[tuple[str, Row]]:
    text = _read(folder, f"{prefix}_{direction}_invoices.csv.gz")
    for record in csv.DictReader(io.StringIO(text)):
        year, month, day = (int(part) for part in record["开票日期"].split("/"))
        yield (
            record["企业代号"],
            {
                "number": record["发票号码"].strip(),
                "direction": "out" if direction == "output" else "in",
                "issued_on": date(year, month, day),
                "counterparty": record[PARTNER[direction]].strip(),
                "amount_fen": _fen(record["金额"]),
                "tax_fen": _fen(record["税额"]),
                "total_fen": _fen(record["价税合计"]),
                "status": STATUS[record["发票状态"].strip()],
            },
        )


def _fen(text: str) -> int:
    return int((Decimal(text) * 100).to_integral_value())


def _read(folder: Path, name: str) -> str:
    path = folder / name
    if not path.exists():
        raise DataNotThere(f"{path} is not there")
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as stream:
        return stream.read()
