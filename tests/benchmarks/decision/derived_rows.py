"""Fields that no document has, for peers that work with rows: a join, a sign, a time of day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from tests.benchmarks.decision.questions import DECIMAL_FIELDS, Source

NIGHT: Final = frozenset((23, 0, 1, 2, 3, 4, 5))
SATURDAY: Final = 5
MONTH_LENGTH: Final = 7
ROUND_FEN: Final = 1_000_000

Row = dict[str, Any]


def derive(source: Source, document: Mapping[str, Any]) -> list[Row]:
    """The rows of a table with the derived fields that its questions use."""
    rows: list[Row] = document[source.table]
    prepare = PREPARED.get((source.product, source.table))
    if prepare is not None:
        prepare(rows, document)
    for name in DECIMAL_FIELDS.intersection(source.values):
        if name != "ndvi_anomaly":
            for row in rows:
                row[name] = float(row[name])
    return rows


def day_of(row: Mapping[str, Any], date: str | None) -> str:
    """The day of a row as a text: a month is its first day, a year its last."""
    if date is None:
        return ""
    day = row[date]
    if isinstance(day, int):
        return f"{day}-12-31"
    return f"{day}-01" if len(day) == MONTH_LENGTH else day


def _transactions(rows: list[Row], document: Mapping[str, Any]) -> None:
    for row in rows:
        amount = row["amount_fen"]
        row["signed_fen"] = amount if row["direction"] == "in" else -amount
        row["round"] = amount > 0 and amount % ROUND_FEN == 0
        row["night"] = row["booked_hour"] in NIGHT


def _invoices(rows: list[Row], document: Mapping[str, Any]) -> None:
    for row in rows:
        row["magnitude_fen"] = abs(row["amount_fen"])
        row["blue"] = row["amount_fen"] >= 0


def _payments(rows: list[Row], document: Mapping[str, Any]) -> None:
    products = {one["account_no"]: one["product"] for one in document["accounts"]}
    for row in rows:
        row["account_product"] = products[row["account_no"]]


def _returns(rows: list[Row], document: Mapping[str, Any]) -> None:
    for row in rows:
        row["late"] = row["filed_on"] > row["due_on"]


def _queries(rows: list[Row], document: Mapping[str, Any]) -> None:
    for row in rows:
        row["night"] = row["queried_hour"] in NIGHT
        row["weekend"] = date.fromisoformat(row["queried_on"]).weekday() >= SATURDAY


def _vegetation(rows: list[Row], document: Mapping[str, Any]) -> None:
    for row in rows:
        row["ndvi_anomaly"] = float(row["ndvi"]) - float(row["ndvi_normal"])


PREPARED: Final[Mapping[tuple[str, str], Callable[[list[Row], Mapping[str, Any]], None]]] = {
    ("bank_flow/1", "transactions"): _transactions,
    ("invoice/1", "rows"): _invoices,
    ("bureau/1", "payments"): _payments,
    ("tax/1", "returns"): _returns,
    ("multi_lender/1", "queries"): _queries,
    ("agriculture/1", "vegetation"): _vegetation,
}
