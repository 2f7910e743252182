"""M15 经营收入认定: the yearly sales that several sources agree on, and what is earned of them.

Each segment names the sources that are expected of it. Recognised sales are the least of them,
less a haircut where few agree. Were a missing source simply left out, a borrower could win by
withholding the lowest; so one expected source that is not known leaves nothing recognised, and
the least of the others is only told to the person who then decides (`provisional_fen`).
Sources that are not expected are told and never counted.

权益检验: opening equity + profit + capital paid in − drawings must meet closing equity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from risk.domain.models.answer import ModelReason, require
from risk.domain.models.exact import PPM, divided_up, part_down, require_not_negative
from risk.domain.models.income_sources import (
    BankFlow,
    Harvest,
    Invoices,
    PowerRule,
    bank_sales,
    farm_sales,
    invoiced_sales,
    power_sales,
)

MONTHS_A_YEAR: Final = 12
SOURCES: Final = ("bank", "invoice", "tax", "power", "agriculture")
NAMES: Final = {
    "bank": "银行流水",
    "invoice": "开票",
    "tax": "纳税申报",
    "power": "用电推算",
    "agriculture": "农业产出",
}
CONFIDENCES: Final = ("high", "medium", "low", "none")
"""Best first."""
TEXTS: Final = {
    "segment_unknown": "客户类别不明，无法确定应有来源，不能认定",
    "single_source": "仅有一个收入来源，按规定折扣认定",
    "sources_disagree": "收入来源之间差异超过容忍度，取最低值并折扣",
    "equity_unknown": "权益检验资料不全，不能认定",
    "equity_failed": "权益检验未通过，不能认定",
    "margin_unknown": "净利率不明，净收入无法认定",
    "margin_capped": "申报净利率高于行业上限，按上限计算",
    "zero_income": "最低来源显示收入为零",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Equity:
    """The two ends of a period and what moved the owner's equity between them."""

    opening_fen: int | None
    profit_fen: int | None
    """Net profit of the period; negative for a loss."""
    paid_in_fen: int | None
    drawings_fen: int | None
    """Dividends and what the household lived on."""
    closing_fen: int | None
    """Assets less liabilities as surveyed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Twelve months before the application, source by source. None: not known."""

    segment: str | None
    """E, S or F."""
    industry: str | None
    """Section letter of GB/T 4754."""
    bank: BankFlow | None
    invoices: Invoices | None
    tax_sales_fen: int | None
    """Sales declared for VAT, without tax."""
    power_cost_fen: int | None
    harvests: tuple[Harvest, ...] | None
    equity: Equity | None
    net_margin_ppm: int | None
    """Net profit in parts per million of sales, from statements or survey."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRule:
    """What is expected of a segment."""

    segment: str
    sources: tuple[str, ...]
    equity_check: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginRule:
    """The highest net margin that is believed of an industry."""

    industry: str
    cap_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Expectations, tolerances and haircuts."""

    segments: tuple[SegmentRule, ...]
    agreement_ppm: int
    """Sources agree with the least one when it reaches this share of theirs."""
    single_haircut_ppm: int
    double_haircut_ppm: int
    """Where two agree; three and more take none."""
    equity_tolerance_ppm: int
    """Largest gap, in parts per million of the greater of both equities."""
    farm_haircut_ppm: int
    power_rules: tuple[PowerRule, ...]
    margin_rules: tuple[MarginRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What one source shows."""

    source: str
    sales_fen: int | None
    expected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Recognised sales and earnings of a year, and how far to trust them."""

    recognised_fen: int | None
    """Sales of a year; None where an expected source or the equity check leaves none."""
    net_income_fen: int | None
    """What is earned of them in a year."""
    monthly_income_fen: int | None
    """A twelfth of it, rounded down: the income that M14 weighs debts against."""
    confidence: str
    """One of `CONFIDENCES`."""
    provisional_fen: int | None
    """The least known expected source after its haircut, for a person; never for a machine."""
    agreeing_count: int
    """Expected sources that agree with the least one, itself included."""
    equity_gap_ppm: int | None
    equity_check: str
    """passed, failed or unknown."""
    sources: tuple[Source, ...]
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """Recognise the least of the expected sources where all of them are known."""
    _check(inputs, parameters)
    rule = _segment(inputs.segment, parameters)
    sources = _sources(inputs, parameters, rule)
    expected = [one for one in sources if one.expected]
    known = [one.sales_fen for one in expected if one.sales_fen is not None]
    agreeing = _agreeing(known, parameters.agreement_ppm)
    provisional = None
    if known:
        provisional = part_down(min(known), PPM - _haircut(agreeing, parameters))
    gap = _equity_gap(inputs.equity)
    check = "unknown"
    if gap is not None:
        check = "passed" if gap <= parameters.equity_tolerance_ppm else "failed"
    sound = check == "passed" or not rule.equity_check
    complete = inputs.segment is not None and len(known) == len(expected)
    recognised = provisional if sound and complete else None
    net = _net_income(recognised, inputs, parameters)
    return Answer(
        recognised_fen=recognised,
        net_income_fen=net,
        monthly_income_fen=None if net is None else net // MONTHS_A_YEAR,
        confidence=_confidence(recognised, agreeing),
        provisional_fen=provisional,
        agreeing_count=agreeing,
        equity_gap_ppm=gap,
        equity_check=check,
        sources=sources,
        reasons=(
            *_missing(expected),
            *_reasons(inputs, parameters, rule, check, known),
        ),
    )


def _check(inputs: Inputs, parameters: Parameters) -> None:
    """Refuse negative sales, margins above the whole and segments or sources unheard of."""
    require_not_negative(inputs, "tax_sales_fen", "power_cost_fen")
    margin = inputs.net_margin_ppm
    require(margin is None or margin <= PPM, "net_margin_ppm", "must not exceed the whole")
    known = {rule.segment for rule in parameters.segments}
    require(inputs.segment is None or inputs.segment in known, "segment", "must be in the table")
    for rule in parameters.segments:
        named = bool(rule.sources) and set(rule.sources) <= set(SOURCES)
        require(named, "segments", "must expect at least one source, each a known one")
    shares = [rule.cost_share_ppm for rule in parameters.power_rules]
    require(all(share > 0 for share in shares), "power_rules", "shares must be positive")


def _segment(segment: str | None, parameters: Parameters) -> SegmentRule:
    """What is expected of a segment; without one all sources are told and none is enough."""
    for rule in parameters.segments:
        if rule.segment == segment:
            return rule
    return SegmentRule(segment="unknown", sources=SOURCES, equity_check=True)


def _sources(inputs: Inputs, parameters: Parameters, rule: SegmentRule) -> tuple[Source, ...]:
    power = power_sales(inputs.power_cost_fen, inputs.industry, parameters.power_rules)
    shown = {
        "bank": bank_sales(inputs.bank),
        "invoice": invoiced_sales(inputs.invoices),
        "tax": inputs.tax_sales_fen,
        "power": power,
        "agriculture": farm_sales(inputs.harvests, parameters.farm_haircut_ppm),
    }
    return tuple(
        Source(source=name, sales_fen=shown[name], expected=name in rule.sources)
        for name in SOURCES
    )


def _agreeing(known: list[int], agreement_ppm: int) -> int:
    """How many sources the least one agrees with, itself included."""
    return sum(min(known) * PPM >= sales * agreement_ppm for sales in known)


def _haircut(agreeing: int, parameters: Parameters) -> int:
    if agreeing >= 3:
        return 0
    return parameters.double_haircut_ppm if agreeing == 2 else parameters.single_haircut_ppm


def _equity_gap(equity: Equity | None) -> int | None:
    """The gap between expected and surveyed equity, in parts of the greater; rounded up."""
    if equity is None:
        return None
    moves = (equity.opening_fen, equity.profit_fen, equity.paid_in_fen, equity.drawings_fen)
    known = [move for move in moves if move is not None]
    if len(known) < len(moves) or equity.closing_fen is None:
        return None
    expected = known[0] + known[1] + known[2] - known[3]
    gap = abs(expected - equity.closing_fen)
    whole = max(abs(expected), abs(equity.closing_fen))
    return divided_up(gap * PPM, whole) if whole else 0


def _net_income(recognised: int | None, inputs: Inputs, parameters: Parameters) -> int | None:
    """Sales times the declared margin, at most the industry's; a loss earns nothing."""
    if recognised is None or inputs.net_margin_ppm is None:
        return None
    margin = min(inputs.net_margin_ppm, _margin_cap(inputs.industry, parameters))
    return part_down(recognised, max(margin, 0))


def _margin_cap(industry: str | None, parameters: Parameters) -> int:
    """The industry's cap; of an unknown industry the lowest."""
    caps = {rule.industry: rule.cap_ppm for rule in parameters.margin_rules}
    lowest = min(caps.values(), default=0)
    return lowest if industry is None else caps.get(industry, lowest)


def _confidence(recognised: int | None, agreeing: int) -> str:
    """By how many sources agree; nothing recognised carries none."""
    if recognised is None:
        return "none"
    return "high" if agreeing >= 3 else "medium" if agreeing == 2 else "low"


def _missing(expected: list[Source]) -> tuple[ModelReason, ...]:
    return tuple(
        ModelReason(f"{one.source}_unknown", f"缺少应有收入来源：{NAMES[one.source]}，不能认定")
        for one in expected
        if one.sales_fen is None
    )


def _reasons(
    inputs: Inputs, parameters: Parameters, rule: SegmentRule, check: str, known: list[int]
) -> tuple[ModelReason, ...]:
    margin = inputs.net_margin_ppm
    found = {
        "segment_unknown": inputs.segment is None,
        "single_source": len(known) == 1,
        "sources_disagree": _agreeing(known, parameters.agreement_ppm) < len(known),
        "equity_unknown": rule.equity_check and check == "unknown",
        "equity_failed": rule.equity_check and check == "failed",
        "margin_unknown": margin is None,
        "margin_capped": margin is not None and margin > _margin_cap(inputs.industry, parameters),
        "zero_income": bool(known) and min(known) == 0,
    }
    return tuple(ModelReason(code, TEXTS[code]) for code, holds in found.items() if holds)
