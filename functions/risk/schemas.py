"""Responses of risk's API: decisions as far as the reader may see, models, indicators."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from puhui.contracts.common import Code, Contract, Fen, Identifier, Ppm, RateBps, Sha256, ShortText
from puhui.contracts.risk import VERDICT_NAMES, Verdict
from puhui.identity import Principal
from puhui.strict_json import loads
from risk.domain.decision import Decision
from risk.domain.indicators.definition import Definition
from risk.domain.indicators.rules import RULES
from risk.policy import FULL_TREE_ROLES

NO_CUSTOMER_TEXT = "未达到本产品的综合评估要求"


class ReasonView(Contract):
    """A reason in the words meant for its reader."""

    code: Code
    text: ShortText


class DecisionView(Contract):
    """A decision: customers see the answer, staff the reasons, risk the whole tree."""

    decision_id: Identifier
    application_id: Identifier
    verdict: Verdict
    verdict_name: ShortText
    reasons: tuple[ReasonView, ...]
    limit_fen: Fen | None = None
    annual_rate_bps: RateBps | None = None
    grade: Code | None = None
    score: Annotated[int, Field(ge=0, le=1000)] | None = None
    pd_ppm: Ppm | None = None
    policy_version: Code | None = None
    record_sha256: Sha256 | None = None
    record: dict[str, Any] | None = None

    @classmethod
    def of(cls, decision: Decision, reader: Principal) -> DecisionView:
        """As much of the decision as the reader's roles show."""
        result = decision.result
        shown: dict[str, Any] = {}
        if not reader.is_customer:
            shown = {
                "grade": result.grade,
                "limit_fen": result.limit_fen,
                "annual_rate_bps": result.annual_rate_bps,
                "policy_version": result.policy_version,
                "record_sha256": result.record_sha256,
            }
        elif result.verdict == "approve":
            # What is only proposed to an approver is not yet promised to the customer.
            shown = {"limit_fen": result.limit_fen, "annual_rate_bps": result.annual_rate_bps}
        if reader.roles & set(FULL_TREE_ROLES):
            shown |= {
                "score": result.score,
                "pd_ppm": result.pd_ppm,
                "record": loads(decision.record),
            }
        return cls(
            decision_id=result.decision_id,
            application_id=result.application_id,
            verdict=result.verdict,
            verdict_name=VERDICT_NAMES[result.verdict],
            reasons=_reasons(decision, for_customer=reader.is_customer),
            **shown,
        )


class ModelView(Contract):
    """A served model with its published card."""

    id: Code
    catalogue_id: Code
    name_zh: ShortText
    name_en: ShortText
    version: Code
    sha256: Sha256
    card: dict[str, Any]

    @classmethod
    def of(cls, card: dict[str, Any]) -> ModelView:
        """The card's head beside the whole card."""
        head = {key: card[key] for key in cls.model_fields if key != "card"}
        return cls(**head, card=card)


class ModelList(Contract):
    """The models that are served."""

    items: tuple[ModelView, ...]


class IndicatorView(Contract):
    """An indicator's definition and who uses it."""

    id: str
    version: Code
    name_zh: ShortText
    name_en: str
    unit: Code
    decimals: int
    source: str
    fields: tuple[str, ...]
    rule: str
    window: Code
    agg: Code
    missing_policy: Code
    history_months: int
    sensitivity: int
    models: tuple[Code, ...]

    @classmethod
    def of(cls, definition: Definition, models: tuple[str, ...]) -> IndicatorView:
        """The definition as data."""
        return cls(
            id=definition.id,
            version=definition.version,
            name_zh=definition.name_zh,
            name_en=definition.name_en,
            unit=definition.unit.value,
            decimals=definition.decimals,
            source=definition.source,
            fields=definition.fields,
            rule=RULES[definition.calculation.agg].meaning,
            window=definition.window.value,
            agg=definition.agg,
            missing_policy=definition.missing_policy,
            history_months=definition.history_months,
            sensitivity=definition.sensitivity,
            models=models,
        )


class IndicatorList(Contract):
    """The indicator library."""

    count: int
    library_sha256: Sha256
    items: tuple[IndicatorView, ...]


def _reasons(decision: Decision, *, for_customer: bool) -> tuple[ReasonView, ...]:
    """Customers get each of their sentences once; several rules may share one."""
    if not for_customer:
        return tuple(ReasonView(code=r.code, text=r.text) for r in decision.result.reasons)
    told: dict[str, str] = {}
    for reason in decision.result.reasons:
        told.setdefault(reason.customer_text or NO_CUSTOMER_TEXT, reason.code)
    return tuple(ReasonView(code=code, text=text) for text, code in told.items())
