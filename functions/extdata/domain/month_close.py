"""Prices a month's calls (计费): lines by price and tier, package, minimum, corrections.

Decided here, because contracts leave it open; docs/extdata-billing.md gives the reasons:
a tier counts a connector's billable calls of the whole calendar month, across a price change;
tiers count the calls beyond the package; package and minimum are those of the first price in
force in the month, once, whatever day it began.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from extdata.domain.allocation import charge, payers
from extdata.domain.bill import BillLine, EventCost, LineKind, MonthBill, month_days
from extdata.domain.errors import PriceMissing
from extdata.domain.meter import MeterEvent
from extdata.domain.price import Price, to_fen
from puhui.tenancy import BankId


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """A connector and every price it ever had."""

    provider_id: str
    connector_id: str
    product: str
    prices: tuple[Price, ...]

    def on(self, day: date) -> Price:
        """The price of a day; a charged call on a day without one stops the close."""
        for price in self.prices:
            if price.is_in_force(day):
                return price
        raise PriceMissing(
            f"{self.connector_id} has no price on {day.isoformat()}",
            field="connector_id",
            rule="price.missing",
        )

    def monthly(self, month: str) -> Price | None:
        """The first price in force in a month: its package and minimum hold for the month."""
        first, last = month_days(month)
        inside = [p for p in self.prices if p.effective_from <= last and p.effective_to >= first]
        return min(inside, key=lambda price: price.effective_from, default=None)


def close(
    bank_id: BankId, month: str, lists: Sequence[PriceList], events: Iterable[MeterEvent]
) -> MonthBill:
    """The bill of a month from its calls; every connector with a fee has a line, called or not."""
    by_connector: dict[str, list[MeterEvent]] = {}
    for event in events:
        by_connector.setdefault(event.connector_id, []).append(event)
    known = {one.connector_id: one for one in lists}
    for connector_id, its in by_connector.items():
        if connector_id not in known:
            known[connector_id] = PriceList(
                provider_id=its[0].provider_id,
                connector_id=connector_id,
                product=its[0].product,
                prices=(),
            )
    lines: list[BillLine] = []
    costs: list[EventCost] = []
    for one in sorted(known.values(), key=lambda one: (one.provider_id, one.connector_id)):
        new_lines, new_costs = _close_connector(month, one, by_connector.get(one.connector_id, []))
        costs.extend(_moved(cost, len(lines)) for cost in new_costs)
        lines.extend(new_lines)
    return MonthBill(bank_id=bank_id, month=month, lines=tuple(lines), costs=tuple(costs))


def correct(
    closed: MonthBill,
    corrected: Sequence[EventCost],
    lists: Sequence[PriceList],
    events: Sequence[MeterEvent],
) -> tuple[list[BillLine], list[EventCost]]:
    """What calls of a closed month cost that arrived later: the month anew, less what was billed.

    `corrected` are the costs that later bills already took up for that month.
    """
    taken_up = {cost.request_no for cost in (*closed.costs, *corrected)}
    late = [event for event in _in_order(events) if event.request_no not in taken_up]
    if not late:
        return [], []
    anew = close(closed.bank_id, closed.month, lists, events)
    billable = {cost.request_no for cost in anew.costs if cost.line is not None}
    lines: list[BillLine] = []
    costs: list[EventCost] = []
    for connector_id in sorted({event.connector_id for event in late}):
        its = [EventCost.of_event(event) for event in late if event.connector_id == connector_id]
        provider_id = its[0].provider_id
        amount = (
            anew.total_of(provider_id, connector_id)
            - _billed(closed, provider_id, connector_id)
            - sum(cost.cost_fen for cost in corrected if cost.connector_id == connector_id)
        )
        carry = [i for i, cost in enumerate(its) if cost.request_no in billable]
        lines.append(_correction(closed.month, its[0], len(carry), amount))
        costs.extend(charge(its, [(amount, carry or list(range(len(its))))]))
    return lines, costs


def with_corrections(
    bill: MonthBill, lines: Sequence[BillLine], costs: Sequence[EventCost]
) -> MonthBill:
    """The bill with the corrections of earlier months at its end."""
    return replace(bill, lines=(*bill.lines, *lines), costs=(*bill.costs, *costs))


def _close_connector(
    month: str, prices: PriceList, events: Sequence[MeterEvent]
) -> tuple[list[BillLine], list[EventCost]]:
    costs = [EventCost.of_event(event) for event in _in_order(events)]
    monthly = prices.monthly(month)
    lines, costs = _by_usage(month, prices, monthly, costs)
    amounts = [
        (line.amount_fen, [i for i, cost in enumerate(costs) if cost.line == index])
        for index, line in enumerate(lines)
    ]
    if monthly is not None:
        missing = to_fen(monthly.minimum_yuan) - sum(line.amount_fen for line in lines)
        if missing > 0:
            lines.append(_line("minimum", month, monthly, None, None, len(costs), missing))
            amounts.append((missing, payers(costs)))
    carried = [(amount, by or payers(costs)) for amount, by in amounts]
    unused = sum(amount for amount, by in carried if not by)
    charged = charge(costs, [(amount, by) for amount, by in carried if by])
    if unused:
        charged.append(_unused(month, prices, unused))
    return lines, charged


def _by_usage(
    month: str, prices: PriceList, monthly: Price | None, costs: Sequence[EventCost]
) -> tuple[list[BillLine], list[EventCost]]:
    """Lines of package and tiers in the order of the calls, each call with its line."""
    lines: list[BillLine] = []
    places: dict[tuple[date, int], int] = {}
    package = None if monthly is None else monthly.package
    if monthly is not None and package is not None:
        fee = to_fen(package.fee_yuan)
        lines.append(_line("package", month, monthly, None, None, 0, fee))
    covered = 0 if package is None else package.calls
    done: list[EventCost] = []
    nth = 0
    for cost in costs:
        price = _billed_by(prices, cost)
        if price is None:
            done.append(cost)
            continue
        nth += 1
        if nth <= covered:
            place, unit = 0, Decimal(0)
        else:
            tier, unit = _tier(price, nth - covered)
            key = (price.effective_from, tier)
            if key not in places:
                places[key] = len(lines)
                lines.append(_line("usage", month, price, tier, unit, 0, 0))
            place = places[key]
        lines[place] = replace(lines[place], count=lines[place].count + 1)
        done.append(replace(cost, line=place, unit_yuan=unit))
    return [_rounded(line) for line in lines], done


def _billed_by(prices: PriceList, cost: EventCost) -> Price | None:
    """The price that bills a call: charged calls per call, charged hits per hit, no others."""
    if cost.charge != "charged":
        return None
    price = prices.on(cost.called_on)
    return price if price.basis == "per_call" or cost.outcome == "hit" else None


def _tier(price: Price, nth: int) -> tuple[int, Decimal]:
    """Number and unit price of the tier of the n-th call; above the last tier, the last."""
    for number, tier in enumerate(price.tiers, 1):
        if tier.up_to is None or nth <= tier.up_to:
            return number, tier.unit_yuan
    return len(price.tiers), price.tiers[-1].unit_yuan


def _rounded(line: BillLine) -> BillLine:
    """A usage line's amount: count times unit price, rounded half up once."""
    if line.kind != "usage" or line.unit_yuan is None:
        return line
    return replace(line, amount_fen=to_fen(line.unit_yuan * line.count))


def _line(
    kind: LineKind,
    month: str,
    price: Price,
    tier: int | None,
    unit: Decimal | None,
    count: int,
    amount_fen: int,
) -> BillLine:
    return BillLine(
        kind=kind,
        provider_id=price.provider_id,
        connector_id=price.connector_id,
        of_month=month,
        price_from=price.effective_from,
        tier=tier,
        unit_yuan=unit,
        count=count,
        amount_fen=amount_fen,
    )


def _correction(month: str, like: EventCost, count: int, amount_fen: int) -> BillLine:
    return BillLine(
        kind="correction",
        provider_id=like.provider_id,
        connector_id=like.connector_id,
        of_month=month,
        price_from=None,
        tier=None,
        unit_yuan=None,
        count=count,
        amount_fen=amount_fen,
    )


def _billed(closed: MonthBill, provider_id: str, connector_id: str) -> int:
    """What the closed bill took for its own month, its corrections of earlier months aside."""
    return sum(
        line.amount_fen
        for line in closed.lines
        if line.kind != "correction"
        and (line.provider_id, line.connector_id) == (provider_id, connector_id)
    )


def _unused(month: str, prices: PriceList, amount_fen: int) -> EventCost:
    """Fees of a connector that nobody called: a cost of the bank, of no branch or application."""
    return EventCost(
        request_no="",
        of_month=month,
        called_on=month_days(month)[1],
        provider_id=prices.provider_id,
        connector_id=prices.connector_id,
        product=prices.product,
        caller="",
        branch_id=None,
        application_id=None,
        outcome="",
        charge="free",
        cost_fen=amount_fen,
    )


def _moved(cost: EventCost, by: int) -> EventCost:
    return cost if cost.line is None else replace(cost, line=cost.line + by)


def _in_order(events: Iterable[MeterEvent]) -> list[MeterEvent]:
    """The order of the calls; the request number decides between calls of one instant."""
    return sorted(events, key=lambda event: (event.called_at, event.request_no))
