"""Get a bill (月度账单): the closed one, or a draft of a month that is still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from extdata.domain.bill import EventCost, MonthBill, month_days, months_after, months_before
from extdata.domain.month_close import PriceList, close, correct, with_corrections
from extdata.finance_ports import Bills
from extdata.ports import Connectors, Meters, Prices
from puhui.tenancy import BankId

LOOK_BACK_MONTHS: Final = 3
"""How far back calls that arrive late are still taken up; an answer is late by hours at most."""


@dataclass(frozen=True)
class GetBill:
    """Show a month's bill: the closed one, or a draft (暂估) of what it costs so far."""

    bills: Bills
    meters: Meters
    prices: Prices
    connectors: Connectors

    def __call__(self, bank_id: BankId, month: str) -> MonthBill:
        """A draft has no `closed_at`, and takes up late calls of the months before."""
        month_days(month)
        closed = self.bills.find(bank_id, month)
        if closed is not None:
            return closed
        lists = self._price_lists(bank_id)
        bill = close(bank_id, month, lists, self.meters.of_month(bank_id, month))
        return self._with_late_calls(bill, lists)

    def _with_late_calls(self, bill: MonthBill, lists: Sequence[PriceList]) -> MonthBill:
        """What earlier months' late calls cost, less what any other closed bill took up of it."""
        bank_id, month = bill.bank_id, bill.month
        others = self._closed(bank_id, months_after(month, LOOK_BACK_MONTHS))
        for earlier in months_before(month, LOOK_BACK_MONTHS):
            found = self.bills.find(bank_id, earlier)
            if found is None:
                continue
            events = list(self.meters.of_month(bank_id, earlier))
            lines, costs = correct(found, _corrections_of(earlier, others), lists, events)
            bill = with_corrections(bill, lines, costs)
            others.append(found)
        return bill

    def _closed(self, bank_id: BankId, months: Sequence[str]) -> list[MonthBill]:
        """Later months that were closed first: they took up late calls already."""
        found = [self.bills.find(bank_id, month) for month in months]
        return [bill for bill in found if bill is not None]

    def _price_lists(self, bank_id: BankId) -> list[PriceList]:
        """Every connector that was ever in use: its fees are due as long as its price is."""
        used = {
            connector.connector_id: connector
            for connector in self.connectors.all(bank_id)
            if connector.stage in ("published", "retired")
        }
        return [
            PriceList(
                provider_id=connector.provider_id,
                connector_id=connector_id,
                product=connector.product,
                prices=tuple(self.prices.of(bank_id, connector_id)),
            )
            for connector_id, connector in sorted(used.items())
        ]


def _corrections_of(month: str, bills: list[MonthBill]) -> list[EventCost]:
    """What bills already took up for a month before them."""
    return [
        cost
        for bill in bills
        for cost in bill.costs
        if cost.of_month == month and bill.month != month
    ]
