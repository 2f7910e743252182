"""A decision's explanation as far as its reader may see it."""

from __future__ import annotations

from typing import Any, Final

from puhui.contracts.common import Code, Contract, Fen, Identifier, RateBps, Sha256, ShortText
from puhui.contracts.risk import Verdict
from puhui.identity import Principal
from risk.domain.explained_models import ExplainedModel
from risk.domain.explanation import HIGHEST_LEVEL, Explanation, UsedIndicator
from risk.policy import FULL_TREE_ROLES
from risk.schemas import DecisionView, ReasonView

CLEAR_LEVEL: Final = 3
"""Levels of JR/T 0197 up to which everybody who sees the tree sees the values in it."""
SEES_ALL: Final = frozenset({"risk_manager", "auditor", "admin"})
"""Who answers for the data itself sees levels 4 and 5 too; the others read `****`."""


def clear_level_of(reader: Principal) -> int:
    """Up to which level of sensitivity this reader sees values."""
    return HIGHEST_LEVEL if reader.roles & SEES_ALL else CLEAR_LEVEL


class IndicatorUsedView(Contract):
    """An indicator that the evaluation read."""

    name: str
    title: ShortText
    value: str
    state: Code
    unit: Code
    version: Code

    @classmethod
    def of(cls, used: UsedIndicator) -> IndicatorUsedView:
        """The same as data."""
        return cls(
            name=used.name,
            title=used.title,
            value=used.value,
            state=used.state,
            unit=used.unit,
            version=used.version,
        )


class ModelSaidView(Contract):
    """What one model said, whether the policy called it or not; `silent` says why nothing."""

    id: Code
    catalogue_id: Code
    title: ShortText
    figures: tuple[tuple[ShortText, str], ...]
    reasons: tuple[str, ...]
    silent: str | None

    @classmethod
    def of(cls, said: ExplainedModel) -> ModelSaidView:
        """The same as data."""
        return cls(
            id=said.id,
            catalogue_id=said.catalogue_id,
            title=said.name_zh,
            figures=said.figures,
            reasons=said.reasons,
            silent=said.silent,
        )


class EvaluationView(Contract):
    """How the decision was made: for those who answer for risk."""

    tree: Any
    score: dict[str, Any] | None
    limit: dict[str, Any] | None
    price: dict[str, Any] | None
    facts: tuple[dict[str, Any], ...]
    indicators: tuple[IndicatorUsedView, ...]
    models: tuple[ModelSaidView, ...]
    states: dict[str, int]
    labels: tuple[dict[str, Any], ...]
    given: dict[str, Any]
    manifest: dict[str, Any]
    record_sha256: Sha256

    @classmethod
    def of(cls, found: Explanation, record_sha256: str) -> EvaluationView:
        """The masked parts of the record with the names of what they name."""
        record = found.record
        return cls(
            tree=found.tree,
            score=None if found.score is None else dict(found.score),
            limit=record["limit"],
            price=record["price"],
            facts=tuple(found.facts),
            indicators=tuple(map(IndicatorUsedView.of, found.indicators)),
            models=tuple(map(ModelSaidView.of, found.models)),
            states=dict(found.states),
            labels=tuple(record["labels"]),
            given=record["given"],
            manifest=record["manifest"],
            record_sha256=record_sha256,
        )


class ExplanationView(Contract):
    """Why: customers read the reasons in their words, staff in ours, risk the whole evaluation."""

    decision_id: Identifier
    application_id: Identifier
    verdict: Verdict
    verdict_name: ShortText
    reasons: tuple[ReasonView, ...]
    limit_fen: Fen | None = None
    annual_rate_bps: RateBps | None = None
    evaluation: EvaluationView | None = None

    @classmethod
    def of(cls, decision: DecisionView, evaluation: EvaluationView | None) -> ExplanationView:
        """What the reader sees of the decision, and of its evaluation."""
        return cls(
            decision_id=decision.decision_id,
            application_id=decision.application_id,
            verdict=decision.verdict,
            verdict_name=decision.verdict_name,
            reasons=decision.reasons,
            limit_fen=decision.limit_fen,
            annual_rate_bps=decision.annual_rate_bps,
            evaluation=evaluation,
        )


def sees_evaluation(reader: Principal) -> bool:
    """Whether the reader's roles show how a decision was made."""
    return bool(reader.roles & set(FULL_TREE_ROLES))
