"""M17 授信额度: the least of all bounds that apply to a loan, and which of them binds.

    limit = min(request, demand, sales share, debt service, grade, collateral, product, group,
                first loan), rounded down to a whole step

Which bounds apply is a table by segment and security. A bound that applies and is not known
counts as zero, by name: were it left to a person instead, hiding a bound of zero would win a
second look. A bound that does not apply is shown as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from risk.domain.limit import sales_capacity, whole_steps
from risk.domain.models.answer import ModelReason, require
from risk.domain.models.exact import annuity_principal, require_not_negative, wan_text

NAMES: Final = {
    "requested": "申请金额",
    "demand": "资金需求",
    "sales": "销售收入承载",
    "debt_service": "偿债能力",
    "grade": "评级上限",
    "collateral": "担保可覆盖",
    "product": "产品上限",
    "group": "集团及集中度余量",
    "first_loan": "无信贷记录首笔上限",
}
"""Every bound, in the order in which the first of equals is said to bind."""
ALWAYS: Final = ("requested", "grade", "product", "group")
STATUSES: Final = ("offered", "none")
"""Best first."""
REPAYMENTS: Final = ("instalment", "bullet")
MAX_TERM_MONTHS: Final = 480


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What is asked for and what the other models found. None: not known."""

    segment: str | None
    """E, S, F, C or T."""
    security: str | None
    """unsecured or secured."""
    requested_fen: int
    demand_fen: int | None
    """New loan that the trade needs (M16)."""
    yearly_sales_fen: int | None
    """Recognised sales (M15)."""
    free_service_fen: int | None
    """Monthly service that the DSR cap leaves (M14)."""
    term_months: int | None
    rate_bps: int | None
    """Yearly rate of the loan (M18), with which its service is reckoned."""
    repayment: str | None
    """instalment or bullet."""
    grade: str | None
    collateral_cap_fen: int | None
    """What the security carries (M19)."""
    product_min_fen: int
    product_max_fen: int | None
    group_headroom_fen: int | None
    """What single-customer and group limits leave (M20)."""
    has_credit_record: bool | None
    """Whether the bureau knows any credit before this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeCap:
    """The most that a grade may owe."""

    grade: str
    cap_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Applies:
    """The bounds that apply to a segment and a security besides those that always do."""

    segment: str
    security: str
    bounds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Steps, caps, and which bounds apply to whom."""

    step_fen: int
    sales_share_ppm: int
    grade_caps: tuple[GradeCap, ...]
    """Best grade first."""
    first_loan_cap_fen: int
    first_loan_max_months: int
    first_loan_exempt_segments: tuple[str, ...]
    """Firms may borrow for the first time without these two: 白户 are persons."""
    bullet_months: int
    """A bullet loan must be repayable as if in this many equal instalments, or in its own term
    where that is longer."""
    applies: tuple[Applies, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One bound of the limit."""

    bound: str
    name_zh: str
    applies: bool
    fen: int | None
    """None where it is not known; then it counts as zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The limit, every bound, and the one that binds."""

    status: str
    """One of `STATUSES`."""
    limit_fen: int
    limit_wan: str
    binding: str
    """Name of the least bound; the first of equals."""
    bounds: tuple[Bound, ...]
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """The least of the bounds that apply, in whole steps, from the product's minimum on."""
    _check(inputs, parameters)
    bounds = _bounds(inputs, parameters)
    applying = [bound for bound in bounds if bound.applies]
    binding = min(applying, key=lambda bound: bound.fen or 0)
    least = whole_steps(binding.fen or 0, parameters.step_fen)
    too_long = _first_loan_too_long(inputs, parameters)
    below = least < max(inputs.product_min_fen, 1)
    unknown = [bound for bound in applying if bound.fen is None]
    limit = 0 if below or too_long else least
    return Answer(
        status="offered" if limit else "none",
        limit_fen=limit,
        limit_wan=wan_text(limit),
        binding=binding.bound,
        bounds=bounds,
        reasons=(
            ModelReason("binding", f"额度由“{binding.name_zh}”决定"),
            *(
                ModelReason("bound_unknown", f"“{bound.name_zh}”不明，按零处理")
                for bound in unknown
            ),
            *_told("first_loan_too_long", "无信贷记录客户首笔贷款期限超过上限", too_long),
            *_told("below_minimum", "可授额度低于产品起点", below),
        ),
    )


def _check(inputs: Inputs, parameters: Parameters) -> None:
    """Refuse negative amounts, unheard-of words, grades out of the table and caps out of order."""
    require(inputs.requested_fen > 0, "requested_fen", "must be positive")
    require_not_negative(
        inputs,
        "demand_fen",
        "free_service_fen",
        "rate_bps",
        "collateral_cap_fen",
        "product_min_fen",
        "product_max_fen",
        "group_headroom_fen",
    )
    term = inputs.term_months
    in_range = term is None or 0 < term <= MAX_TERM_MONTHS
    require(in_range, "term_months", f"must be from 1 to {MAX_TERM_MONTHS}")
    known = inputs.repayment is None or inputs.repayment in REPAYMENTS
    require(known, "repayment", f"must be one of {', '.join(REPAYMENTS)}")
    grades = [row.grade for row in parameters.grade_caps]
    require(inputs.grade is None or inputs.grade in grades, "grade", "must be in the table")
    caps = [row.cap_fen for row in parameters.grade_caps]
    require(caps == sorted(caps, reverse=True), "grade_caps", "must not rise as grades fall")
    require(parameters.step_fen > 0, "step_fen", "must be positive")
    for row in parameters.applies:
        require(set(row.bounds) <= set(NAMES), "applies", "must name known bounds")


def _bounds(inputs: Inputs, parameters: Parameters) -> tuple[Bound, ...]:
    sales = inputs.yearly_sales_fen
    found = {
        "requested": inputs.requested_fen,
        "demand": inputs.demand_fen,
        "sales": None if sales is None else sales_capacity(sales, parameters.sales_share_ppm),
        "debt_service": _debt_service(inputs, parameters),
        "grade": {row.grade: row.cap_fen for row in parameters.grade_caps}.get(inputs.grade or ""),
        "collateral": inputs.collateral_cap_fen,
        "product": inputs.product_max_fen,
        "group": inputs.group_headroom_fen,
        "first_loan": parameters.first_loan_cap_fen,
    }
    applying = _applying(inputs, parameters)
    return tuple(
        Bound(bound=name, name_zh=NAMES[name], applies=name in applying, fen=fen)
        for name, fen in found.items()
    )


def _applying(inputs: Inputs, parameters: Parameters) -> set[str]:
    """The bounds of the segment and security; where either is in no row, every bound."""
    first = {"first_loan"} if _is_first_loan(inputs, parameters) else set()
    for row in parameters.applies:
        if (row.segment, row.security) == (inputs.segment, inputs.security):
            return {*ALWAYS, *row.bounds, *first}
    return set(NAMES) - {"first_loan"} | first


def _debt_service(inputs: Inputs, parameters: Parameters) -> int | None:
    """The principal whose equal instalments fit into the free service of a month."""
    free, rate, term = inputs.free_service_fen, inputs.rate_bps, inputs.term_months
    if free is None or rate is None or term is None:
        return None
    if inputs.repayment == "bullet":
        term = max(term, parameters.bullet_months)
    return annuity_principal(free, rate, term)


def _is_first_loan(inputs: Inputs, parameters: Parameters) -> bool:
    """A person whom the bureau does not know; a segment that is not known may be a person's."""
    exempt = inputs.segment in parameters.first_loan_exempt_segments
    return inputs.has_credit_record is not True and not exempt


def _first_loan_too_long(inputs: Inputs, parameters: Parameters) -> bool:
    """A first loan without any credit record is short; an unknown term is too long."""
    term = inputs.term_months
    short = term is not None and term <= parameters.first_loan_max_months
    return _is_first_loan(inputs, parameters) and not short


def _told(code: str, text: str, holds: bool) -> tuple[ModelReason, ...]:
    return (ModelReason(code, text),) if holds else ()
