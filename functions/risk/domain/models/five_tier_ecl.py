"""M27 五级分类与减值模型: the tier of every loan of a debtor, its stage, and its expected loss.

The answer is the proposal of the first of the three steps 初分, 认定, 审批; people do the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from risk.domain.models.answer import ModelReason, require
from risk.domain.models.expected_loss import expected_loss_fen, exposure_fen, has_risen, stage_of
from risk.domain.models.five_tier_facts import (
    PPM,
    TIERS,
    Inputs,
    Loan,
    Parameters,
    Stage,
    Tier,
    is_non_performing,
    worse,
)
from risk.domain.models.five_tiers import Ground, grounds_of, loss_grounds, tier_of

__all__ = ["Answer", "Inputs", "Loan", "LoanAnswer", "Parameters", "answer"]

BUCKETS: Final = (
    (0, "0"),
    (30, "1-30"),
    (60, "31-60"),
    (90, "61-90"),
    (180, "91-180"),
    (270, "181-270"),
    (360, "271-360"),
)
"""The last day of each bucket of return 1104 S71; what is later is `361+`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanAnswer:
    """One loan: tier, stage, what is owed at default, and what is expected to be lost."""

    loan_id: str
    tier: Tier
    stage: Stage
    exposure_fen: int
    expected_loss_fen: int
    overdue_bucket: str
    reasons: tuple[ModelReason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The debtor's worst tier and stage, the sum of the losses, and every loan by its id."""

    tier: Tier
    stage: Stage
    expected_loss_fen: int
    loans: tuple[LoanAnswer, ...]
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """Classify all loans of a debtor together, then measure each loss by its stage."""
    _check(inputs)
    grounds = grounds_of(inputs, parameters)
    loans = tuple(
        _loan_answer(one, grounds[one.loan_id], parameters)
        for one in sorted(inputs.loans, key=lambda one: one.loan_id)
    )
    told = dict.fromkeys(chain.from_iterable(one.reasons for one in loans))
    return Answer(
        tier=max((one.tier for one in loans), key=TIERS.index),
        stage=max(one.stage for one in loans),
        expected_loss_fen=sum(one.expected_loss_fen for one in loans),
        loans=loans,
        reasons=tuple(told),
    )


def _loan_answer(loan: Loan, grounds: Sequence[Ground], parameters: Parameters) -> LoanAnswer:
    """An impaired loan may become worse by how much of it is expected to be lost."""
    tier = tier_of(grounds)
    told = [reason for _, reason in grounds]
    others = any(demanded != "normal" and one.code != "OVERDUE" for demanded, one in grounds)
    stage = stage_of(loan, tier, others, parameters)
    loss = expected_loss_fen(loan, stage, parameters)
    if is_non_performing(tier):
        share = min(loss, loan.balance_fen) * PPM // max(loan.balance_fen, 1)
        for demanded, reason in loss_grounds(share, parameters):
            tier = worse(tier, demanded)
            told.append(reason)
    if stage == 2 and has_risen(loan, parameters):
        told.append(ModelReason("RISK_HAS_RISEN", "信用风险自发放以来显著增加"))
    return LoanAnswer(
        loan_id=loan.loan_id,
        tier=tier,
        stage=stage,
        exposure_fen=exposure_fen(loan, parameters),
        expected_loss_fen=loss,
        overdue_bucket=_bucket(loan.overdue_days),
        reasons=(*told, *_unknown(loan)) or (ModelReason("PERFORMS", "按约履行，无不利因素"),),
    )


def _unknown(loan: Loan) -> list[ModelReason]:
    """What the expected loss counts at its worst because nobody knows it."""
    asked = (
        ("DEFAULT_12M", "未来12个月违约概率", loan.default_12m_ppm),
        ("DEFAULT_LIFE", "存续期违约概率", loan.default_life_ppm),
        ("LOSS_GIVEN_DEFAULT", "违约损失率", loan.loss_given_default_ppm),
    )
    return [
        ModelReason(f"{code}_UNKNOWN", f"{name}未知，按100%计")
        for code, name, value in asked
        if value is None
    ]


def _bucket(days: int) -> str:
    return next((name for last, name in BUCKETS if days <= last), "361+")


def _check(inputs: Inputs) -> None:
    require(bool(inputs.loans), "loans", "must not be empty")
    ids = {one.loan_id for one in inputs.loans}
    require(len(ids) == len(inputs.loans), "loans", "must have different ids")
    for one in inputs.loans:
        for field in ("balance_fen", "undrawn_fen", "overdue_days"):
            require(getattr(one, field) >= 0, field, "must not be negative")
        for field in ("default_12m_ppm", "default_life_ppm", "loss_given_default_ppm"):
            value = getattr(one, field)
            require(value is None or 0 <= value <= PPM, field, "must be 0 to 1000000")
        shares = one.default_12m_ppm, one.default_life_ppm
        ordered = None in shares or (shares[0] or 0) <= (shares[1] or 0)
        require(ordered, "default_life_ppm", "must not be below that of twelve months")
        require((one.rate_bps or 0) >= 0, "rate_bps", "must not be negative")
        require((one.remaining_days or 0) >= 0, "remaining_days", "must not be negative")
