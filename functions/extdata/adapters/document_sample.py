"""What the quality job sees of a document: how often a field is null, how its values spread.

A sample holds counts only, in buckets that are the same every day, so that the days of a month
add up and two months compare (PSI, 群体稳定性指标):

    {"rows": {"returns": 24},
     "fields": {"returns.sales_fen": {"null_ppm": 0, "counts": {"12": 20, "13": 4}}}}

Numbers fall into bucket k when 4^(k-1) ≤ |n| < 4^k, negative ones into -k, zero into 0. Dates
and months count by their distance in days from the end of the period, so that a provider whose
data gets older is seen. Codes and flags count by code. Texts only show their null share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

import msgspec

from puhui.fact_schemas import Field, Product
from puhui.fact_schemas.numbers import MONTHS_REMEMBERED, millionths

PPM: Final = 1_000_000
SNAPSHOT: Final = "snapshot"


def sample_of(product: Product, document: Any) -> dict[str, Any]:
    """Sample a decoded document."""
    tables = {
        name: (table.fields, getattr(document, name)) for name, table in product.tables.items()
    }
    if product.snapshot and document.snapshot is not msgspec.UNSET:
        tables[SNAPSHOT] = (product.snapshot, [document.snapshot])
    return {
        "rows": {name: len(rows) for name, (_, rows) in tables.items()},
        "fields": {
            f"{table}.{name}": _field(field, list(map(attrgetter(name), rows)), document.period_to)
            for table, (fields, rows) in tables.items()
            if rows
            for name, field in fields.items()
        },
    }


def bucket_of(number: int) -> int:
    """The bucket of a number: the power of four above it, with its sign.

    >>> [bucket_of(n) for n in (0, 1, 3, 4, 15, 16, -16, 10**13)]
    [0, 1, 1, 2, 2, 3, -3, 22]
    """
    return _signed_half(number.bit_length() if number >= 0 else -number.bit_length())


def _field(field: Field, values: Sequence[Any], period_to: date) -> dict[str, Any]:
    known = [value for value in values if value is not None] if field.nullable else values
    sampled: dict[str, Any] = {"null_ppm": PPM * (len(values) - len(known)) // len(values)}
    if field.kind != "text":
        sampled["counts"] = _counts(field, known, period_to)
    return sampled


def _counts(field: Field, values: Sequence[Any], period_to: date) -> Mapping[str, int]:
    match field.kind:
        case "code":
            return dict(Counter(values))
        case "flag":
            return dict(Counter("true" if value else "false" for value in values))
        case "date":
            last = period_to.toordinal()
            return _buckets([last - day for day in map(date.toordinal, values)])
        case "month":
            last = period_to.toordinal()
            return _buckets([last - day for day in map(_first_day, values)])
        case "decimal":
            return _buckets([millionths(value) for value in values])
        case _:
            return _buckets(values)


@lru_cache(maxsize=MONTHS_REMEMBERED)
def _first_day(month: str) -> int:
    return date.fromisoformat(f"{month}-01").toordinal()


def _buckets(numbers: Sequence[int]) -> Mapping[str, int]:
    """Count by bucket; bit lengths are counted first, because there are at most a few dozen."""
    if not numbers:
        return {}
    if min(numbers) >= 0:
        bits = Counter(map(int.bit_length, numbers))
    else:
        bits = Counter(n.bit_length() if n >= 0 else -n.bit_length() for n in numbers)
    counts: Counter[str] = Counter()
    for length, count in bits.items():
        counts[str(_signed_half(length))] += count
    return dict(counts)


def _signed_half(bits: int) -> int:
    return (bits + 1) // 2 if bits >= 0 else -((1 - bits) // 2)
