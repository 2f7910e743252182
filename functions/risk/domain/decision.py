"""A decision: the answer, and the record that lets anyone compute it again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from puhui.clock import utc_text
from puhui.contracts.risk import DecisionMade, DecisionRequest, DecisionResult
from puhui.tenancy import BankId, bank_id
from risk.domain.canonical import canonical_json, sha256_of
from risk.domain.evaluation import Evaluation, Parameters
from risk.domain.facts import Fact
from risk.domain.indicators.library import LIBRARY_SHA256
from risk.domain.indicators.values import IndicatorValue, Values
from risk.domain.policy import Comparison, Policy, RuleOutcome, comparisons
from risk.domain.scorecard import ModelCard

RECORD_SCHEMA = "decision-record/1"
ID_CHARACTERS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided, for whom, when, and the canonical bytes of how."""

    bank_id: BankId
    branch_id: str
    customer_id: str
    decided_at: datetime
    result: DecisionResult
    record: bytes

    @property
    def event(self) -> DecisionMade:
        """What the other platforms learn."""
        return DecisionMade(
            decision_id=self.result.decision_id,
            application_id=self.result.application_id,
            verdict=self.result.verdict,
            policy_version=self.result.policy_version,
            reason_codes=tuple(reason.code for reason in self.result.reasons),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything a decision depends on, pinned by hash or version."""

    policy: Policy
    card: ModelCard
    parameters: Parameters
    code_version: str
    decided_at: datetime


def decision_id_of(request: DecisionRequest) -> str:
    """The same question has the same id, so that asking twice cannot give two answers.

    The correlation id says who asks for whom, not what is asked; a seal differs every time, what
    is in it is told by the blind fingerprint beside it.
    """
    asked = request.model_dump(mode="json", exclude={"correlation_id", "party_sealed"})
    return "dec-" + sha256_of(asked)[:ID_CHARACTERS]


def make_decision(
    request: DecisionRequest,
    facts: Sequence[Fact],
    values: Values,
    evaluation: Evaluation,
    manifest: Manifest,
) -> Decision:
    """Write the record, hash it, and answer with what follows from it."""
    body = canonical_json(_record(request, facts, values, evaluation, manifest))
    return Decision(
        bank_id=bank_id(request.bank_id),
        branch_id=request.branch_id,
        customer_id=request.customer_id,
        decided_at=manifest.decided_at,
        result=DecisionResult(
            decision_id=decision_id_of(request),
            application_id=request.application_id,
            verdict=evaluation.verdict,
            reasons=evaluation.reasons,
            limit_fen=evaluation.limit_fen,
            annual_rate_bps=evaluation.rate_bps,
            score=evaluation.score.points,
            pd_ppm=evaluation.score.pd_ppm,
            grade=evaluation.grade,
            policy_version=manifest.policy.version,
            record_sha256=hashlib.sha256(body).hexdigest(),
        ),
        record=body,
    )


def _record(
    request: DecisionRequest,
    facts: Sequence[Fact],
    values: Values,
    evaluation: Evaluation,
    manifest: Manifest,
) -> dict[str, Any]:
    """All that was asked, seen and weighed; its hash is the decision's."""
    return {
        "schema": RECORD_SCHEMA,
        "decision_id": decision_id_of(request),
        "request": request.model_dump(mode="json", exclude={"facts", "party_sealed"}),
        "manifest": _manifest(manifest, facts),
        "indicators": {name: _value(value) for name, value in values.items()},
        "score": _score(evaluation),
        "limit": _limit(evaluation),
        "price": _price(evaluation),
        "tree": [_node(outcome, evaluation) for outcome in evaluation.outcomes],
        "verdict": evaluation.verdict,
        "reasons": [reason.model_dump(mode="json") for reason in evaluation.reasons],
        "limit_fen": evaluation.limit_fen,
        "annual_rate_bps": evaluation.rate_bps,
    }


def _manifest(manifest: Manifest, facts: Sequence[Fact]) -> dict[str, Any]:
    policy, card = manifest.policy, manifest.card
    return {
        "facts": [_fact(fact) for fact in facts],
        "indicator_library_sha256": LIBRARY_SHA256,
        "policy": {"id": policy.id, "version": policy.version, "sha256": policy.sha256},
        "model": {
            "id": card.id,
            "version": card.version,
            "sha256": card.sha256,
            "card_sha256": card.card_sha256,
        },
        "parameters_sha256": manifest.parameters.sha256,
        "code_version": manifest.code_version,
        "decided_at": utc_text(manifest.decided_at),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    columns = fact.columns
    found: dict[str, Any] = {
        "product": fact.product,
        "state": fact.state.value,
        "reason": fact.reason,
        "document_id": fact.document_id,
        "sha256": fact.sha256,
        "size_bytes": fact.size_bytes,
    }
    if columns is not None:
        found |= {
            "period_from": columns.period_from.isoformat(),
            "period_to": columns.period_to.isoformat(),
            "row_count": columns.row_count,
        }
    return found


def _value(value: IndicatorValue) -> dict[str, Any]:
    if value.scaled is None:
        return {"state": value.state.value}
    return {"state": value.state.value, "value": value.scaled, "decimals": value.decimals}


def _score(evaluation: Evaluation) -> dict[str, Any]:
    found = evaluation.score
    return {
        "points": found.points,
        "pd_ppm": found.pd_ppm,
        "logit_e4": found.logit_e4,
        "grade": evaluation.grade,
        "contributions": [
            {"indicator": one.indicator, "points_e4": one.e4, "adverse_e4": one.adverse_e4}
            for one in found.contributions
        ],
    }


def _limit(evaluation: Evaluation) -> dict[str, Any]:
    limit = evaluation.limit
    return {
        "capacity_fen": limit.capacity_fen,
        "grade_cap_fen": limit.grade_cap_fen,
        "product_max_fen": limit.product_max_fen,
        "requested_fen": limit.requested_fen,
        "fen": limit.fen,
    }


def _price(evaluation: Evaluation) -> dict[str, Any]:
    price = evaluation.price
    return {
        "rate_bps": price.rate_bps,
        "profit_ppm": price.profit_ppm,
        "lost_ppm": price.lost_ppm,
    }


def _node(outcome: RuleOutcome, evaluation: Evaluation) -> dict[str, Any]:
    """One rule as it was evaluated, with each comparison's two sides."""
    rule = outcome.rule
    return {
        "code": rule.code,
        "stage": rule.stage,
        "effect": rule.effect,
        "fired": outcome.fired,
        "holds": outcome.holds,
        "comparisons": [_comparison(leaf, evaluation.inputs) for leaf in comparisons(rule.when)],
    }


def _comparison(leaf: Comparison, inputs: Mapping[str, Any]) -> dict[str, Any]:
    left, right = inputs[leaf.input], leaf.right(inputs)
    return {
        "input": leaf.input,
        "state": left.state.value,
        "value": None if left.value is None else f"{left.value:f}",
        "op": leaf.op,
        "threshold_input": leaf.threshold if isinstance(leaf.threshold, str) else None,
        "threshold": None if right.value is None else f"{right.value:f}",
    }
