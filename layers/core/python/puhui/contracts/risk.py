"""The question the factory asks risk, and the decision it answers with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from puhui.contracts.borrower import BorrowerLabels
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
from puhui.contracts.extdata import SealedText
from puhui.contracts.facts import FactReference
from puhui.contracts.party import CustomerKind
from puhui.events import Event

Verdict = Literal["approve", "refer", "decline"]
VERDICT_NAMES: dict[str, str] = {"approve": "通过", "refer": "转人工", "decline": "拒绝"}


def _is_absent(value: Any) -> bool:
    """What came later stays out of requests that do not have it, so old ones hash the same."""
    return value is None


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
    party_sealed: Annotated[SealedText | None, Field(exclude_if=_is_absent)] = None
    """Who asks, for the name lists; opens with {bank_id, application_id}. Never in a record."""
    subject_index: Annotated[
        str | None, Field(exclude_if=_is_absent, pattern=r"^[0-9a-f]{32}$")
    ] = None
    """A blind fingerprint of who asks: two sealings of one subject are the same question."""


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
    borrower: BorrowerLabels = BorrowerLabels()
    """From the labels of the record; a decision that was kept before says nothing."""


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


ReviewOutcome = Literal["upheld", "changed"]
REVIEW_OUTCOME_NAMES: dict[str, str] = {"upheld": "维持原决定", "changed": "改变原决定"}


class DecisionReviewed(Event):
    """A person reviewed an automated decision at the customer's request (PIPL art. 24)."""

    name: ClassVar[str] = "DecisionReviewed"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.risk"

    review_id: Identifier
    decision_id: Identifier
    application_id: Identifier
    outcome: ReviewOutcome


class ModelRefused(Event):
    """A decision was made without a model whose files are not those on its card."""

    name: ClassVar[str] = "ModelRefused"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.risk"

    model_id: Identifier
    model_version: Code | None
    """None where the card cannot be read."""
    why: Annotated[str, Field(min_length=1, max_length=300)]
    decision_id: Identifier


class ModelQuestion(Contract):
    """What another module asks one of risk's 28 models; the model's card lists its inputs."""

    bank_id: BankCode
    model: Code
    inputs: dict[str, Any]


class ModelAnswer(Contract):
    """What the model answers, and which version of it answered."""

    model: Code
    catalogue_id: Code
    version: Code
    sha256: Sha256
    answer: dict[str, Any]


IndicatorName = Annotated[str, Field(max_length=64, pattern=r"^[a-z]+\.[a-z]+\.[a-z0-9_.]+$")]
"""`subject.domain.measure.filter.window.aggregate`, as the indicator catalogue names it."""
IndicatorState = Literal["ok", "missing", "vendor_error", "not_consented", "stale", "undefined"]
MAX_INDICATORS_ASKED = 400


class IndicatorQuestion(Contract):
    """Call to `compute-indicators`: named indicators from these documents, as of a day."""

    bank_id: BankCode
    correlation_id: Identifier
    as_of: date
    facts: tuple[FactReference, ...]
    names: Annotated[
        tuple[IndicatorName, ...], Field(min_length=1, max_length=MAX_INDICATORS_ASKED)
    ]


class IndicatorReading(Contract):
    """One indicator: a state, and an exact decimal where the state is ok."""

    name: IndicatorName
    state: IndicatorState
    value: Decimal | None = None


class IndicatorAnswer(Contract):
    """The indicators in the order in which they were asked, and the library that computed them."""

    as_of: date
    library_sha256: Sha256
    readings: tuple[IndicatorReading, ...]


LoanResult = Literal["good", "bad"]
LOAN_RESULT_NAMES: dict[str, str] = {"good": "正常", "bad": "违约"}


class RecordLoanOutcome(Contract):
    """Call to `record_outcome`: what became of a loan, by the bank's own definition of bad."""

    bank_id: BankCode
    correlation_id: Identifier
    application_id: Identifier
    result: LoanResult
    known_on: date


class DriftAlarm(Contract):
    """One figure of a model that left its band."""

    name: Code
    """`pd_ppm` for the score, else the indicator's id."""
    psi_ppm: Annotated[int, Field(strict=True, ge=0)]
    level: Literal["yellow", "red"]


class ModelDriftDetected(Event):
    """A model's score or inputs moved away from the population that it was built on."""

    name: ClassVar[str] = "ModelDriftDetected"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.risk"

    model_id: Identifier
    model_version: Code
    measured_on: date
    level: Literal["yellow", "red"]
    report_sha256: Sha256
    alarms: tuple[DriftAlarm, ...]
