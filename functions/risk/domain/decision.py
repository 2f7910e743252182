"""A decision: the answer, and the record that lets anyone compute it again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from puhui.clock import utc_from_text
from puhui.contracts.risk import DecisionMade, DecisionRequest, DecisionResult, ModelRefused
from puhui.strict_json import loads
from puhui.tenancy import BankId, bank_id
from risk.domain.canonical import canonical_json, sha256_of
from risk.domain.errors import RecordBroken, RecordOfAnotherKind
from risk.domain.labels.firm_size import SIZE_CODES
from risk.domain.record import RECORD_SCHEMA, Found, Given, Manifest, record_of

ID_CHARACTERS = 32
SIZES: Final[Mapping[str | None, int]] = {
    code: size.value for size, code in SIZE_CODES.items() if code is not None
}
"""企业划型 as loans carry it, by the value of the label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided, for whom, when, and the canonical bytes of how."""

    bank_id: BankId
    branch_id: str
    customer_id: str
    decided_at: datetime
    result: DecisionResult
    record: bytes
    models_refused: tuple[ModelRefused, ...] = field(default=(), compare=False)
    """As the record has them; a decision that is read back from its row told of them before."""

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
    record = record_of(decision_id_of(request), request, given, found, manifest)
    return _told_by(record, canonical_json(record))


def read_decision(decision_id: str, body: bytes) -> Decision:
    """The decision that a kept record tells, if it answers the question with this id.

    Nothing of the answer is anywhere else: who finds a record that somebody else made of the same
    question gives the same answer.
    """
    record = loads(body)
    if not isinstance(record, dict) or record.get("schema") != RECORD_SCHEMA:
        raise RecordOfAnotherKind(f"the record of {decision_id} is of another schema")
    if decision_id_of(DecisionRequest.model_validate(record["request"])) != decision_id:
        raise RecordBroken(f"the record of {decision_id} answers another question")
    return _told_by(record, body)


def _told_by(record: Mapping[str, Any], body: bytes) -> Decision:
    request, score = record["request"], record["score"]
    result = {
        "decision_id": record["decision_id"],
        "application_id": request["application_id"],
        "verdict": record["verdict"],
        "reasons": record["reasons"],
        "limit_fen": record["limit_fen"],
        "annual_rate_bps": record["annual_rate_bps"],
        "score": None if score is None else score["points"],
        "pd_ppm": None if score is None else score["pd_ppm"],
        "grade": record["grade"],
        "policy_version": record["manifest"]["policies"][0]["version"],
        "record_sha256": hashlib.sha256(body).hexdigest(),
        "borrower": _borrower(record["labels"]),
    }
    return Decision(
        bank_id=bank_id(request["bank_id"]),
        branch_id=request["branch_id"],
        customer_id=request["customer_id"],
        decided_at=utc_from_text(record["given"]["decided_at"]),
        result=DecisionResult.model_validate(result),
        record=body,
        models_refused=tuple(
            ModelRefused(
                model_id=one["id"],
                model_version=one["version"],
                why=one["why"],
                decision_id=record["decision_id"],
            )
            for one in record["given"]["models_refused"]
        ),
    )


def _borrower(labels: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the loan's own labels need; a label without evidence says nothing."""
    told = {one["label"]: one["value"] for one in labels}
    first = told.get("first_loan_anywhere")
    return {
        "firm_size": SIZES.get(told.get("firm_size")),
        "has_loan_records": None if first is None else not first,
    }
