"""Fakes of intake's ports: each a small real thing that passes the adapters' own tests."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from intake.domain.application import LoanApplication
from intake.domain.consent import Consent
from intake.domain.customer import Customer
from intake.domain.document import Document
from intake.domain.errors import (
    ApplicationAlreadyExists,
    ApplicationNotFound,
    ConsentNotFound,
    CursorNotValid,
    CustomerAlreadyRegistered,
    CustomerNotFound,
    DocumentNotFound,
)
from intake.domain.timeline import FactoryStep
from intake.ports import ApplicationPage, ApplicationQuery, CustomerFile, UploadForm
from puhui.contracts.operations import LoanProduct
from puhui.contracts.party import Party
from puhui.errors import StaleVersion, UpstreamUnavailable
from puhui.events import Envelope
from puhui.tenancy import BankId


@dataclass
class InMemoryConsents:
    """`Consents`, with the outbox beside them."""

    kept: dict[tuple[str, str], Consent] = field(default_factory=dict)
    published: list[Envelope] = field(default_factory=list)

    def add(self, consent: Consent) -> None:
        self.kept.setdefault((consent.bank_id, consent.consent_id), replace(consent, version=1))

    def get(self, bank_id: BankId, consent_id: str) -> Consent:
        try:
            return self.kept[bank_id, consent_id]
        except KeyError:
            raise ConsentNotFound from None

    def save(self, consent: Consent, events: Sequence[Envelope]) -> None:
        key = (consent.bank_id, consent.consent_id)
        if self.kept[key].version != consent.version:
            raise StaleVersion
        self.kept[key] = replace(consent, version=consent.version + 1)
        self.published.extend(events)


@dataclass
class InMemoryConsentRegistry:
    """`ConsentRegistry`: what is dead stays dead; a test makes it silent by `answers = False`."""

    live: dict[tuple[str, str], bool] = field(default_factory=dict)
    answers: bool = True
    heard: Callable[[Consent, Customer], None] = lambda consent, customer: None

    def tell(self, consent: Consent, customer: Customer) -> None:
        if not self.answers:
            raise UpstreamUnavailable
        self.heard(consent, customer)
        key = (consent.bank_id, consent.consent_id)
        self.live[key] = self.live.get(key, True) and consent.withdrawn_on is None


@dataclass
class InMemoryCustomers:
    """`Customers`; their consents lie in the other fake."""

    consents: InMemoryConsents = field(default_factory=InMemoryConsents)
    kept: dict[tuple[str, str], Customer] = field(default_factory=dict)

    def add(self, customer: Customer) -> None:
        key = (customer.bank_id, customer.customer_id)
        if key in self.kept or self._holder(customer) is not None:
            raise CustomerAlreadyRegistered
        self.kept[key] = replace(customer, version=1)

    def with_identity_of(self, customer: Customer) -> Customer:
        holder = self._holder(customer)
        if holder is None:
            raise CustomerNotFound
        return holder

    def get(self, bank_id: BankId, customer_id: str) -> Customer:
        try:
            return self.kept[bank_id, customer_id]
        except KeyError:
            raise CustomerNotFound from None

    def file(self, bank_id: BankId, customer_id: str) -> CustomerFile:
        consents = (
            consent
            for consent in self.consents.kept.values()
            if (consent.bank_id, consent.customer_id) == (bank_id, customer_id)
        )
        return CustomerFile(customer=self.get(bank_id, customer_id), consents=tuple(consents))

    def _holder(self, customer: Customer) -> Customer | None:
        for (bank, _), known in self.kept.items():
            if bank == customer.bank_id and known.identity == customer.identity:
                return known
        return None


@dataclass
class InMemoryRefusals:
    """`Refusals`."""

    counts: Counter[tuple[str, str, date]] = field(default_factory=Counter)

    def count(self, bank_id: BankId, subject: str, day: date) -> int:
        return self.counts[bank_id, subject, day]

    def note(self, bank_id: BankId, subject: str, day: date) -> None:
        self.counts[bank_id, subject, day] += 1


@dataclass
class InMemoryDocuments:
    """`Documents`, with the outbox beside them."""

    kept: dict[tuple[str, str], Document] = field(default_factory=dict)
    published: list[Envelope] = field(default_factory=list)

    def add(self, document: Document) -> None:
        key = (document.bank_id, document.document_id)
        if key in self.kept:
            raise StaleVersion
        self.kept[key] = replace(document, version=1)

    def get(self, bank_id: BankId, document_id: str) -> Document:
        try:
            return self.kept[bank_id, document_id]
        except KeyError:
            raise DocumentNotFound from None

    def get_many(self, bank_id: BankId, document_ids: Sequence[str]) -> tuple[Document, ...]:
        keys = [(bank_id, one) for one in document_ids]
        return tuple(self.kept[key] for key in keys if key in self.kept)

    def save(self, document: Document, events: Sequence[Envelope]) -> None:
        key = (document.bank_id, document.document_id)
        if self.kept[key].version != document.version:
            raise StaleVersion
        self.kept[key] = replace(document, version=document.version + 1)
        self.published.extend(events)


@dataclass
class InMemoryApplications:
    """`Applications`, with the outbox beside them."""

    kept: dict[tuple[str, str], LoanApplication] = field(default_factory=dict)
    published: list[Envelope] = field(default_factory=list)

    def add(self, application: LoanApplication) -> None:
        key = (application.bank_id, application.application_id)
        if key in self.kept:
            raise ApplicationAlreadyExists
        self.kept[key] = replace(application, version=1)

    def get(self, bank_id: BankId, application_id: str) -> LoanApplication:
        try:
            return self.kept[bank_id, application_id]
        except KeyError:
            raise ApplicationNotFound from None

    def save(
        self, application: LoanApplication, events: Sequence[Envelope] = ()
    ) -> LoanApplication:
        key = (application.bank_id, application.application_id)
        if self.kept[key].version != application.version:
            raise StaleVersion
        self.kept[key] = replace(application, version=application.version + 1)
        self.published.extend(events)
        return self.kept[key]

    def note(self, bank_id: BankId, application_id: str, step: FactoryStep) -> None:
        known = self.get(bank_id, application_id)
        followed = replace(known.follow(step), version=known.version + 1)
        self.kept[bank_id, application_id] = followed

    def page(self, query: ApplicationQuery) -> ApplicationPage:
        start = _position(query.cursor)
        found = sorted(
            (one for one in self.kept.values() if _matches(one, query)),
            key=_listed_as,
            reverse=True,
        )
        rest = [one for one in found if start is None or _listed_as(one) < start]
        page = rest[: query.limit]
        cursor = _cursor(_listed_as(page[-1])) if len(rest) > query.limit else None
        return ApplicationPage(applications=tuple(page), cursor=cursor)


def _matches(application: LoanApplication, query: ApplicationQuery) -> bool:
    return (
        application.bank_id == query.bank_id
        and query.branch_id in (None, application.branch_id)
        and query.customer_id in (None, application.customer_id)
    )


def _listed_as(application: LoanApplication) -> str:
    return f"{application.created_at.isoformat()}#{application.application_id}"


def _cursor(listed_as: str) -> str:
    return base64.urlsafe_b64encode(listed_as.encode()).decode()


def _position(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    try:
        position = base64.urlsafe_b64decode(cursor).decode()
    except ValueError:
        raise CursorNotValid(field="cursor", rule="cursor") from None
    if "#" not in position:
        raise CursorNotValid(field="cursor", rule="cursor")
    return position


@dataclass
class InMemoryProducts:
    """`Products`."""

    kept: dict[tuple[str, str, int], LoanProduct] = field(default_factory=dict)

    def add(self, bank_id: BankId, product: LoanProduct) -> None:
        self.kept.setdefault((bank_id, product.code, product.version), product)

    def versions(self, bank_id: BankId, code: str) -> tuple[LoanProduct, ...]:
        return tuple(one for one in self.of_bank(bank_id) if one.code == code)

    def of_bank(self, bank_id: BankId) -> tuple[LoanProduct, ...]:
        return tuple(one for (bank, _, _), one in self.kept.items() if bank == bank_id)


@dataclass
class InMemoryQuarantine:
    """`Quarantine`; a test uploads by writing into `uploads`."""

    uploads: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def upload(self, document: Document, body: bytes) -> None:
        self.uploads[document.bank_id, document.document_id] = body

    def upload_form(self, document: Document) -> UploadForm:
        return UploadForm(url="https://uploads", fields={"key": document.document_id})

    def read(self, document: Document) -> bytes:
        try:
            body = self.uploads[document.bank_id, document.document_id]
        except KeyError:
            raise DocumentNotFound from None
        return body[: document.size_bytes + 1]

    def discard(self, document: Document) -> None:
        self.uploads.pop((document.bank_id, document.document_id), None)


@dataclass
class InMemoryDocumentStore:
    """`DocumentStore`."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def keep(self, document: Document, body: bytes) -> tuple[str, str]:
        key = f"intake/{document.bank_id}/{document.document_id}"
        self.kept[key] = body
        return "documents", key


@dataclass
class RecordingParties:
    """`Parties` that remembers what it sealed, and for which application."""

    sealed: list[tuple[Party, str, str]] = field(default_factory=list)

    def seal(self, party: Party, bank_id: BankId, application_id: str) -> str:
        self.sealed.append((party, bank_id, application_id))
        return "sealed"
