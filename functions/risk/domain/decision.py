"""A decision: the answer, and the record that lets anyone compute it again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from puhui.contracts.risk import DecisionMade, DecisionRequest, DecisionResult
from puhui.tenancy import BankId, bank_id
from risk.domain.canonical import canonical_json, sha256_of
from risk.domain.record import Found, Given, Manifest, record_of

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


def decision_id_of(request: DecisionRequest) -> str:
    """The same question has the same id, so that asking twice cannot give two answers.

    The correlation id says who asks for whom, not what is asked; a seal differs every time, what
    is in it is told by the blind fingerprint beside it.
    """
    asked = request.model_dump(mode="json", exclude={"correlation_id", "party_sealed"})
    return "dec-" + sha256_of(asked)[:ID_CHARACTERS]


def make_decision(
    request: DecisionRequest, given: Given, found: Found, manifest: Manifest
) -> Decision:
    """Write the record, hash it, and answer with what follows from it."""
    evaluation, decision_id = found.evaluation, decision_id_of(request)
    body = canonical_json(record_of(decision_id, request, given, found, manifest))
    return Decision(
        bank_id=bank_id(request.bank_id),
        branch_id=request.branch_id,
        customer_id=request.customer_id,
        decided_at=given.decided_at,
        result=DecisionResult(
            decision_id=decision_id,
            application_id=request.application_id,
            verdict=evaluation.verdict,
            reasons=evaluation.reasons,
            limit_fen=evaluation.limit_fen,
            annual_rate_bps=evaluation.rate_bps,
            score=None if evaluation.score is None else evaluation.score.points,
            pd_ppm=None if evaluation.score is None else evaluation.score.pd_ppm,
            grade=evaluation.grade,
            policy_version=manifest.policies[0].version,
            record_sha256=hashlib.sha256(body).hexdigest(),
        ),
        record=body,
    )
