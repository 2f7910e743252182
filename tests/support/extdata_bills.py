"""Random months for tests of bills, and our own rendering of a bill as a provider's statement."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from extdata.domain.archive import sha256
from extdata.domain.bill import MonthBill
from extdata.domain.meter import MeterEvent
from extdata.domain.month_close import PriceList
from extdata.domain.price import Package, Price, Tier
from extdata.domain.statement import STANDARD, TOTAL, Statement, StatementFormat, read_statement
from tests.support.extdata_records import NOON, PRODUCT, a_meter_event, a_price

MONTH = "2026-11"
PROVIDER = "sbx-tax"
CONNECTOR = "sbx-tax-returns"
OPENED_ON = date(2026, 12, 1)
Row = list[str]
Change = Callable[[list[Row]], list[Row]]


def a_price_list(*prices: Price, connector_id: str = CONNECTOR) -> PriceList:
    """A connector with its prices; eighty 分 per hit when none is given."""
    return PriceList(
        provider_id=PROVIDER,
        connector_id=connector_id,
        product=PRODUCT,
        prices=prices or (a_price(),),
    )


def a_call(number: int, **changes: Any) -> MeterEvent:
    """The n-th call of the month, one second after the one before it."""
    fields: dict[str, Any] = {
        "request_no": f"no-{number}",
        "query_id": f"qry-{number}",
        "called_at": NOON + timedelta(seconds=number),
    }
    return a_meter_event(**(fields | changes))


def tiered(up_to: int = 2, first: str = "0.80", then: str = "0.65", **changes: Any) -> Price:
    """Cheaper from a number of calls on."""
    tiers = (
        Tier(up_to=up_to, unit_yuan=Decimal(first)),
        Tier(up_to=None, unit_yuan=Decimal(then)),
    )
    return a_price(tiers=tiers, **changes)


def rows_of(bill: MonthBill, provider_id: str = PROVIDER) -> list[Row]:
    """The rows that an honest provider bills: every call, every fee, without heading and total."""
    rows = [
        [
            cost.request_no,
            cost.called_on.isoformat(),
            cost.connector_id,
            cost.outcome,
            "是" if cost.unit_yuan else "否",
            format(cost.unit_yuan or Decimal(0), "f"),
            format(cost.unit_yuan or Decimal(0), "f"),
        ]
        for cost in bill.costs
        if cost.provider_id == provider_id and cost.request_no and cost.of_month == bill.month
    ]
    names = {"package": "包月费", "minimum": "保底补差"}
    for line in bill.lines:
        if line.provider_id == provider_id and line.kind in names:
            yuan = format(Decimal(line.amount_fen).scaleb(-2), "f")
            fee = ["", bill.month, line.connector_id, names[line.kind], "是", yuan, yuan]
            rows.append(fee)
    return rows


def statement_bytes(rows: Sequence[Row], total: str | None = None) -> bytes:
    """A statement file in our standard format; its total is what the rows add up to."""
    added = sum((Decimal(row[6]) for row in rows), Decimal(0))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(STANDARD.values())
    writer.writerows(rows)
    writer.writerow([TOTAL, "", "", "", "", "", total or format(added, "f")])
    return text.getvalue().encode()


def a_statement(rows: Sequence[Row], total: str | None = None) -> Statement:
    """The same, read."""
    content = statement_bytes(rows, total)
    lines = csv.reader(io.StringIO(content.decode()))
    return read_statement(
        enumerate(lines, start=1),
        StatementFormat(),
        provider_id=PROVIDER,
        month=MONTH,
        sha256=sha256(content),
    )


@st.composite
def prices(draw: st.DrawFn) -> Price:
    """Per call or hit, one to three tiers, perhaps a package, perhaps a minimum."""
    units = draw(st.lists(st.integers(0, 500_000), min_size=1, max_size=3))
    steps = draw(
        st.lists(st.integers(1, 12), min_size=len(units), max_size=len(units), unique=True)
    )
    tiers = tuple(
        Tier(
            up_to=None if number == len(units) - 1 else step,
            unit_yuan=Decimal(unit).scaleb(-4),
        )
        for number, (unit, step) in enumerate(zip(units, sorted(steps), strict=True))
    )
    package = draw(st.none() | st.integers(1, 8))
    return a_price(
        basis=draw(st.sampled_from(["per_call", "per_hit"])),
        tiers=tiers,
        package=package and Package(calls=package, fee_yuan=Decimal(draw(st.integers(0, 999)))),
        minimum_yuan=Decimal(draw(st.sampled_from([0, 3, 500]))),
    )


@st.composite
def calls(draw: st.DrawFn) -> list[MeterEvent]:
    """Up to thirty calls of two branches, some missed, some free, some uncertain."""
    count = draw(st.integers(0, 30))
    return [
        a_call(
            number,
            outcome=draw(st.sampled_from(["hit", "hit", "miss", "provider.timeout"])),
            charge=draw(st.sampled_from(["charged", "charged", "free", "uncertain"])),
            branch_id=draw(st.sampled_from(["br-1", "br-2", None])),
            application_id=draw(st.sampled_from(["app-1", "app-2", None])),
            caller=draw(st.sampled_from(["factory", "intake"])),
        )
        for number in range(count)
    ]
