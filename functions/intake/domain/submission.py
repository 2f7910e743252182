"""What must hold before a draft is handed to the bank, on the business date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from intake.domain.application import LoanApplication
from intake.domain.consent import Consent, live_by_scope
from intake.domain.customer import Customer
from intake.domain.document import DOCUMENT_PRODUCTS, Document, DocumentStatus
from intake.domain.errors import ApplicationNotValid
from intake.domain.product import check_terms
from puhui.contracts.intake import ApplicationSubmitted, ConsentReference
from puhui.contracts.operations import LoanProduct


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Everything a submission depends on, as last written."""

    application: LoanApplication
    customer: Customer
    consents: tuple[Consent, ...]
    documents: tuple[Document, ...]
    product: LoanProduct
    on: date

    def check(self) -> None:
        """A draft inside its product, with checked documents and all consents, may go."""
        check_terms(self.application, self.product, self.customer.kind)
        documents_are_accepted(self.application, self.documents)
        one_document_per_fact(self.documents)
        consents_cover(self.product.required_consents, live_by_scope(self.consents, self.on))

    def event(self, party_sealed: str) -> ApplicationSubmitted:
        """What the bus is told; the party only as a sealed text."""
        application, customer = self.application, self.customer
        return ApplicationSubmitted(
            application_id=application.application_id,
            branch_id=application.branch_id,
            customer_id=customer.customer_id,
            customer_kind=customer.kind,
            product_code=application.product_code,
            amount_fen=application.amount.minor,
            term_months=application.term_months,
            repayment_method=application.repayment_method,
            purpose=application.purpose,
            region_code=customer.region_code,
            industry_section=customer.industry_section,
            established_on=customer.established_on,
            relationship_manager_id=application.relationship_manager_id,
            submitted_on=self.on,
            party_sealed=party_sealed,
            consents=self._consents(),
            documents=tuple(document.reference() for document in self.documents),
        )

    def _consents(self) -> tuple[ConsentReference, ...]:
        live = live_by_scope(self.consents, self.on)
        return tuple(
            ConsentReference(
                consent_id=consent.consent_id,
                scope=scope,
                version=consent.wording_version,
                expires_on=consent.expires_on,
            )
            for scope, consent in sorted(live.items())
        )


def documents_are_accepted(application: LoanApplication, documents: Sequence[Document]) -> None:
    """Each document of an application is its own customer's, and has passed its check."""
    known = {document.document_id: document for document in documents}
    for document_id in application.document_ids:
        document = known.get(document_id)
        if document is None or document.customer_id != application.customer_id:
            raise ApplicationNotValid(
                f"document {document_id} is not on this customer's file",
                field="document_ids",
                rule="documents.known",
            )
        if document.status is not DocumentStatus.ACCEPTED:
            raise ApplicationNotValid(
                f"document {document_id} is {document.status.value}, not accepted",
                field="document_ids",
                rule="documents.accepted",
            )


def one_document_per_fact(documents: Sequence[Document]) -> None:
    """A fact comes in one document: two invoice documents would contradict each other."""
    facts = [one.product for one in documents if DOCUMENT_PRODUCTS[one.product].is_fact]
    if len(set(facts)) != len(facts):
        raise ApplicationNotValid(
            "two documents of the same fact", field="document_ids", rule="documents.one_per_fact"
        )


def consents_cover(required: Sequence[str], live: Mapping[str, Consent]) -> None:
    """Each consent that the product requires is live today."""
    for scope in required:
        if scope not in live:
            raise ApplicationNotValid(
                f"there is no live consent to {scope}", field="consents", rule="consents.live"
            )
