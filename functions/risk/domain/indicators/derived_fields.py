"""Fields that no document has and every engine makes alike: a join, a sign, a time of day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from puhui.columns import FactColumns
from puhui.columns.layout import NO_CODE

Array = NDArray[Any]
Mask = NDArray[np.bool_]
FieldValues = tuple[Array, Mask | None]
"""The values of a field, and where they are null (None: nowhere)."""

ROUND_FEN: Final = 1_000_000
"""An amount of whole 万元 is round."""
NIGHT_FROM, NIGHT_TO = 23, 6
THURSDAY: Final = 3
"""The weekday of 1970-01-01, Monday being 0."""
SATURDAY: Final = 5


def plain_field(columns: FactColumns, table: str, name: str) -> FieldValues:
    """A field as the document has it."""
    return columns.tables[table][name], columns.nulls[table].get(name)


def _account_product(columns: FactColumns, as_of: int) -> FieldValues:
    accounts = columns.tables["accounts"]
    numbers, products = accounts["account_no"], accounts["product"]
    asked = columns.tables["payments"]["account_no"]
    size = 1 + max(numbers.max(initial=-1), asked.max(initial=-1))
    product = np.full(size, NO_CODE, np.uint8)
    product[numbers] = products
    # Two accounts of one number: which of them a payment belongs to is not known.
    seen = np.bincount(numbers, minlength=size) if len(numbers) else np.zeros(size, np.int64)
    product[seen > 1] = NO_CODE
    found = product[asked]
    unknown = found == NO_CODE
    return found, unknown if unknown.any() else None


def _late(columns: FactColumns, as_of: int) -> FieldValues:
    due, no_due = plain_field(columns, "returns", "due_on")
    filed, not_filed = plain_field(columns, "returns", "filed_on")
    is_filed = filed <= as_of
    if not_filed is not None:
        is_filed = is_filed & ~not_filed
    return np.where(is_filed, filed > due, due < as_of), no_due


def _magnitude(columns: FactColumns, as_of: int) -> FieldValues:
    return np.abs(columns.tables["rows"]["amount_fen"]), None


def _signed(columns: FactColumns, as_of: int) -> FieldValues:
    rows = columns.tables["transactions"]
    incoming = columns.legends["transactions"]["direction"].index("in")
    amount = rows["amount_fen"]
    return np.where(rows["direction"] == incoming, amount, -amount), None


def _round(columns: FactColumns, as_of: int) -> FieldValues:
    amount = columns.tables["transactions"]["amount_fen"]
    return (amount > 0) & (amount % ROUND_FEN == 0), None


def _night(table: str, field: str) -> Callable[[FactColumns, int], FieldValues]:
    def derive(columns: FactColumns, as_of: int) -> FieldValues:
        hour, nulls = plain_field(columns, table, field)
        return (hour >= NIGHT_FROM) | (hour < NIGHT_TO), nulls

    return derive


def _weekend(columns: FactColumns, as_of: int) -> FieldValues:
    day = columns.tables["queries"]["queried_on"]
    return (day + THURSDAY) % 7 >= SATURDAY, None


def _anomaly(columns: FactColumns, as_of: int) -> FieldValues:
    normal, nulls = plain_field(columns, "vegetation", "ndvi_normal")
    return columns.tables["vegetation"]["ndvi"] - normal, nulls


def _passed(columns: FactColumns, as_of: int) -> FieldValues:
    result = columns.tables["checks"]["result"]
    legend = columns.legends["checks"]["result"]
    unknown = result == legend.index("unknown")
    passed = (result == legend.index("pass")).astype(np.int64)
    return passed, unknown if unknown.any() else None


Derive = Callable[[FactColumns, int], FieldValues]
DERIVED_FIELDS: Final[Mapping[tuple[str, str], Mapping[str, Derive]]] = {
    ("bureau/1", "payments"): {"account_product": _account_product},
    ("tax/1", "returns"): {"late": _late},
    ("invoice/1", "rows"): {"magnitude_fen": _magnitude},
    ("bank_flow/1", "transactions"): {
        "signed_fen": _signed,
        "round": _round,
        "night": _night("transactions", "booked_hour"),
    },
    ("multi_lender/1", "queries"): {
        "night": _night("queries", "queried_hour"),
        "weekend": _weekend,
    },
    ("agriculture/1", "vegetation"): {"ndvi_anomaly": _anomaly},
    ("device/1", "checks"): {"passed": _passed},
}
"""By product and table, and then by name."""
NOT_DERIVED: Final[Mapping[str, Derive]] = {}


def repeated_invoices(columns: FactColumns) -> Mask | None:
    """Where an invoice equals an earlier one in every field: delivered twice, counted once.

    An invoice number alone names no invoice (its series is another field, which masked data
    lacks), so only rows whose number comes twice are compared, field by field.
    """
    rows = columns.tables["rows"]
    number = rows["number"]
    if not len(number):
        return None
    again = np.flatnonzero(np.bincount(number)[number] > 1)
    if not len(again):
        return None
    fields = [rows[name][again] for name in sorted(rows)]
    order = np.lexsort((again, *fields))
    same = np.ones(len(order), np.bool_)
    same[0] = False
    for field in fields:
        ranked = field[order]
        same[1:] &= ranked[1:] == ranked[:-1]
    repeated = np.zeros(len(number), np.bool_)
    repeated[again[order[same]]] = True
    return repeated if same.any() else None
