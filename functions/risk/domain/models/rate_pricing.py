"""M18 利率定价: the least rate that pays for a loan, told as LPR ± basis points.

    rate = funding (FTP) + operating cost + expected loss PD·LGD
           + cost of capital (risk weight × capital ratio × hurdle before tax) − policy discount

Each term is rounded up to a whole basis point and the rate is their sum, then held within the
product's floor and cap and under the all-in line. RAROC = (rate − funding − operating − expected
loss) after tax / capital: what the chosen rate earns on the capital behind it, rounded down.
Capital is priced as if it replaced no funding, which is the cautious side.

`risk.domain.pricing` looks for the rate that earns most from customers who may walk away; this
model says what such a loan costs. Its `floor_bps` can be the lowest rate of that search; neither
replaces the other.

The LPR of a day comes from the table of `puhui.china.lpr`. Days of which the table knows nothing
need the publication in force from the bank; without it the model refuses to answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Final

from puhui.china import lpr
from risk.domain.models.answer import ModelInputNotValid, ModelReason, require
from risk.domain.models.exact import BPS, PPM, require_not_negative

STATUSES: Final = ("priced", "above_cap", "undetermined")
"""Best first."""
TEXTS: Final = {
    "pd_unknown": "违约概率不明，无法定价",
    "funding_unknown": "资金转移价格（FTP）不明，无法定价",
    "product_range_unknown": "产品利率区间不明，无法定价",
    "lgd_unknown": "违约损失率不明，按全额损失计算",
    "amount_unknown": "贷款金额不明，按最高运营成本档计算",
    "segment_unknown": "客户类别不明，按最高风险权重计算",
    "pd_floored": "违约概率低于监管下限，按下限计算",
    "discount_capped": "政策优惠超过上限，按上限计算",
    "raised_to_floor": "按产品利率下限执行",
    "above_cap": "风险定价高于可执行的利率上限，利率不足以覆盖成本",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """An LPR publication that the bank supplies, for days after the packaged table ends."""

    published_on: date
    one_year_bps: int
    five_year_bps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The loan, what it risks and what money costs. None: not known."""

    priced_on: date
    term_months: int
    publication: Publication | None
    """The LPR publication in force on `priced_on`; needed where the table does not reach."""
    segment: str | None
    amount_fen: int | None
    pd_ppm: int | None
    """Probability of default within a year."""
    lgd_ppm: int | None
    """Share of the exposure lost in default (M19)."""
    ftp_bps: int | None
    """The bank's internal price of funds for this term on this day."""
    policy_discount_bps: int | None
    """Support that pays for a lower rate (再贷款, 贴息); unknown is none."""
    product_min_bps: int | None
    product_max_bps: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingCost:
    """What a year of work on a loan costs, up to and including an amount."""

    up_to_fen: int | None
    """None: whatever is larger than the rows before."""
    bps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskWeight:
    """Regulatory weight of a segment's exposures."""

    segment: str
    weight_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Costs, capital and lines."""

    operating: tuple[OperatingCost, ...]
    """Smallest loans first; costs never rise with the amount."""
    risk_weights: tuple[RiskWeight, ...]
    capital_ratio_ppm: int
    hurdle_ppm: int
    """What capital has to earn in a year after tax."""
    tax_ppm: int
    pd_floor_ppm: int
    max_discount_bps: int
    all_in_line_bps: int
    """No rate above it, whatever the product says."""
    publication_valid_days: int
    """A supplied publication prices at most this many days after its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The rate, its spread over LPR, and every term of it in basis points a year."""

    status: str
    """One of `STATUSES`."""
    rate_bps: int | None
    """None unless priced."""
    lpr_bps: int
    lpr_tenor: str
    """1Y or 5Y."""
    spread_bps: int | None
    quote: str | None
    """The rate as a contract says it, such as LPR(1Y)+145bp."""
    funding_bps: int | None
    operating_bps: int
    expected_loss_bps: int | None
    capital_bps: int
    discount_bps: int
    """Taken off the other four."""
    floor_bps: int | None
    """The sum of the five: the least rate that pays."""
    raroc_ppm: int | None
    """Yearly return on the capital behind the loan at `rate_bps`, after tax."""
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """Add up what the loan costs, hold it within its lines, and quote it over LPR."""
    _check(inputs, parameters)
    lpr_bps, tenor = _lpr(inputs, parameters)
    operating = _operating(inputs.amount_fen, parameters)
    capital = _capital(inputs.segment, parameters)
    capital_bps = ceil(capital * _hurdle_before_tax(parameters))
    loss = _expected_loss(inputs, parameters)
    discount = min(inputs.policy_discount_bps or 0, parameters.max_discount_bps)
    floor_bps = None
    if loss is not None and inputs.ftp_bps is not None:
        floor_bps = inputs.ftp_bps + operating + ceil(loss) + capital_bps - discount
    status, rate = _rate(floor_bps, inputs, parameters)
    raroc = None
    if rate is not None and loss is not None and inputs.ftp_bps is not None:
        earned = rate - inputs.ftp_bps - operating - loss
        raroc = floor(earned * Fraction(PPM - parameters.tax_ppm, PPM) / capital * PPM)
    return Answer(
        status=status,
        rate_bps=rate,
        lpr_bps=lpr_bps,
        lpr_tenor=tenor,
        spread_bps=None if rate is None else rate - lpr_bps,
        quote=None if rate is None else f"LPR({tenor}){rate - lpr_bps:+d}bp",
        funding_bps=inputs.ftp_bps,
        operating_bps=operating,
        expected_loss_bps=None if loss is None else ceil(loss),
        capital_bps=capital_bps,
        discount_bps=discount,
        floor_bps=floor_bps,
        raroc_ppm=raroc,
        reasons=_reasons(inputs, parameters, status, rate, floor_bps),
    )


def _check(inputs: Inputs, parameters: Parameters) -> None:
    """Refuse negative numbers, shares above the whole and tables out of order."""
    require(inputs.term_months > 0, "term_months", "must be positive")
    amounts = ("amount_fen", "pd_ppm", "lgd_ppm", "policy_discount_bps", "product_min_bps")
    require_not_negative(inputs, *amounts, "product_max_bps")
    for field in ("pd_ppm", "lgd_ppm"):
        share = getattr(inputs, field)
        require(share is None or share <= PPM, field, "must not exceed the whole")
    least, most = inputs.product_min_bps, inputs.product_max_bps
    ordered = least is None or most is None or least <= most
    require(ordered, "product_min_bps", "must not exceed product_max_bps")
    costs = [row.bps for row in parameters.operating]
    falling = bool(costs) and costs == sorted(costs, reverse=True)
    require(falling, "operating", "must have rows whose costs never rise")
    bounds = [row.up_to_fen for row in parameters.operating]
    rising = None not in bounds[:-1] and bounds[-1] is None
    require(rising, "operating", "must end with an open row, and only there")
    weights = [row.weight_ppm for row in parameters.risk_weights]
    require(bool(weights) and min(weights) > 0, "risk_weights", "must be positive")
    require(parameters.capital_ratio_ppm > 0, "capital_ratio_ppm", "must be positive")
    require(0 <= parameters.tax_ppm < PPM, "tax_ppm", "must be below the whole")


def _lpr(inputs: Inputs, parameters: Parameters) -> tuple[int, str]:
    """The LPR of the day and its tenor; a day that neither table nor bank knows is refused."""
    tenor = "5Y" if inputs.term_months >= lpr.FIVE_YEARS_MONTHS else "1Y"
    supplied = inputs.publication
    if not lpr.is_assumed(inputs.priced_on):
        return lpr.bps_for(inputs.priced_on, inputs.term_months), tenor
    if supplied is None:
        rule = "must be supplied for a day after the packaged LPR history"
        raise ModelInputNotValid(f"publication: {rule}", field="publication", rule=rule)
    age = (inputs.priced_on - supplied.published_on).days
    in_force = 0 <= age <= parameters.publication_valid_days
    require(in_force, "publication", "must be the one in force on the day of pricing")
    return supplied.five_year_bps if tenor == "5Y" else supplied.one_year_bps, tenor


def _operating(amount_fen: int | None, parameters: Parameters) -> int:
    """The cost of work on a loan of this amount; of an unknown amount the highest."""
    if amount_fen is None:
        return parameters.operating[0].bps
    return next(
        row.bps
        for row in parameters.operating
        if row.up_to_fen is None or amount_fen <= row.up_to_fen
    )


def _capital(segment: str | None, parameters: Parameters) -> Fraction:
    """Capital behind one unit of loan; a segment unknown or in no row takes the highest."""
    weights = {row.segment: row.weight_ppm for row in parameters.risk_weights}
    highest = max(weights.values())
    weight = highest if segment is None else weights.get(segment, highest)
    return Fraction(weight * parameters.capital_ratio_ppm, PPM * PPM) * BPS


def _hurdle_before_tax(parameters: Parameters) -> Fraction:
    return Fraction(parameters.hurdle_ppm, PPM - parameters.tax_ppm)


def _expected_loss(inputs: Inputs, parameters: Parameters) -> Fraction | None:
    """PD·LGD in basis points, exactly; an unknown LGD loses everything."""
    if inputs.pd_ppm is None:
        return None
    pd = max(inputs.pd_ppm, parameters.pd_floor_ppm)
    lgd = PPM if inputs.lgd_ppm is None else inputs.lgd_ppm
    return Fraction(pd * lgd * BPS, PPM * PPM)


def _rate(floor_bps: int | None, inputs: Inputs, parameters: Parameters) -> tuple[str, int | None]:
    """The least rate that pays, at least the product's; none where no allowed rate pays."""
    if floor_bps is None or inputs.product_min_bps is None or inputs.product_max_bps is None:
        return "undetermined", None
    rate = max(floor_bps, inputs.product_min_bps)
    if rate > min(inputs.product_max_bps, parameters.all_in_line_bps):
        return "above_cap", None
    return "priced", rate


def _reasons(
    inputs: Inputs, parameters: Parameters, status: str, rate: int | None, floor_bps: int | None
) -> tuple[ModelReason, ...]:
    pd, discount = inputs.pd_ppm, inputs.policy_discount_bps
    found = {
        "pd_unknown": pd is None,
        "funding_unknown": inputs.ftp_bps is None,
        "product_range_unknown": None in (inputs.product_min_bps, inputs.product_max_bps),
        "lgd_unknown": inputs.lgd_ppm is None,
        "amount_unknown": inputs.amount_fen is None,
        "segment_unknown": inputs.segment is None,
        "pd_floored": pd is not None and pd < parameters.pd_floor_ppm,
        "discount_capped": (discount or 0) > parameters.max_discount_bps,
        "raised_to_floor": rate is not None and floor_bps is not None and rate > floor_bps,
        "above_cap": status == "above_cap",
    }
    return tuple(ModelReason(code, TEXTS[code]) for code, holds in found.items() if holds)
