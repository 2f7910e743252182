"""What the workflow sends to the factory's own steps, and what they answer."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from factory.domain.offer import DEFAULT_READING_SECONDS
from puhui.contracts.common import (
    BankCode,
    Code,
    Contract,
    Fen,
    Identifier,
    IndustrySection,
    Months,
    PositiveFen,
    RateBps,
    Reason,
    RegionCode,
    Sha256,
    ShortText,
)
from puhui.contracts.disclosure import ReadingSeconds
from puhui.contracts.factory import Outcome
from puhui.contracts.facts import FactReference
from puhui.contracts.operations import LoanProduct
from puhui.contracts.party import CustomerKind
from puhui.contracts.servicing import Quote


class StepPayload(Contract):
    """Every step names its application and bank; logs follow the correlation id."""

    application_id: Identifier
    bank_id: BankCode
    correlation_id: Identifier


class CollectDataPayload(StepPayload):
    """Which fact documents the product needs."""

    required_facts: tuple[str, ...]


class MakeOfferPayload(StepPayload):
    """The quote to put to the customer."""

    decision_id: Identifier
    attempt: Annotated[int, Field(ge=1)]
    quote: Quote
    reading_seconds: ReadingSeconds = DEFAULT_READING_SECONDS
    valid_seconds: Annotated[int, Field(gt=0)]
    task_token: Annotated[str, Field(min_length=1, max_length=2_048)]


class OccupyLimitPayload(StepPayload):
    """A claim on the customer's limit under the accepted terms."""

    customer_id: Identifier
    disbursement_id: Identifier
    amount_fen: PositiveFen
    limit_fen: Fen
    terms_sha256: Sha256
    contract_id: Identifier


class ReleaseLimitPayload(StepPayload):
    """What to give back."""

    customer_id: Identifier
    disbursement_id: Identifier


class PaymentPayload(StepPayload):
    """The disbursement to pay; the payee is inside the sealed party."""

    disbursement_id: Identifier
    amount_fen: PositiveFen
    purpose: ShortText
    party_sealed: Annotated[str, Field(max_length=8_192)]


class CloseApplicationPayload(StepPayload):
    """The named outcome."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    amount_fen: Fen
    annual_rate_bps: RateBps
    loan_id: Identifier | None


class CheckedApplication(Contract):
    """What later steps need of the application; personal data only sealed."""

    branch_id: Identifier
    customer_id: Identifier
    customer_kind: CustomerKind
    maker_id: Identifier | None
    amount_fen: PositiveFen
    term_months: Months
    repayment_method: Code
    product_code: Code
    purpose: ShortText
    region_code: RegionCode
    industry_section: IndustrySection
    established_on: date | None
    party_sealed: str
    consent_ids: tuple[Identifier, ...]


class IntakeCheckedView(Contract):
    """Answer of "Check intake"."""

    accepted: bool
    reasons: tuple[Reason, ...]
    business_date: date
    bank_name: ShortText | None
    attempt: int
    disbursement_id: Identifier
    resume_at: Literal["start", "payment"]
    quote: Quote | None
    terms_sha256: Sha256 | None
    contract_id: Identifier | None
    application: CheckedApplication
    product: LoanProduct | None


class DataCollectedView(Contract):
    """Answer of "Collect data"."""

    facts: tuple[FactReference, ...]


class PaymentView(Contract):
    """Answer of "Pay out" and "Query payment"."""

    state: Literal["sent", "unknown", "confirmed", "rejected"]
    bank_reference: str | None


class LimitOccupiedView(Contract):
    """Answer of "Occupy limit": the accounting day on which the money leaves."""

    business_date: date


class DoneView(Contract):
    """Answer of a step that has only its effect to report."""

    done: bool
