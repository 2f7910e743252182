"""What intake's use cases need from the world, in their own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from intake.domain.application import LoanApplication
from intake.domain.consent import Consent
from intake.domain.customer import Customer
from intake.domain.document import Document
from intake.domain.timeline import FactoryStep
from puhui.contracts.operations import LoanProduct
from puhui.contracts.party import Party
from puhui.events import Envelope
from puhui.tenancy import BankId


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFile:
    """A customer with all consents (客户档案), read together and as last written."""

    customer: Customer
    consents: tuple[Consent, ...]


class Customers(Protocol):
    """The bank's customers; one per credit code or resident id."""

    def add(self, customer: Customer) -> None:
        """Keep a new customer, or raise CustomerAlreadyRegistered."""

    def with_identity_of(self, customer: Customer) -> Customer:
        """Return the customer who holds this one's identity, or raise CustomerNotFound."""

    def file(self, bank_id: BankId, customer_id: str) -> CustomerFile:
        """Return customer and consents, or raise CustomerNotFound."""

    def get(self, bank_id: BankId, customer_id: str) -> Customer:
        """Return the customer, or raise CustomerNotFound."""


class Refusals(Protocol):
    """How often somebody asked for a customer whom the bank has already (T6: enumeration)."""

    def count(self, bank_id: BankId, subject: str, day: date) -> int:
        """Return how often this happened on a day."""

    def note(self, bank_id: BankId, subject: str, day: date) -> None:
        """Remember that it happened once more."""


class Consents(Protocol):
    """The consents of the bank's customers."""

    def add(self, consent: Consent) -> None:
        """Keep a new consent; one that is kept already stays as it is."""

    def get(self, bank_id: BankId, consent_id: str) -> Consent:
        """Return the consent, or raise ConsentNotFound."""

    def save(self, consent: Consent, events: Sequence[Envelope]) -> None:
        """Keep a changed consent with its events, or raise StaleVersion."""


class ConsentRegistry(Protocol):
    """Where external data looks before anything is asked about anybody (授权登记)."""

    def tell(self, consent: Consent, customer: Customer) -> None:
        """Tell how a consent stands, live or withdrawn; telling it twice is fine.

        Raises UpstreamUnavailable when there is no answer; whoever tells repeats it.
        """


class Documents(Protocol):
    """What is known about each document; the bytes lie in buckets."""

    def add(self, document: Document) -> None:
        """Keep a new document."""

    def get(self, bank_id: BankId, document_id: str) -> Document:
        """Return the document, or raise DocumentNotFound."""

    def get_many(self, bank_id: BankId, document_ids: Sequence[str]) -> tuple[Document, ...]:
        """Return those that exist, in the order asked for."""

    def save(self, document: Document, events: Sequence[Envelope]) -> None:
        """Keep a checked document with its events, or raise StaleVersion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadForm:
    """A form that lets its holder put exactly one object into quarantine, for some minutes."""

    url: str
    fields: dict[str, str]


class Quarantine(Protocol):
    """Where uploads land; nothing else in the bank reads from there."""

    def upload_form(self, document: Document) -> UploadForm:
        """Make the form for exactly this key, type, size and checksum."""

    def read(self, document: Document) -> bytes:
        """Return the upload, or raise DocumentNotFound when there is none.

        Of an upload that is larger than announced, one byte more than announced is enough.
        """

    def discard(self, document: Document) -> None:
        """Remove the upload; removing it twice is fine."""


class DocumentStore(Protocol):
    """The platform's bucket of checked documents."""

    def keep(self, document: Document, body: bytes) -> tuple[str, str]:
        """Keep the checked bytes and return (bucket, key); keeping them twice is fine."""


class FactSchemas(Protocol):
    """The published schemas of fact documents."""

    def refusal(self, product: str, body: bytes) -> str | None:
        """Say why the bytes do not follow the schema; None when they do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationQuery:
    """One page of applications, newest first: a bank's, a branch's or a customer's."""

    bank_id: BankId
    limit: int
    branch_id: str | None = None
    customer_id: str | None = None
    cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationPage:
    """Applications and where the next page starts, if there is one."""

    applications: tuple[LoanApplication, ...]
    cursor: str | None = None


class Applications(Protocol):
    """The applications. Saving publishes the events with the row, or neither."""

    def add(self, application: LoanApplication) -> None:
        """Keep a new application, or raise ApplicationAlreadyExists."""

    def get(self, bank_id: BankId, application_id: str) -> LoanApplication:
        """Return the application as last written, or raise ApplicationNotFound."""

    def save(
        self, application: LoanApplication, events: Sequence[Envelope] = ()
    ) -> LoanApplication:
        """Keep a changed one with its events and return it as kept, or raise StaleVersion."""

    def note(self, bank_id: BankId, application_id: str, step: FactoryStep) -> None:
        """Keep a report of the factory with the application, or raise ApplicationNotFound.

        Reports of the same event are one; a save of the application as it was before is stale.
        """

    def page(self, query: ApplicationQuery) -> ApplicationPage:
        """Return one page; a cursor that is not ours raises CursorNotValid."""


class Products(Protocol):
    """The catalogue as operations published it: every version of every product."""

    def add(self, bank_id: BankId, product: LoanProduct) -> None:
        """Keep a version; one that is kept already stays as it is."""

    def versions(self, bank_id: BankId, code: str) -> tuple[LoanProduct, ...]:
        """Return all versions of one product."""

    def of_bank(self, bank_id: BankId) -> tuple[LoanProduct, ...]:
        """Return all versions of all products."""


class Parties(Protocol):
    """Seals personal data for its way through other modules."""

    def seal(self, party: Party, bank_id: BankId, application_id: str) -> str:
        """Return the party as a sealed text that opens for this application only."""
