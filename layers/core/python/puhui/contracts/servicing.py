"""Quotes, the two-phase ledger commands of a disbursement, and loans."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from puhui.contracts.borrower import BorrowerFacts
from puhui.contracts.common import (
    BankCode,
    Code,
    Contract,
    Fen,
    Identifier,
    Months,
    PositiveFen,
    RateBps,
    Sha256,
    ShortText,
)
from puhui.contracts.disclosure import CostDisclosure, DisclosureConfirmation, Fees
from puhui.contracts.monitoring import MonitoringBasis
from puhui.contracts.settlement import CN_DEFAULT, SettlementParameters
from puhui.events import Event

RepaymentMethod = Literal[
    "EQUAL_INSTALLMENT",
    "EQUAL_PRINCIPAL",
    "INTEREST_FIRST",
    "BULLET",
    "REVOLVING",
    "FLAT",
    "FIXED_PRINCIPAL_PERCENT",
]
REPAYMENT_METHOD_NAMES: dict[str, str] = {
    "EQUAL_INSTALLMENT": "等额本息",
    "EQUAL_PRINCIPAL": "等额本金",
    "INTEREST_FIRST": "先息后本",
    "BULLET": "一次性还本付息",
    "REVOLVING": "随借随还",
    "FLAT": "等本等息",
    "FIXED_PRINCIPAL_PERCENT": "按比例还本",
}


class QuoteRequest(Contract):
    """Call to `quote`: what would this loan cost, instalment by instalment."""

    bank_id: BankCode
    correlation_id: Identifier
    principal_fen: PositiveFen
    annual_rate_bps: RateBps
    term_months: Months
    method: RepaymentMethod
    disbursement_date: date
    lender: ShortText | None = None
    fees: Fees = ()
    settlement: SettlementParameters = CN_DEFAULT


class Instalment(Contract):
    """One line of a repayment plan (还款计划)."""

    n: Annotated[int, Field(ge=1)]
    from_date: date
    due_date: date
    days: Annotated[int, Field(ge=0)]
    principal_fen: Fen
    interest_fen: Fen
    total_fen: Fen
    balance_fen: Fen


class Quote(Contract):
    """A repayment plan with its all-in annual cost (综合融资成本, 金规〔2026〕2号)."""

    principal_fen: PositiveFen
    annual_rate_bps: RateBps
    term_months: Months
    method: RepaymentMethod
    disbursement_date: date
    total_interest_fen: Fen
    total_fen: Fen
    apr_pct: Decimal
    instalments: tuple[Instalment, ...]
    schedule_sha256: Sha256
    settlement: SettlementParameters = CN_DEFAULT
    disclosure: CostDisclosure | None = None
    """None in a quote that was kept before disclosures were issued: it cannot be accepted."""
    disclosure_sha256: Sha256 | None = None


class ReserveDisbursement(Contract):
    """Call to `reserve_disbursement`: pending transfer; refused without a confirmed disclosure."""

    bank_id: BankCode
    branch_id: Identifier
    correlation_id: Identifier
    application_id: Identifier
    disbursement_id: Identifier
    customer_id: Identifier
    amount_fen: PositiveFen
    terms_sha256: Sha256
    business_date: date
    disclosure: CostDisclosure | None = None
    confirmation: DisclosureConfirmation | None = None


class ResolveDisbursement(Contract):
    """Call to `post_disbursement` or `void_disbursement`: ends the pending transfer once."""

    bank_id: BankCode
    correlation_id: Identifier
    application_id: Identifier
    disbursement_id: Identifier
    business_date: date
    bank_reference: ShortText | None = None
    reason: ShortText | None = None


class LedgerTransferResult(Contract):
    """State of a disbursement's transfer after a call; repeating a call answers the same."""

    disbursement_id: Identifier
    transfer_id: Identifier
    state: Literal["pending", "posted", "voided"]
    amount_fen: PositiveFen


class ActivateLoan(Contract):
    """Call to `activate_loan`: book the loan, its schedule and its monitoring plan."""

    bank_id: BankCode
    branch_id: Identifier
    correlation_id: Identifier
    application_id: Identifier
    disbursement_id: Identifier
    customer_id: Identifier
    product_code: Code
    principal_fen: PositiveFen
    annual_rate_bps: RateBps
    term_months: Months
    method: RepaymentMethod
    disbursement_date: date
    schedule_sha256: Sha256
    contract_id: Identifier | None = None
    settlement: SettlementParameters = CN_DEFAULT
    disclosure: CostDisclosure | None = None
    """None only where the money was reserved before disclosures were issued."""
    monitoring: MonitoringBasis | None = None
    borrower: BorrowerFacts | None = None
    """Without it the labels of the loan are unknown."""


class LoanActivated(Contract):
    """Answer to `ActivateLoan`."""

    loan_id: Identifier
    first_due_date: date
    maturity_date: date
    disclosure_sha256: Sha256 | None = None


class LoanBooked(Event):
    """A loan is on the books and serviced from now on."""

    name: ClassVar[str] = "LoanBooked"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    loan_id: Identifier
    application_id: Identifier
    customer_id: Identifier
    principal_fen: PositiveFen
    annual_rate_bps: RateBps
    maturity_date: date


class DisbursementReserved(Event):
    """Money is promised for a loan; nothing has moved yet."""

    name: ClassVar[str] = "DisbursementReserved"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    transfer_id: Identifier
    disbursement_id: Identifier
    application_id: Identifier
    customer_id: Identifier
    amount_fen: PositiveFen
    business_date: date


class DisbursementPosted(Event):
    """The money of a loan has moved and is in the books."""

    name: ClassVar[str] = "DisbursementPosted"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    transfer_id: Identifier
    disbursement_id: Identifier
    application_id: Identifier
    customer_id: Identifier
    amount_fen: PositiveFen
    business_date: date
    bank_reference: ShortText | None = None


class DisbursementVoided(Event):
    """A promise of money was taken back; nothing has moved."""

    name: ClassVar[str] = "DisbursementVoided"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    transfer_id: Identifier
    disbursement_id: Identifier
    application_id: Identifier
    customer_id: Identifier
    amount_fen: PositiveFen
    business_date: date
    reason: ShortText | None = None


class LoanDayClosed(Event):
    """A business day of a loan is closed: interest, instalments and lateness are booked."""

    name: ClassVar[str] = "LoanDayClosed"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    loan_id: Identifier
    application_id: Identifier
    customer_id: Identifier
    business_date: date
    posting_id: Identifier | None = None
    status: Code
    principal_outstanding_fen: Fen
    overdue_fen: Fen
    days_overdue: Annotated[int, Field(ge=0)]


class LoanEventRecorded(Event):
    """Something happened to a loan (还款, 减免, 核销 …) and is in the books."""

    name: ClassVar[str] = "LoanEventRecorded"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    loan_id: Identifier
    application_id: Identifier
    customer_id: Identifier
    event_id: Identifier
    kind: Code
    value_date: date
    business_date: date
    amount_fen: Fen
    reverses: Identifier | None = None
    posting_id: Identifier | None = None
    status: Code
    principal_outstanding_fen: Fen
    overdue_fen: Fen
    days_overdue: Annotated[int, Field(ge=0)]


class BusinessDayClosed(Event):
    """A bank's business day is closed and the next one is open; figures of its loans in 分."""

    name: ClassVar[str] = "BusinessDayClosed"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    business_date: date
    next_business_date: date
    loans: Annotated[int, Field(ge=0)]
    overdue_loans: Annotated[int, Field(ge=0)]
    principal_outstanding_fen: Fen
    non_performing_fen: Fen
