"""The question the factory asks risk, and the decision it answers with."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from puhui.contracts.common import (
    BankCode,
    Code,
    Contract,
    Fen,
    Identifier,
    IndustrySection,
    Months,
    PositiveFen,
    Ppm,
    RateBps,
    Reason,
    RegionCode,
    Sha256,
)
from puhui.contracts.facts import FactReference
from puhui.contracts.party import CustomerKind
from puhui.events import Event

Verdict = Literal["approve", "refer", "decline"]
VERDICT_NAMES: dict[str, str] = {"approve": "通过", "refer": "转人工", "decline": "拒绝"}


class DecisionRequest(Contract):
    """Everything a decision may depend on besides the facts themselves."""

    application_id: Identifier
    correlation_id: Identifier
    bank_id: BankCode
    branch_id: Identifier
    customer_id: Identifier
    customer_kind: CustomerKind
    as_of: date
    product_code: Code
    min_amount_fen: PositiveFen
    max_amount_fen: PositiveFen
    min_rate_bps: RateBps
    max_rate_bps: RateBps
    amount_fen: PositiveFen
    term_months: Months
    region_code: RegionCode
    industry_section: IndustrySection
    established_on: date | None = None
    facts: tuple[FactReference, ...]


class DecisionResult(Contract):
    """A verdict with its reasons. Limit and rate are set for approve and proposed for refer."""

    decision_id: Identifier
    application_id: Identifier
    verdict: Verdict
    reasons: tuple[Reason, ...]
    limit_fen: Fen
    annual_rate_bps: RateBps
    score: Annotated[int, Field(ge=0, le=1000)] | None = None
    pd_ppm: Ppm | None = None
    grade: Code | None = None
    policy_version: Code
    record_sha256: Sha256


class DecisionMade(Event):
    """A decision was stored with its whole evaluation tree."""

    name: ClassVar[str] = "DecisionMade"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.risk"

    decision_id: Identifier
    application_id: Identifier
    verdict: Verdict
    policy_version: Code
    reason_codes: tuple[Code, ...]
