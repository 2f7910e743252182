"""M16 流动资金需求测算: how much a firm needs to keep its trade turning, and what is not yet there.

The formula is the annex of 流动资金贷款管理办法, to the letter:

    营运资金量 = 上年销售收入 × (1 − 上年销售利润率) × (1 + 预计销售收入年增长率) / 营运资金周转次数
    营运资金周转次数 = 360 / (存货 + 应收账款 − 应付账款 + 预付账款 − 预收账款 的周转天数)
    新增流动资金贷款额度 = 营运资金量 − 自有资金 − 现有流动资金贷款 − 其他渠道资金

It is computed in exact fractions and rounded once, down to whole 分; days in the answer are
hundredths, for the reader only. Sizing by actual trade and by production season is what the annex
allows small firms, orders and seasonal producers; farming by acreage is the bank's own rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from risk.domain.models.answer import ModelReason, require
from risk.domain.models.exact import PPM, part_down, require_not_negative, wan_text
from risk.domain.models.turnover import Balances, CycleDays, days_from

METHODS: Final = ("balances", "forecast_days", "seasonal", "actual_trade", "agriculture")
STATUSES: Final = ("determined", "refer", "undetermined")
"""Best first."""
TEXTS: Final = {
    "inputs_missing": "测算所需数据不全，无法测算",
    "funds_unknown": "自有资金、现有贷款或其他渠道资金不明，无法测算",
    "cycle_not_positive": "营运资金周转天数不为正，公式不适用，转人工",
    "loss_making": "上年销售利润率为负，转人工",
    "growth_capped": "预计增长率高于上限，按上限测算",
    "simple_not_allowed": "不属于可按实际交易需求测算的情形，转人工",
    "trade_not_verified": "交易真实性或回款控制未核实，转人工",
    "covered": "现有资金已满足营运资金需求，无新增额度",
}
UNDETERMINED: Final = ("inputs_missing", "funds_unknown", "cycle_not_positive")
REFERRED: Final = ("loss_making", "simple_not_allowed", "trade_not_verified")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """One order, rent or other single need that a loan may cover."""

    kind: str
    """order, rent, single_debt or trade."""
    contract_fen: int | None
    received_fen: int | None
    """Advances that buyers paid already, or instalments already settled."""
    is_verified: bool | None
    """Whether a person verified the contract and its parties."""
    repayment_controlled: bool | None
    """Whether the proceeds return over an account that the bank controls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planting:
    """One crop or herd and what a season of it costs."""

    name: str
    units_count: int | None
    cost_per_unit_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What the chosen method reads; what it does not read is left aside. None: not known."""

    method: str
    """One of `METHODS`, chosen by the product and never by what happens to be there."""
    firm_size: str | None
    """Code of 企业划型: 1 large, 2 medium, 3 small, 4 micro."""
    prior_sales_fen: int | None
    """Sales of the year before; for a season those of the last season."""
    profit_margin_ppm: int | None
    growth_ppm: int | None
    """Expected growth of sales in a year; negative where they shrink."""
    balances: Balances | None
    """For `balances` and `seasonal`."""
    forecast_days: CycleDays | None
    """For `forecast_days`: the analyst's forecast of each turnover."""
    season_days: int | None
    """For `seasonal`: the days of continuous production."""
    trades: tuple[Trade, ...] | None
    """For `actual_trade`."""
    plantings: tuple[Planting, ...] | None
    """For `agriculture`."""
    own_funds_fen: int | None
    existing_loans_fen: int | None
    """Working-capital loans at every bank."""
    other_funds_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Days of a year, and the bank's limits of what it believes."""

    year_days: int
    growth_cap_ppm: int
    simple_sizes: tuple[str, ...]
    """Firm sizes that may be sized by actual trade whatever the trade is."""
    simple_kinds: tuple[str, ...]
    """Kinds of trade that may be sized so whoever the firm is."""
    agriculture_share_ppm: int
    """Share of a season's cost that a loan may carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The working capital needed and the loan that is still missing."""

    status: str
    """One of `STATUSES`."""
    need_fen: int | None
    """营运资金量."""
    demand_fen: int | None
    """新增流动资金贷款额度, never negative."""
    need_wan: str | None
    demand_wan: str | None
    """In 万元, rounded down to hundredths."""
    cycle_days_e2: int | None
    """Days that money stays in the trade, in hundredths, rounded to the nearest."""
    turnover_times_e4: int | None
    """营运资金周转次数 in ten-thousandths, rounded to the nearest."""
    method: str
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """Size the need by the product's method, and take off what already pays for it."""
    _check(inputs, parameters)
    cycle = _cycle_days(inputs, parameters)
    need = _need(inputs, parameters, cycle)
    funds = (inputs.own_funds_fen, inputs.existing_loans_fen, inputs.other_funds_fen)
    there = sum(fund for fund in funds if fund is not None)
    known = need is not None and None not in funds
    demand = max(need - there, 0) if need is not None and known else None
    codes = _codes(inputs, parameters, cycle, need, demand)
    times = None
    if cycle is not None and cycle > 0:
        times = round(Fraction(_period(inputs, parameters)) / cycle * 10_000)
    return Answer(
        status=_status(codes),
        need_fen=need,
        demand_fen=demand,
        need_wan=None if need is None else wan_text(need),
        demand_wan=None if demand is None else wan_text(demand),
        cycle_days_e2=None if cycle is None else round(cycle * 100),
        turnover_times_e4=times,
        method=inputs.method,
        reasons=tuple(ModelReason(code, TEXTS[code]) for code in codes),
    )


def _check(inputs: Inputs, parameters: Parameters) -> None:
    """Refuse methods unheard of, negative amounts and a margin above the whole."""
    require(inputs.method in METHODS, "method", f"must be one of {', '.join(METHODS)}")
    require_not_negative(
        inputs, "prior_sales_fen", "own_funds_fen", "existing_loans_fen", "other_funds_fen"
    )
    margin, growth, season = inputs.profit_margin_ppm, inputs.growth_ppm, inputs.season_days
    require(margin is None or margin <= PPM, "profit_margin_ppm", "must not exceed the whole")
    require(growth is None or growth >= -PPM, "growth_ppm", "must not fall below minus the whole")
    in_year = season is None or 0 < season <= parameters.year_days
    require(in_year, "season_days", "must be positive and within a year")
    for trade in inputs.trades or ():
        require_not_negative(trade, "contract_fen", "received_fen")
    for planting in inputs.plantings or ():
        require_not_negative(planting, "units_count", "cost_per_unit_fen")


def _period(inputs: Inputs, parameters: Parameters) -> int:
    """The days of a turnover year: 360, or those of the production season."""
    if inputs.method == "seasonal" and inputs.season_days is not None:
        return inputs.season_days
    return parameters.year_days


def _cycle_days(inputs: Inputs, parameters: Parameters) -> Fraction | None:
    """The days that money stays in the trade, exactly; of methods without turnover none."""
    if inputs.method == "forecast_days":
        return None if inputs.forecast_days is None else inputs.forecast_days.cycle()
    if inputs.method == "balances" or (
        inputs.method == "seasonal" and inputs.season_days is not None
    ):
        period = _period(inputs, parameters)
        return days_from(inputs.balances, sales_fen=inputs.prior_sales_fen, period_days=period)
    return None


def _need(inputs: Inputs, parameters: Parameters, cycle: Fraction | None) -> int | None:
    if inputs.method == "actual_trade":
        return _trade_need(inputs.trades)
    if inputs.method == "agriculture":
        return _planting_need(inputs.plantings, parameters.agriculture_share_ppm)
    sales, margin, growth = inputs.prior_sales_fen, inputs.profit_margin_ppm, inputs.growth_ppm
    if cycle is None or cycle <= 0 or sales is None or margin is None or growth is None:
        return None
    grown = PPM + min(growth, parameters.growth_cap_ppm)
    turned = Fraction(sales * (PPM - margin) * grown, PPM * PPM)
    return int(turned * cycle // _period(inputs, parameters))


def _trade_need(trades: tuple[Trade, ...] | None) -> int | None:
    """What contracts still cost, each at least nothing."""
    total = 0
    for trade in trades or ():
        if trade.contract_fen is None or trade.received_fen is None:
            return None
        total += max(trade.contract_fen - trade.received_fen, 0)
    return None if trades is None else total


def _planting_need(plantings: tuple[Planting, ...] | None, share_ppm: int) -> int | None:
    """The share of a season's cost that a loan may carry."""
    total = 0
    for planting in plantings or ():
        if planting.units_count is None or planting.cost_per_unit_fen is None:
            return None
        total += planting.units_count * planting.cost_per_unit_fen
    return None if plantings is None else part_down(total, share_ppm)


def _codes(
    inputs: Inputs,
    parameters: Parameters,
    cycle: Fraction | None,
    need: int | None,
    demand: int | None,
) -> tuple[str, ...]:
    turns = inputs.method in ("balances", "forecast_days", "seasonal")
    simple = inputs.method == "actual_trade"
    undefined = turns and cycle is not None and cycle <= 0
    growth = inputs.growth_ppm
    found = {
        "inputs_missing": need is None and not undefined,
        "cycle_not_positive": undefined,
        "funds_unknown": need is not None and demand is None,
        "loss_making": turns and (inputs.profit_margin_ppm or 0) < 0,
        "growth_capped": turns and growth is not None and growth > parameters.growth_cap_ppm,
        "simple_not_allowed": simple and not _simple_allowed(inputs, parameters),
        "trade_not_verified": simple and not _trades_verified(inputs.trades),
        "covered": demand == 0,
    }
    return tuple(code for code, holds in found.items() if holds)


def _simple_allowed(inputs: Inputs, parameters: Parameters) -> bool:
    """Small and micro firms may be sized by actual trade, and anyone for the kinds named."""
    if inputs.firm_size in parameters.simple_sizes:
        return True
    return all(trade.kind in parameters.simple_kinds for trade in inputs.trades or ())


def _trades_verified(trades: tuple[Trade, ...] | None) -> bool:
    """Every trade is real and its proceeds are controlled; unknown is neither."""
    return all(
        trade.is_verified is True and trade.repayment_controlled is True for trade in trades or ()
    )


def _status(codes: tuple[str, ...]) -> str:
    if any(code in UNDETERMINED for code in codes):
        return "undetermined"
    return "refer" if any(code in REFERRED for code in codes) else "determined"
