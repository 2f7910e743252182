"""A month's bill (月度账单): its lines, and what every call cost; both add up to the 分.

A closed bill never changes. What is learned later goes into a later month as a correction line
(更正) that names the month it corrects.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from extdata.domain.answer import Charge
from extdata.domain.meter import MeterEvent
from puhui.errors import Unprocessable
from puhui.strict_json import dumps
from puhui.tenancy import BankId

LineKind = Literal["usage", "package", "minimum", "correction"]
LINE_NAMES: Mapping[LineKind, str] = {
    "usage": "按量计费",
    "package": "包月费",
    "minimum": "保底补差",
    "correction": "往月更正",
}
Dimension = Literal["branch_id", "product", "application_id", "caller"]
DIMENSION_NAMES: Mapping[Dimension, str] = {
    "branch_id": "机构",
    "product": "数据产品",
    "application_id": "业务申请",
    "caller": "调用方",
}
NOBODY = ""
"""Key of what no branch, application or caller used: fees of a connector without calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """One amount of the bill; it is rounded once, half up."""

    kind: LineKind
    provider_id: str
    connector_id: str
    of_month: str
    """The month of the calls; another than the bill's for a correction."""
    price_from: date | None
    """First day of the price that was applied; None for a correction."""
    tier: int | None
    """Which tier of the price, from 1."""
    unit_yuan: Decimal | None
    count: int
    amount_fen: int

    def to_mapping(self) -> dict[str, Any]:
        """The line as plain values."""
        return {
            "kind": self.kind,
            "provider_id": self.provider_id,
            "connector_id": self.connector_id,
            "of_month": self.of_month,
            "price_from": self.price_from and self.price_from.isoformat(),
            "tier": self.tier,
            "unit_yuan": None if self.unit_yuan is None else format(self.unit_yuan, "f"),
            "count": self.count,
            "amount_fen": self.amount_fen,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCost:
    """A call with what it costs the bank; also calls that cost nothing, so that none is late."""

    request_no: str
    """Empty for the fees of a connector that nobody called."""
    of_month: str
    called_on: date
    provider_id: str
    connector_id: str
    product: str
    caller: str
    branch_id: str | None
    application_id: str | None
    outcome: str
    charge: Charge
    line: int | None = None
    """Index of its usage or package line in the bill; None when it is not billable."""
    unit_yuan: Decimal | None = None
    """Its unit price; 0 inside a package, None when it is not billable."""
    cost_fen: int = 0

    @classmethod
    def of_event(cls, event: MeterEvent) -> EventCost:
        """A call before it is priced."""
        return cls(
            request_no=event.request_no,
            of_month=month_of(event.called_on),
            called_on=event.called_on,
            provider_id=event.provider_id,
            connector_id=event.connector_id,
            product=event.product,
            caller=event.caller,
            branch_id=event.branch_id,
            application_id=event.application_id,
            outcome=event.outcome,
            charge=event.charge,
        )

    def to_mapping(self) -> dict[str, Any]:
        """The cost as plain values."""
        return {
            "request_no": self.request_no,
            "of_month": self.of_month,
            "called_on": self.called_on.isoformat(),
            "provider_id": self.provider_id,
            "connector_id": self.connector_id,
            "product": self.product,
            "caller": self.caller,
            "branch_id": self.branch_id,
            "application_id": self.application_id,
            "outcome": self.outcome,
            "charge": self.charge,
            "line": self.line,
            "unit_yuan": None if self.unit_yuan is None else format(self.unit_yuan, "f"),
            "cost_fen": self.cost_fen,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthBill:
    """What external data cost a bank in a month, over all providers."""

    bank_id: BankId
    month: str
    lines: tuple[BillLine, ...]
    costs: tuple[EventCost, ...]
    closed_at: datetime | None = None
    """None for a draft."""

    @property
    def total_fen(self) -> int:
        """The whole bill."""
        return sum(line.amount_fen for line in self.lines)

    @property
    def providers(self) -> tuple[str, ...]:
        """Every provider that is in the bill, by id."""
        found = {line.provider_id for line in self.lines}
        return tuple(sorted(found | {cost.provider_id for cost in self.costs}))

    @property
    def sha256(self) -> str:
        """The bill's fingerprint: the same lines and costs always hash the same."""
        digest = hashlib.sha256(dumps([self.bank_id, self.month]).encode())
        for part in (
            *(line.to_mapping() for line in self.lines),
            *(cost.to_mapping() for cost in self.costs),
        ):
            digest.update(b"\n" + dumps(part).encode())
        return digest.hexdigest()

    def total_of(self, provider_id: str, connector_id: str | None = None) -> int:
        """What one provider, or one of its connectors, costs."""
        return sum(
            line.amount_fen
            for line in self.lines
            if line.provider_id == provider_id and connector_id in (None, line.connector_id)
        )

    def uncertain(self) -> tuple[EventCost, ...]:
        """Calls of which nobody knows whether the provider bills them; they cost nothing here."""
        return tuple(cost for cost in self.costs if cost.charge == "uncertain")

    def shared_by(self, dimension: Dimension) -> dict[str, int]:
        """The bill divided by branch, product, application or caller; the parts are the whole."""
        return shared_by(self.costs, dimension)


def shared_by(costs: Iterable[EventCost], dimension: Dimension) -> dict[str, int]:
    """Add costs up by one dimension, by key; what has none is under `NOBODY`."""
    found: dict[str, int] = {}
    for cost in costs:
        key = getattr(cost, dimension) or NOBODY
        found[key] = found.get(key, 0) + cost.cost_fen
    return dict(sorted(found.items()))


def month_of(day: date) -> str:
    """The month of a day.

    >>> month_of(date(2026, 10, 31))
    '2026-10'
    """
    return day.isoformat()[:7]


def month_days(month: str) -> tuple[date, date]:
    """First and last day of a month.

    >>> month_days("2028-02")[1].isoformat()
    '2028-02-29'
    """
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Unprocessable("a month is YYYY-MM", field="month", rule="month.format") from None
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def months_before(month: str, count: int) -> tuple[str, ...]:
    """The months before one, nearest first.

    >>> months_before("2026-02", 3)
    ('2026-01', '2025-12', '2025-11')
    """
    found: list[str] = []
    first = month_days(month)[0]
    for _ in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(month_of(first))
    return tuple(found)


def months_after(month: str, count: int) -> tuple[str, ...]:
    """The months after one, nearest first.

    >>> months_after("2025-11", 2)
    ('2025-12', '2026-01')
    """
    found: list[str] = []
    last = month_days(month)[1]
    for _ in range(count):
        found.append(month_of(last + timedelta(days=1)))
        last = month_days(found[-1])[1]
    return tuple(found)
