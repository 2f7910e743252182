"""M26 续贷评估模型: renew without repaying principal (无还本续贷), reduce, or repay at maturity.

The rule is 金规〔2024〕13号: who may renew what (clauses 1 and 7), who asks in time out of a real
need and a temporary shortage (clause 2), and under which five conditions a renewed loan may stay
正常 (clause 3). A bank that follows it is free to ask more: here all five conditions, a bounded
probability of default and a need that carries the amount. A condition that is not known is not met.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from risk.domain.models.answer import ModelReason, require

Decision = Literal["renew", "reduce", "repay"]
Size = Literal["micro", "small", "medium", "large", "sole_proprietor", "owner", "farmer"]
Purpose = Literal["working_capital", "business", "fixed_asset", "consumption"]
Tier = Literal["normal", "attention", "substandard", "doubtful", "loss"]
PPM: Final = 1_000_000
FIRMS: Final = frozenset({"micro", "small", "medium"})
PERSONS: Final = frozenset({"sole_proprietor", "owner", "farmer"})
CONDITIONS: Final = (
    ("LAWFUL_OPERATION", "依法合规经营"),
    ("CONTINUING_OPERATION", "生产经营正常，具有持续经营能力"),
    ("GOOD_CREDIT", "信用状况良好，还款意愿强"),
    ("FUNDS_AS_AGREED", "没有挪用贷款资金"),
    ("NO_ARREARS", "没有欠贷欠息"),
    ("NO_EVASION", "没有逃废债等不良行为"),
    ("LENDING_STANDARD", "符合发放贷款标准"),
)
"""Clause 3, each part for itself; the bank's own further conditions are the parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The loan, who owes it, and what is known of the conditions; None is not known."""

    as_of: date
    maturity_on: date
    balance_fen: int
    purpose: Purpose
    tier: Tier
    """Of the loan now."""
    applied: bool
    """The borrower has asked for it himself."""
    size: Size | None = None
    real_need: bool | None = None
    temporary_shortage: bool | None = None
    lawful_operation: bool | None = None
    continuing_operation: bool | None = None
    good_credit: bool | None = None
    misused_funds: bool | None = None
    """What model M23 answers."""
    arrears_fen: int | None = None
    """Principal or interest due and not paid, now."""
    evades_debt: bool | None = None
    meets_lending_standard: bool | None = None
    need_fen: int | None = None
    """The working capital that the business needs from this loan (model M16)."""
    default_ppm: int | None = None
    """The probability of default by model M22."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The bank's own bounds, and how long medium firms are in scope."""

    medium_until: date
    """The last maturity of a medium firm's loan that may be renewed."""
    reduce_from_ppm: int
    repay_from_ppm: int
    reduced_share_ppm: int
    """The share of the balance that is renewed when it is reduced for risk."""
    step_fen: int
    min_renewed_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition of clause 3 and whether it is met; None: nobody knows."""

    code: str
    met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The decision with its amounts, which together are the balance."""

    decision: Decision
    renewed_fen: int
    repay_fen: int
    tier_may_stay_normal: bool
    """Clause 3: was 正常 and keeps all conditions; else the tier follows the ability to pay."""
    conditions: tuple[Condition, ...]
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """Out of scope or a condition not met: repay; else as much as risk and need allow."""
    require(inputs.balance_fen > 0, "balance_fen", "must be positive")
    require(parameters.step_fen > 0, "step_fen", "must be positive")
    conditions = _conditions(inputs)
    against = [*_out_of_scope(inputs, parameters), *_not_met(conditions)]
    against += _too_risky(inputs, parameters)
    renewed, lessened = _amount(inputs, parameters)
    if not against and renewed < parameters.min_renewed_fen:
        against = [*lessened, ModelReason("TOO_LITTLE", "可续金额低于最低续贷金额")]
    if against:
        return _answer("repay", 0, inputs, conditions, against)
    if renewed < inputs.balance_fen:
        return _answer("reduce", renewed, inputs, conditions, lessened)
    fine = [ModelReason("RENEWABLE", "符合无还本续贷条件")]
    return _answer("renew", renewed, inputs, conditions, fine)


def _answer(
    decision: Decision,
    renewed_fen: int,
    inputs: Inputs,
    conditions: tuple[Condition, ...],
    reasons: list[ModelReason],
) -> Answer:
    all_met = all(one.met is True for one in conditions)
    return Answer(
        decision=decision,
        renewed_fen=renewed_fen,
        repay_fen=inputs.balance_fen - renewed_fen,
        tier_may_stay_normal=decision != "repay" and inputs.tier == "normal" and all_met,
        conditions=conditions,
        reasons=tuple(reasons),
    )


def _conditions(inputs: Inputs) -> tuple[Condition, ...]:
    arrears = inputs.arrears_fen
    met = (
        inputs.lawful_operation,
        inputs.continuing_operation,
        inputs.good_credit,
        _not(inputs.misused_funds),
        None if arrears is None else arrears <= 0,
        _not(inputs.evades_debt),
        inputs.meets_lending_standard,
    )
    return tuple(
        Condition(code=code, met=one) for (code, _), one in zip(CONDITIONS, met, strict=True)
    )


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _not_met(conditions: tuple[Condition, ...]) -> list[ModelReason]:
    told = []
    for one, (code, name) in zip(conditions, CONDITIONS, strict=True):
        if one.met is None:
            told.append(ModelReason(f"{code}_UNKNOWN", f"未核实：{name}"))
        elif not one.met:
            told.append(ModelReason(f"{code}_NOT_MET", f"不符合：{name}"))
    return told


def _out_of_scope(inputs: Inputs, parameters: Parameters) -> list[ModelReason]:
    """Clauses 1, 2 and 7: which loan of whom, asked for before maturity, needed, and short."""
    told = list(_wrong_borrower(inputs, parameters))
    if not inputs.applied:
        told.append(ModelReason("NOT_APPLIED", "借款人未主动申请续贷"))
    if inputs.as_of > inputs.maturity_on:
        told.append(ModelReason("AFTER_MATURITY", "贷款已到期，续贷应在到期前办理"))
    asked = (
        ("REAL_NEED", "仍有真实融资需求", inputs.real_need),
        ("TEMPORARY_SHORTAGE", "临时存在资金困难", inputs.temporary_shortage),
    )
    for code, name, value in asked:
        if value is None:
            told.append(ModelReason(f"{code}_UNKNOWN", f"未核实：{name}"))
        elif not value:
            told.append(ModelReason(f"{code}_NOT_MET", f"不符合：{name}"))
    if inputs.tier not in ("normal", "attention"):
        told.append(ModelReason("NON_PERFORMING", "原贷款已为不良，不适用续贷"))
    return told


def _wrong_borrower(inputs: Inputs, parameters: Parameters) -> list[ModelReason]:
    """Working capital of small and micro firms, business loans of owners and farmers."""
    size, purpose = inputs.size, inputs.purpose
    if size is None:
        return [ModelReason("SIZE_UNKNOWN", "企业规模未知，不能适用续贷政策")]
    if size == "medium" and inputs.maturity_on > parameters.medium_until:
        until = parameters.medium_until.isoformat()
        return [ModelReason("MEDIUM_FIRM_EXPIRED", f"中型企业贷款须于{until}前到期")]
    fits = (size in FIRMS and purpose == "working_capital") or (
        size in PERSONS and purpose in ("working_capital", "business")
    )
    return [] if fits else [ModelReason("OUT_OF_SCOPE", "借款人规模或贷款用途不在续贷范围")]


def _too_risky(inputs: Inputs, parameters: Parameters) -> list[ModelReason]:
    if inputs.default_ppm is None:
        return [ModelReason("DEFAULT_UNKNOWN", "贷后行为评分未知，不予续贷")]
    if inputs.default_ppm >= parameters.repay_from_ppm:
        return [ModelReason("DEFAULT_HIGH", f"违约概率{inputs.default_ppm}ppm过高，到期收回")]
    if inputs.need_fen is None:
        return [ModelReason("NEED_UNKNOWN", "流动资金需求未测算，不予续贷")]
    return []


def _amount(inputs: Inputs, parameters: Parameters) -> tuple[int, list[ModelReason]]:
    """What may be renewed, rounded down to a whole step when it is less than the balance."""
    balance, told = inputs.balance_fen, []
    most = balance
    share = balance * parameters.reduced_share_ppm // PPM
    if (inputs.default_ppm or 0) >= parameters.reduce_from_ppm:
        most = min(most, share)
        told.append(ModelReason("DEFAULT_MIDDLING", "违约概率偏高，压降续贷金额"))
    if inputs.tier == "attention":
        most = min(most, share)
        told.append(ModelReason("TIER_ATTENTION", "原贷款为关注类，压降续贷金额"))
    if (inputs.need_fen or 0) < balance:
        most = min(most, max(inputs.need_fen or 0, 0))
        told.append(ModelReason("NEED_BELOW_BALANCE", "流动资金需求低于贷款余额，按需求续贷"))
    return (most if most == balance else most - most % parameters.step_fen), told
