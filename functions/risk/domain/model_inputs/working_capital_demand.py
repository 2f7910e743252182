"""M16 asked by the method of balances with what the tax document says of the year before.

No document states stock, receivables, payables and advances, nor own and other funds: until they
do the answer is undetermined, and says what is missing.
"""

from __future__ import annotations

from typing import Final

from risk.domain.documents import Document
from risk.domain.model_inputs.known import E4, TAX, Answers, Known, NotAsked
from risk.domain.models.exact import PPM
from risk.domain.models.turnover import Balances
from risk.domain.models.working_capital_demand import Inputs

METHOD: Final = "balances"
PPM_PER_E4: Final = PPM // 10**E4


def inputs(known: Known, answers: Answers) -> Inputs | NotAsked:
    """Sales, margin, cost and growth from the returns, existing loans from the bureau."""
    tax = known.document(TAX)
    if tax is None:
        return NotAsked("no_tax")
    growth = known.values["ent.tax.vat_sales.all.l12m.yoy"].scaled
    cost = tax.number("cost_fen")
    return Inputs(
        method=METHOD,
        firm_size=None,
        prior_sales_fen=tax.number("revenue_fen"),
        profit_margin_ppm=_margin(tax),
        growth_ppm=None if growth is None else growth * PPM_PER_E4,
        balances=Balances(
            sales_cost_fen=cost,
            stock_fen=None,
            receivable_fen=None,
            payable_fen=None,
            prepaid_fen=None,
            advance_fen=None,
        ),
        forecast_days=None,
        season_days=None,
        trades=None,
        plantings=None,
        own_funds_fen=None,
        existing_loans_fen=known.fen("own.bur.liability.biz.now.balance"),
        other_funds_fen=None,
    )


def _margin(tax: Document) -> int | None:
    """上年销售利润率: total profit of sales."""
    profit, revenue = tax.number("profit_fen"), tax.number("revenue_fen")
    return None if profit is None or not revenue else profit * PPM // revenue
