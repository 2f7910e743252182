"""M14 多头共债与偿债能力: what a borrower owes each month and in all, and to how many lenders.

    DSR = (service of all known debts + of the loan asked for) / recognised monthly income
    DTI = (counted debts + principal asked for) / recognised yearly income

What is not known is not guessed: an unknown income, debt or payment makes the answer undetermined,
which a policy treats no better than the worst level. Shares are rounded up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from risk.domain.models.answer import ModelReason, require
from risk.domain.models.exact import (
    PPM,
    divided_up,
    part_down,
    part_up,
    require_not_negative,
)

MONTHS_A_YEAR: Final = 12
LEVELS: Final = ("none", "low", "medium", "high", "undetermined")
"""Multi-lender levels, best first; what is undetermined is never better than what is known."""
BURDENS: Final = ("within", "above_cap", "undetermined")
"""Debt burdens, best first."""
TEXTS: Final = {
    "income_unknown": "未取得可认定收入，偿债能力无法判断",
    "income_not_positive": "可认定收入为零，无偿债能力",
    "debts_unknown": "未取得负债信息，偿债能力无法判断",
    "debt_incomplete": "部分负债缺少余额或月还款额，偿债能力无法判断",
    "debt_kind_unknown": "部分负债种类不明，按最严口径计入",
    "request_unknown": "本次申请的金额或月还款额不明，偿债能力无法判断",
    "risk_class_unknown": "客户风险类别不明，适用高风险客户的偿债负担上限",
    "dsr_above_cap": "偿债负担率超过上限",
    "lenders_unknown": "授信机构数不明",
    "inquiries_unknown": "近期查询次数不明",
    "lenders_high": "授信机构数达到高多头标准",
    "inquiries_high": "近期查询次数达到高多头标准",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """One debt of the borrower as the bureau or another lender reports it."""

    kind: str | None
    """A kind of `Parameters.kinds`; any other, or None, counts as the strictest kind."""
    balance_fen: int | None
    monthly_payment_fen: int | None
    """What is due in a usual month, principal and interest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What is known of income, debts and appetite for credit. None: not known."""

    monthly_income_fen: int | None
    """Recognised net income of a month (M15)."""
    debts: tuple[Debt, ...] | None
    """All debts but the loan asked for; an empty list says that there are none."""
    requested_fen: int | None
    requested_monthly_payment_fen: int | None
    """Service of the loan asked for, in a usual month."""
    lender_count: int | None
    """Institutions with an open credit to the borrower."""
    recent_inquiry_count: int | None
    """Bureau queries for loans and cards within the last three full months."""
    is_high_risk: bool | None
    """Whether the bank's rating puts the borrower among its high-risk customers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """How a kind of debt counts."""

    kind: str
    minimum_service_ppm: int
    """Least share of the balance that counts as due each month (cards, bullet loans)."""
    counted_ppm: int
    """Share of the balance that counts as debt; below one for guarantees given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Caps, level borders and how each kind of debt counts."""

    dsr_cap_ppm: int
    high_risk_dsr_cap_ppm: int
    medium_lender_count: int
    """From this many lenders on the level is at least medium."""
    high_lender_count: int
    medium_inquiry_count: int
    high_inquiry_count: int
    kinds: tuple[KindRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Debt service ratio, total debt, and how many lenders share the borrower."""

    burden: str
    """One of `BURDENS`."""
    dsr_ppm: int | None
    dsr_cap_ppm: int
    dti_ppm: int | None
    """Total debt in parts per million of a year's recognised income."""
    total_debt_fen: int | None
    """All counted debts with the loan asked for."""
    monthly_service_fen: int | None
    """Service of all debts with the loan asked for."""
    known_service_fen: int
    """Service of those existing debts that are known: a lower bound, for the reader only."""
    free_service_fen: int | None
    """Service that the cap leaves for a new loan; never negative."""
    multi_lender_level: str
    """One of `LEVELS`."""
    lender_count: int | None
    recent_inquiry_count: int | None
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """Weigh what is owed against what is earned; unknown is undetermined, never low."""
    _check(inputs, parameters)
    cap = parameters.dsr_cap_ppm
    if inputs.is_high_risk is not False:
        cap = parameters.high_risk_dsr_cap_ppm
    services = [_service(debt, parameters) for debt in inputs.debts or ()]
    existing = _total(services, known=inputs.debts is not None)
    owed = [_counted(debt, parameters) for debt in inputs.debts or ()]
    debts = _plus(_total(owed, known=inputs.debts is not None), inputs.requested_fen)
    service = _plus(existing, inputs.requested_monthly_payment_fen)
    income = inputs.monthly_income_fen
    burden = _burden(income, debts, service, cap)
    level = _level(inputs, parameters)
    return Answer(
        burden=burden,
        dsr_ppm=_ratio(service, income),
        dsr_cap_ppm=cap,
        dti_ppm=_ratio(debts, None if income is None else income * MONTHS_A_YEAR),
        total_debt_fen=debts,
        monthly_service_fen=service,
        known_service_fen=sum(one for one in services if one is not None),
        free_service_fen=(
            None
            if income is None or existing is None
            else max(part_down(income, cap) - existing, 0)
        ),
        multi_lender_level=level,
        lender_count=inputs.lender_count,
        recent_inquiry_count=inputs.recent_inquiry_count,
        reasons=tuple(
            ModelReason(code, TEXTS[code]) for code in _codes(inputs, parameters, existing, burden)
        ),
    )


def _check(inputs: Inputs, parameters: Parameters) -> None:
    """Refuse negative numbers and caps or borders that contradict each other."""
    require_not_negative(
        inputs,
        "monthly_income_fen",
        "requested_fen",
        "requested_monthly_payment_fen",
        "lender_count",
        "recent_inquiry_count",
    )
    for debt in inputs.debts or ():
        require_not_negative(debt, "balance_fen", "monthly_payment_fen")
    require(bool(parameters.kinds), "kinds", "must name at least one kind of debt")
    holds = 0 < parameters.high_risk_dsr_cap_ppm <= parameters.dsr_cap_ppm
    require(holds, "high_risk_dsr_cap_ppm", "must be positive and not above dsr_cap_ppm")
    for name in ("lender", "inquiry"):
        medium = getattr(parameters, f"medium_{name}_count")
        high = getattr(parameters, f"high_{name}_count")
        require(0 < medium <= high, f"medium_{name}_count", "must be positive and not above high")


def _rule(debt: Debt, parameters: Parameters) -> KindRule:
    """The rule of a kind; of an unknown kind the strictest of every number."""
    for rule in parameters.kinds:
        if rule.kind == debt.kind:
            return rule
    return KindRule(
        kind="unknown",
        minimum_service_ppm=max(rule.minimum_service_ppm for rule in parameters.kinds),
        counted_ppm=max(rule.counted_ppm for rule in parameters.kinds),
    )


def _service(debt: Debt, parameters: Parameters) -> int | None:
    """What is due in a month, and at least the kind's share of the balance."""
    if debt.balance_fen is None or debt.monthly_payment_fen is None:
        return None
    least = part_up(debt.balance_fen, _rule(debt, parameters).minimum_service_ppm)
    return max(debt.monthly_payment_fen, least)


def _counted(debt: Debt, parameters: Parameters) -> int | None:
    """The share of a balance that counts as debt."""
    if debt.balance_fen is None:
        return None
    return part_up(debt.balance_fen, _rule(debt, parameters).counted_ppm)


def _total(parts: list[int | None], *, known: bool) -> int | None:
    """The sum, where the list and each of its parts are known."""
    amounts = [part for part in parts if part is not None]
    return sum(amounts) if known and len(amounts) == len(parts) else None


def _plus(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _ratio(part: int | None, whole: int | None) -> int | None:
    """A share rounded up; of nothing there is none."""
    return None if part is None or not whole else divided_up(part * PPM, whole)


def _burden(income: int | None, debts: int | None, service: int | None, cap_ppm: int) -> str:
    """Within the cap only where income and every debt are known."""
    if income is None or debts is None or service is None:
        return "undetermined"
    return "within" if income > 0 and service * PPM <= income * cap_ppm else "above_cap"


def _level(inputs: Inputs, parameters: Parameters) -> str:
    """The worse of lenders and inquiries; undetermined where one of them is not known."""
    lenders = _grade(
        inputs.lender_count, parameters.medium_lender_count, parameters.high_lender_count
    )
    inquiries = _grade(
        inputs.recent_inquiry_count,
        parameters.medium_inquiry_count,
        parameters.high_inquiry_count,
    )
    return max(lenders, inquiries, key=LEVELS.index)


def _grade(count: int | None, medium: int, high: int) -> str:
    if count is None:
        return "undetermined"
    if count >= high:
        return "high"
    return "medium" if count >= medium else "low" if count > 0 else "none"


def _codes(
    inputs: Inputs, parameters: Parameters, existing: int | None, burden: str
) -> Iterator[str]:
    """Why, in the order in which a reader asks."""
    kinds = {rule.kind for rule in parameters.kinds}
    request = (inputs.requested_fen, inputs.requested_monthly_payment_fen)
    found = {
        "income_unknown": inputs.monthly_income_fen is None,
        "income_not_positive": inputs.monthly_income_fen == 0,
        "debts_unknown": inputs.debts is None,
        "debt_incomplete": inputs.debts is not None and existing is None,
        "debt_kind_unknown": any(debt.kind not in kinds for debt in inputs.debts or ()),
        "request_unknown": None in request,
        "risk_class_unknown": inputs.is_high_risk is None,
        "dsr_above_cap": burden == "above_cap" and inputs.monthly_income_fen != 0,
        "lenders_unknown": inputs.lender_count is None,
        "inquiries_unknown": inputs.recent_inquiry_count is None,
        "lenders_high": (inputs.lender_count or 0) >= parameters.high_lender_count,
        "inquiries_high": (inputs.recent_inquiry_count or 0) >= parameters.high_inquiry_count,
    }
    return (code for code, holds in found.items() if holds)
