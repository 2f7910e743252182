"""A provider's own call log and what it charges by its price list; independent of the bank's.

A price follows the connector files: `basis` per_call or per_hit, `tiers`, optionally `package`
(so many calls of a month for a fee) and `minimum_yuan` of a month.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from puhui.clock import CHINA

RESULT_NAMES = {"hit": "查得", "miss": "查无"}
PACKAGE_FEE = "包月费"
TOP_UP = "保底补差"
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One answered question; the same request number is one record, however often it came."""

    request_no: str
    connector_id: str
    called_at: datetime
    result: Literal["hit", "miss"]

    @property
    def month(self) -> str:
        """The month in China in which it was asked: `2026-10`."""
        return f"{self.called_at.astimezone(CHINA):%Y-%m}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One line of a monthly statement; fees have no request number."""

    request_no: str
    called_at: str
    connector_id: str
    result: str
    charged: bool
    unit_yuan: Decimal
    amount_yuan: Decimal


def statement_lines(
    month: str, records: Iterable[CallRecord], prices: Sequence[Mapping[str, Any]]
) -> list[StatementLine]:
    """Every call of a month with its price, connector by connector, then the fees."""
    lines: list[StatementLine] = []
    for connector_id in sorted({str(price["connector_id"]) for price in prices}):
        its = sorted(
            (r for r in records if r.connector_id == connector_id and r.month == month),
            key=lambda record: (record.called_at, record.request_no),
        )
        own = [price for price in prices if price["connector_id"] == connector_id]
        lines += _connector_lines(month, connector_id, its, own)
    return lines


def total_yuan(lines: Iterable[StatementLine]) -> Decimal:
    """The sum of all amounts, rounded half up to the 分."""
    total = sum((line.amount_yuan for line in lines), Decimal(0))
    return total.quantize(CENT, rounding=ROUND_HALF_UP)


def _connector_lines(
    month: str,
    connector_id: str,
    records: Sequence[CallRecord],
    prices: Sequence[Mapping[str, Any]],
) -> list[StatementLine]:
    lines: list[StatementLine] = []
    count = 0
    monthly = _monthly(month, prices)
    free = int(monthly["package"]["calls"]) if monthly and monthly.get("package") else 0
    for record in records:
        price = _price_of(record, prices)
        charged = record.result == "hit" or price["basis"] == "per_call"
        unit = Decimal(0)
        if charged:
            count += 1
            unit = _unit(price, count - free) if count > free else Decimal(0)
        lines.append(_line(record, charged, unit))
    fees = _fees(connector_id, monthly, lines)
    return lines + fees


def _fees(
    connector_id: str, monthly: Mapping[str, Any] | None, lines: Sequence[StatementLine]
) -> list[StatementLine]:
    """The package's fee whether used or not, and what is missing to the month's minimum."""
    if monthly is None:
        return []
    fees: list[StatementLine] = []
    used = Decimal(0)
    for unit in {line.unit_yuan for line in lines}:
        same = sum((line.amount_yuan for line in lines if line.unit_yuan == unit), Decimal(0))
        used += same.quantize(CENT, rounding=ROUND_HALF_UP)
    if monthly.get("package"):
        fee = Decimal(str(monthly["package"]["fee_yuan"]))
        fees.append(_fee(connector_id, PACKAGE_FEE, fee))
        used += fee
    missing = Decimal(str(monthly.get("minimum_yuan") or "0")) - used
    if missing > 0:
        fees.append(_fee(connector_id, TOP_UP, missing))
    return fees


def _unit(price: Mapping[str, Any], nth: int) -> Decimal:
    """The unit price of the n-th charged call beyond the package."""
    tiers: Sequence[Mapping[str, Any]] = price["tiers"]
    for tier in tiers:
        if tier.get("up_to") is None or nth <= int(tier["up_to"]):
            return Decimal(str(tier["unit_yuan"]))
    return Decimal(str(tiers[-1]["unit_yuan"]))


def _price_of(record: CallRecord, prices: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The price in force on the day of the call in China."""
    day = f"{record.called_at.astimezone(CHINA):%Y-%m-%d}"
    for price in prices:
        if str(price["effective_from"]) <= day <= str(price.get("effective_to") or "9999-12-31"):
            return price
    raise ValueError(f"{record.connector_id} has no price on {day}")


def _monthly(month: str, prices: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The price whose package and minimum hold for a month: the first in force in it."""
    in_force = [
        price
        for price in prices
        if str(price["effective_from"])[:7] <= month
        and str(price.get("effective_to") or "9999-12-31")[:7] >= month
    ]
    return min(in_force, key=lambda price: str(price["effective_from"]), default=None)


def _line(record: CallRecord, charged: bool, unit: Decimal) -> StatementLine:
    return StatementLine(
        request_no=record.request_no,
        called_at=f"{record.called_at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}",
        connector_id=record.connector_id,
        result=RESULT_NAMES[record.result],
        charged=charged,
        unit_yuan=unit,
        amount_yuan=unit,
    )


def _fee(connector_id: str, name: str, amount: Decimal) -> StatementLine:
    return StatementLine(
        request_no="",
        called_at="",
        connector_id=connector_id,
        result=name,
        charged=True,
        unit_yuan=amount,
        amount_yuan=amount,
    )
