"""M15 asked with a year of bank statements, invoices, tax returns, power bills and harvests.

No document states equity, so whoever needs the equity check has nothing recognised before a person
has surveyed it.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from puhui.columns import day_number
from risk.domain.documents import Document
from risk.domain.indicators.months import AsOf, Window
from risk.domain.model_inputs.known import (
    AGRICULTURE,
    BANK_FLOW,
    INVOICE,
    TAX,
    UTILITY,
    Answers,
    Known,
    NotAsked,
)
from risk.domain.models.exact import PPM
from risk.domain.models.income_recognition import Inputs
from risk.domain.models.income_sources import BankFlow, Harvest, Invoices

SOURCES: Final = (BANK_FLOW, INVOICE, TAX, UTILITY, AGRICULTURE)
SALES: Final = ("business", "pos")
"""Kinds of inflow that are sales; a transfer between people or cash proves none."""


def inputs(known: Known, answers: Answers) -> Inputs | NotAsked:
    """Each source by itself, over the twelve full months before the day."""
    if not any(product in known.documents for product in SOURCES):
        return NotAsked("no_income_source")
    sales = known.fen("ent.inv.out_valid_amt.all.l12m.sum")
    return Inputs(
        segment=known.segment,
        industry=known.request.industry_section,
        bank=_bank(known),
        # The indicator is after red letters already: they are rows with negative amounts.
        invoices=None if sales is None else Invoices(gross_fen=max(sales, 0), red_fen=0),
        tax_sales_fen=_not_negative(known.fen("ent.tax.vat_sales.all.l12m.sum")),
        power_cost_fen=_not_negative(known.fen("ent.utl.amount.power.l12m.sum")),
        harvests=_harvests(known.document(AGRICULTURE)),
        equity=None,
        net_margin_ppm=_net_margin(known),
    )


def _not_negative(fen: int | None) -> int | None:
    """Corrections may outweigh a year's sales; there were none then."""
    return None if fen is None else max(fen, 0)


def _bank(known: Known) -> BankFlow | None:
    """Inflows by what they are, where the statements cover the year."""
    flow, inflow = known.document(BANK_FLOW), known.fen("ent.bnk.in.all.l12m.sum")
    if flow is None or inflow is None:
        return None
    rows, nulls = flow.columns.tables["transactions"], flow.columns.nulls["transactions"]
    legends = flow.columns.legends["transactions"]
    incoming = _in_window(rows["booked_on"], known) & (
        rows["direction"] == legends["direction"].index("in")
    )
    if any((nulls[one] & incoming).any() for one in ("related", "own_account") if one in nulls):
        # A line of which nobody says whose it is may be no sale at all.
        return BankFlow(
            inflow_fen=inflow, loan_inflow_fen=None, own_transfer_fen=None, other_fen=None
        )
    loan = incoming & (rows["kind"] == legends["kind"].index("loan_received"))
    own = incoming & ~loan & (rows["related"] | rows["own_account"])
    sale = np.isin(rows["kind"], [legends["kind"].index(one) for one in SALES])
    amount = rows["amount_fen"]
    return BankFlow(
        inflow_fen=inflow,
        loan_inflow_fen=_sum(amount[loan]),
        own_transfer_fen=_sum(amount[own]),
        other_fen=_sum(amount[incoming & ~loan & ~own & ~sale]),
    )


def _in_window(days: Any, known: Known) -> Any:
    first, last = AsOf(known.request.as_of).span(Window.L12M)
    begin = day_number(first) if first is not None else 0
    return (days >= begin) & (days <= day_number(last))


def _sum(values: Any) -> int:
    """Exact whatever the amounts are."""
    return sum(values.tolist())


def _harvests(farm: Document | None) -> tuple[Harvest, ...] | None:
    """Crops of the last full year; animals that were sold have no price in the document."""
    if farm is None:
        return None
    found = [
        Harvest(name=str(crop), units_count=1, income_per_unit_fen=income)
        for year, crop, income in zip(
            farm.values("crops", "year"),
            farm.codes("crops", "crop"),
            farm.values("crops", "income_fen"),
            strict=True,
        )
        if year == farm.day.year - 1
    ]
    animals = [
        Harvest(name=str(kind), units_count=sold, income_per_unit_fen=None)
        for kind, sold in zip(
            farm.codes("livestock", "kind"), farm.values("livestock", "sold_l12m"), strict=True
        )
        if sold != 0
    ]
    return tuple(found + animals) if found else None


def _net_margin(known: Known) -> int | None:
    """Last year's profit less the income tax paid within twelve months, of last year's revenue.

    More than the whole is no margin of sales, whatever else was earned: it is not known then.
    """
    tax = known.document(TAX)
    paid = known.fen("ent.tax.cit_paid.all.l12m.sum")
    if tax is None or paid is None:
        return None
    profit, revenue = tax.number("profit_fen"), tax.number("revenue_fen")
    if profit is None or not revenue:
        return None
    margin = (profit - max(paid, 0)) * PPM // revenue
    return margin if margin <= PPM else None
