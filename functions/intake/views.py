"""What intake's API gives: each view says which fields leave the module, and masked how."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from pydantic import AwareDatetime

from intake.domain.application import STATUS_NAMES, LoanApplication
from intake.domain.consent import SCOPE_NAMES, Consent
from intake.domain.consent import STATUS_NAMES as CONSENT_STATUS_NAMES
from intake.domain.customer import Customer
from intake.domain.document import DOCUMENT_PRODUCTS, Document
from intake.domain.document import STATUS_NAMES as DOCUMENT_STATUS_NAMES
from intake.domain.masking import masked
from intake.ports import UploadForm
from puhui.contracts.common import Code, Contract, Identifier, Months, PositiveFen, RateBps, Sha256
from puhui.contracts.extdata import ConsentScope
from puhui.contracts.factory import OUTCOME_NAMES
from puhui.contracts.operations import LoanProduct
from puhui.contracts.party import CUSTOMER_KIND_NAMES, CustomerKind
from puhui.contracts.servicing import REPAYMENT_METHOD_NAMES


class CustomerView(Contract):
    """A customer as this person may see it: numbers masked for all, names for some."""

    customer_id: Identifier
    kind: CustomerKind
    kind_name: str
    name: str
    uscc: str | None
    legal_person_name: str
    legal_person_id: str
    phone: str
    address: str
    payout_account: str
    region_code: str
    industry_section: str
    established_on: date | None
    branch_id: Identifier
    created_at: AwareDatetime

    @classmethod
    def of(cls, customer: Customer, roles: frozenset[str]) -> CustomerView:
        """Mask the customer for a person with these roles."""
        shown = masked(customer.personal, roles)
        return cls(
            customer_id=customer.customer_id,
            kind=customer.kind,
            kind_name=CUSTOMER_KIND_NAMES[customer.kind],
            name=shown.name,
            uscc=shown.uscc,
            legal_person_name=shown.legal_person_name,
            legal_person_id=shown.legal_person_id,
            phone=shown.phone,
            address=shown.address,
            payout_account=shown.payout_account,
            region_code=customer.region_code,
            industry_section=customer.industry_section,
            established_on=customer.established_on,
            branch_id=customer.branch_id,
            created_at=customer.created_at,
        )


class ConsentView(Contract):
    """A consent and how it stands on the business date."""

    consent_id: Identifier
    customer_id: Identifier
    scope: ConsentScope
    scope_name: str
    version: Code
    evidence_sha256: Sha256
    granted_on: date
    expires_on: date
    withdrawn_on: date | None
    status: str
    status_name: str
    created_at: AwareDatetime

    @classmethod
    def of(cls, consent: Consent, on: date) -> ConsentView:
        """Show a consent as it stands on a day."""
        status = consent.status(on)
        return cls(
            consent_id=consent.consent_id,
            customer_id=consent.customer_id,
            scope=consent.scope,
            scope_name=SCOPE_NAMES[consent.scope],
            version=consent.wording_version,
            evidence_sha256=consent.evidence_sha256,
            granted_on=consent.granted_on,
            expires_on=consent.expires_on,
            withdrawn_on=consent.withdrawn_on,
            status=status,
            status_name=CONSENT_STATUS_NAMES[status],
            created_at=consent.created_at,
        )


class ConsentList(Contract):
    """All consents of a customer, newest first."""

    items: tuple[ConsentView, ...]


class DocumentView(Contract):
    """What is known about a document."""

    document_id: Identifier
    customer_id: Identifier
    product: str
    product_name: str
    content_type: str
    size_bytes: int
    sha256: Sha256
    file_name: str
    status: str
    status_name: str
    rejection: str | None
    created_at: AwareDatetime
    checked_at: AwareDatetime | None

    @classmethod
    def of(cls, document: Document) -> DocumentView:
        """Show a document, without where it lies."""
        return cls(
            document_id=document.document_id,
            customer_id=document.customer_id,
            product=document.product,
            product_name=DOCUMENT_PRODUCTS[document.product].name,
            content_type=document.content_type,
            size_bytes=document.size_bytes,
            sha256=document.sha256,
            file_name=document.file_name,
            status=document.status.value,
            status_name=DOCUMENT_STATUS_NAMES[document.status.value],
            rejection=document.rejection,
            created_at=document.created_at,
            checked_at=document.checked_at,
        )


class UploadFormView(Contract):
    """Send the fields and then the file as multipart/form-data to the address."""

    url: str
    fields: dict[str, str]


class UploadView(Contract):
    """The document's id and the form to upload it with."""

    document_id: Identifier
    upload: UploadFormView

    @classmethod
    def of(cls, document: Document, form: UploadForm) -> UploadView:
        """Show the form."""
        return cls(
            document_id=document.document_id,
            upload=UploadFormView(url=form.url, fields=form.fields),
        )


class ApplicationView(Contract):
    """An application as its customer and the bank's people see it."""

    application_id: Identifier
    customer_id: Identifier
    branch_id: Identifier
    product_code: Code
    amount_fen: PositiveFen
    term_months: Months
    repayment_method: str
    repayment_method_name: str
    purpose: str
    document_ids: tuple[Identifier, ...]
    relationship_manager_id: str | None
    status: str
    status_name: str
    outcome: str | None
    outcome_name: str | None
    station: str | None
    station_name: str | None
    created_at: AwareDatetime
    submitted_on: date | None
    withdrawn_on: date | None

    @classmethod
    def of(cls, application: LoanApplication) -> ApplicationView:
        """Show an application."""
        latest = application.timeline.latest_step()
        at_station = latest if latest is not None and latest.outcome is None else None
        outcome = application.outcome
        return cls(
            application_id=application.application_id,
            customer_id=application.customer_id,
            branch_id=application.branch_id,
            product_code=application.product_code,
            amount_fen=application.amount.minor,
            term_months=application.term_months,
            repayment_method=application.repayment_method,
            repayment_method_name=REPAYMENT_METHOD_NAMES[application.repayment_method],
            purpose=application.purpose,
            document_ids=application.document_ids,
            relationship_manager_id=application.relationship_manager_id,
            status=application.status.value,
            status_name=STATUS_NAMES[application.status.value],
            outcome=outcome,
            outcome_name=None if outcome is None else OUTCOME_NAMES.get(outcome, outcome),
            station=None if at_station is None else at_station.station,
            station_name=None if at_station is None else at_station.name,
            created_at=application.created_at,
            submitted_on=application.submitted_on,
            withdrawn_on=application.withdrawn_on,
        )


class ApplicationList(Contract):
    """One page, newest first; `cursor` asks for the next one and is opaque."""

    items: tuple[ApplicationView, ...]
    cursor: str | None


class TimelineEntryView(Contract):
    """One thing that happened."""

    at: AwareDatetime
    kind: str
    code: str
    name: str
    status: str | None


class TimelineView(Contract):
    """What happened to an application, in order."""

    application_id: Identifier
    entries: tuple[TimelineEntryView, ...]

    @classmethod
    def of(cls, application: LoanApplication) -> TimelineView:
        """Show the timeline."""
        return cls(
            application_id=application.application_id,
            entries=tuple(
                TimelineEntryView(**asdict(entry)) for entry in application.timeline.entries()
            ),
        )


class ProductView(Contract):
    """A product on sale, as a customer chooses it."""

    code: Code
    name: str
    version: int
    customer_kinds: tuple[CustomerKind, ...]
    min_amount_fen: PositiveFen
    max_amount_fen: PositiveFen
    min_rate_bps: RateBps
    max_rate_bps: RateBps
    term_months: tuple[Months, ...]
    repayment_methods: dict[str, str]
    required_facts: tuple[str, ...]
    required_consents: dict[str, str]

    @classmethod
    def of(cls, product: LoanProduct) -> ProductView:
        """Show a product with Chinese names where people choose."""
        return cls(
            code=product.code,
            name=product.name,
            version=product.version,
            customer_kinds=product.customer_kinds,
            min_amount_fen=product.min_amount_fen,
            max_amount_fen=product.max_amount_fen,
            min_rate_bps=product.min_rate_bps,
            max_rate_bps=product.max_rate_bps,
            term_months=product.term_months,
            repayment_methods={
                one: REPAYMENT_METHOD_NAMES.get(one, one) for one in product.repayment_methods
            },
            required_facts=product.required_facts,
            required_consents={one: SCOPE_NAMES.get(one, one) for one in product.required_consents},
        )


class ProductList(Contract):
    """The catalogue of the business date."""

    items: tuple[ProductView, ...]
