"""Requests and responses of the factory's API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, field_validator

from factory.domain.application import STATUS_NAMES, LoanApplication
from factory.domain.offer import Offer
from puhui.contracts.common import (
    Code,
    Contract,
    Identifier,
    IndustrySection,
    Months,
    PositiveFen,
    Reason,
    Sha256,
    ShortText,
)
from puhui.contracts.disclosure import (
    CostDisclosure,
    DisclosureConfirmation,
    ReadingSeconds,
)
from puhui.contracts.factory import OUTCOME_NAMES
from puhui.contracts.facts import InvoiceDocument
from puhui.contracts.intake import ConsentReference
from puhui.contracts.party import Party
from puhui.contracts.servicing import REPAYMENT_METHOD_NAMES, Instalment, RepaymentMethod
from puhui.disclosure_page import disclosure_page


class PaperDocument(Contract):
    """A fact document small enough to travel in the request."""

    product: Literal["invoice/1"]
    content: InvoiceDocument


class PaperApplication(Contract):
    """An application as the back office types it from a paper file."""

    customer_id: Identifier
    party: Party
    product_code: Code
    amount_fen: PositiveFen
    term_months: Months
    repayment_method: RepaymentMethod
    purpose: ShortText
    industry_section: IndustrySection
    established_on: date | None = None
    consents: Annotated[tuple[ConsentReference, ...], Field(max_length=20)]
    documents: Annotated[tuple[PaperDocument, ...], Field(max_length=12)] = ()

    @field_validator("documents")
    @classmethod
    def one_of_each(cls, value: tuple[PaperDocument, ...]) -> tuple[PaperDocument, ...]:
        """Two documents of one kind would leave open which of them counts."""
        if len({document.product for document in value}) != len(value):
            raise ValueError("a product is named twice")
        return value


class OfferView(Contract):
    """What the customer is offered, with its plan and its all-in annual cost."""

    offer_id: Identifier
    answer: Literal["waiting", "accepted", "refused"]
    terms_sha256: Sha256
    principal_fen: PositiveFen
    annual_rate_bps: int
    apr_pct: str
    term_months: Months
    method: RepaymentMethod
    method_name: ShortText
    total_interest_fen: int
    total_fen: int
    instalments: tuple[Instalment, ...]
    disclosure: CostDisclosure | None
    disclosure_sha256: Sha256 | None
    reading_seconds: ReadingSeconds
    confirmation: DisclosureConfirmation | None

    @classmethod
    def of(cls, offer: Offer) -> OfferView:
        """The offer without what only the workflow needs."""
        quote = offer.quote
        return cls(
            offer_id=offer.offer_id,
            answer=offer.answer,
            terms_sha256=offer.terms_sha256,
            principal_fen=quote.principal_fen,
            annual_rate_bps=quote.annual_rate_bps,
            apr_pct=str(quote.apr_pct),
            term_months=quote.term_months,
            method=quote.method,
            method_name=REPAYMENT_METHOD_NAMES[quote.method],
            total_interest_fen=quote.total_interest_fen,
            total_fen=quote.total_fen,
            instalments=quote.instalments,
            disclosure=quote.disclosure,
            disclosure_sha256=quote.disclosure_sha256,
            reading_seconds=offer.reading_seconds,
            confirmation=offer.confirmation,
        )


class DisclosureShown(Contract):
    """综合融资成本明示表 as it is shown now, and from when on it may be confirmed."""

    disclosure_sha256: Sha256
    disclosure: CostDisclosure
    page_html: str
    shown_at: AwareDatetime | None
    may_confirm_at: AwareDatetime | None

    @classmethod
    def of(cls, offer: Offer) -> DisclosureShown:
        """The table of an offer, as data and as the page for the phone."""
        table = offer.disclosure
        return cls(
            disclosure_sha256=table.sha256,
            disclosure=table,
            page_html=disclosure_page(table, offer.quote.instalments),
            shown_at=offer.shown_at,
            may_confirm_at=offer.may_confirm_at,
        )


class DisclosureConfirmed(Contract):
    """The table with this hash was read, and is confirmed."""

    disclosure_sha256: Sha256


class DisclosureSigned(DisclosureConfirmed):
    """The table with this hash was signed by hand; the scan is named by its own hash."""

    signature_sha256: Sha256


class ReasonView(Contract):
    """A reason as the reader may see it: staff see the internal text, customers theirs."""

    code: Code
    text: ShortText

    @classmethod
    def of(cls, reason: Reason, *, for_customer: bool) -> ReasonView:
        """The text that is meant for the reader."""
        text = (reason.customer_text or "未通过综合评估") if for_customer else reason.text
        return cls(code=reason.code, text=text)


class ApplicationView(Contract):
    """Where an application stands."""

    application_id: Identifier
    customer_id: Identifier
    status: str
    status_name: ShortText
    outcome: str | None
    outcome_name: str | None
    reasons: tuple[ReasonView, ...]
    loan_id: str | None
    offer: OfferView | None
    attempt: int

    @classmethod
    def of(cls, application: LoanApplication, *, for_customer: bool) -> ApplicationView:
        """The application without personal data."""
        outcome = application.outcome
        return cls(
            application_id=application.application_id,
            customer_id=application.submission.customer_id,
            status=application.status.value,
            status_name=STATUS_NAMES[application.status.value],
            outcome=outcome,
            outcome_name=None if outcome is None else OUTCOME_NAMES[outcome],
            reasons=tuple(
                ReasonView.of(reason, for_customer=for_customer) for reason in application.reasons
            ),
            loan_id=application.loan_id,
            offer=None if application.offer is None else OfferView.of(application.offer),
            attempt=application.attempt,
        )


class ApplicationList(Contract):
    """A customer's applications in work."""

    items: tuple[ApplicationView, ...]


class OfferAnswer(Contract):
    """The customer's answer; the hash says which terms were seen."""

    terms_sha256: Sha256


class Received(Contract):
    """An application was received and is being worked on."""

    application_id: Identifier
    status: str


def terms_of(paper: PaperApplication) -> dict[str, Any]:
    """The fields of `ApplicationSubmitted` that are copied from the paper file."""
    return paper.model_dump(exclude={"party", "consents", "documents"})
