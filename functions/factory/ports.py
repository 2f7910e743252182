"""What the factory's use cases need from the world, in their own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol

from factory.domain.application import LoanApplication
from factory.domain.payment import PaymentIntent, PaymentState
from puhui.contracts.facts import FactReference
from puhui.contracts.operations import ProductDescription
from puhui.contracts.party import Party
from puhui.events import Event
from puhui.money import Money
from puhui.tenancy import BankId


class Applications(Protocol):
    """The applications in work. Saving publishes the events with the row, or neither."""

    def get(self, bank_id: BankId, application_id: str) -> LoanApplication:
        """The application; raises ApplicationNotFound."""

    def add(self, application: LoanApplication) -> bool:
        """Keep a new one; False when it is already there."""

    def save(self, application: LoanApplication, events: Sequence[Event] = ()) -> None:
        """Keep a changed one; raises StaleVersion when somebody else changed it."""

    def open_of_customer(self, bank_id: BankId, customer_id: str) -> Sequence[LoanApplication]:
        """The customer's applications without an outcome, newest first, at most 25."""


class Workflow(Protocol):
    """The state machine."""

    def start(self, application: LoanApplication) -> None:
        """Start an execution named after the attempt; a second start is a no-op."""

    def complete(self, task_token: str, answer: dict[str, Any]) -> None:
        """Complete a waiting step; raises WaitIsOver when it waits no longer."""


class Products(Protocol):
    """The product factory of operations."""

    def describe(self, bank_id: BankId, product_code: str, on: date) -> ProductDescription:
        """Bank and product on a day; raises ProductNotFound."""


class Parties(Protocol):
    """Opens and closes sealed personal data."""

    def open(self, sealed: str, bank_id: BankId, application_id: str) -> Party:
        """The party inside; raises PartyUnreadable when it was sealed for another application."""

    def seal(self, party: Party, bank_id: BankId, application_id: str) -> str:
        """The party as a sealed text for this application only."""


class Limits(Protocol):
    """Occupied limit per customer, safe under concurrency."""

    def occupy(self, occupation: Occupation) -> None:
        """Occupy once; raises LimitExceeded, TermsChanged or ApplicationWithdrawn."""

    def release(self, bank_id: BankId, customer_id: str, disbursement_id: str) -> bool:
        """Give back what was occupied; False when there is nothing (left) to give back."""


class Reservations(Protocol):
    """The pending transfers of servicing's ledger."""

    def void(self, bank_id: BankId, application_id: str, disbursement_id: str) -> None:
        """Void what is pending under this number; nothing pending is fine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupation:
    """A claim on a customer's limit by one disbursement of one application."""

    bank_id: BankId
    application_id: str
    customer_id: str
    disbursement_id: str
    amount: Money
    limit: Money
    terms_sha256: str
    contract_id: str


class Payments(Protocol):
    """The payment intents; the intent is written before anything is sent."""

    def open(self, intent: PaymentIntent) -> tuple[PaymentIntent, bool]:
        """Keep a new intent (True), or give the one that already has this number (False).

        An intent of another amount under the same number raises Conflict.
        """

    def get(self, bank_id: BankId, application_id: str, serial_no: str) -> PaymentIntent:
        """The intent; raises PaymentNotFound."""

    def save(self, intent: PaymentIntent) -> None:
        """Keep what was learnt; raises StaleVersion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrder:
    """What the rail is asked to do; repeated under the same serial number it acts once."""

    bank_id: BankId
    serial_no: str
    amount: Money
    payee_account: str
    payee_name: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RailAnswer:
    """The rail's final word on a serial number."""

    state: Literal[PaymentState.CONFIRMED, PaymentState.REJECTED]
    bank_reference: str | None


class PaymentRail(Protocol):
    """The core-banking system. Every error but PaymentNotFound leaves the outcome unknown."""

    def pay(self, order: PaymentOrder) -> RailAnswer:
        """Send the order; raises UpstreamUnavailable or PaymentAnswerInvalid."""

    def query(self, serial_no: str) -> RailAnswer:
        """Ask what became of it; raises PaymentNotFound when it never arrived."""


class Documents(Protocol):
    """The shared documents bucket."""

    def put(self, bank_id: BankId, application_id: str, product: str, body: bytes) -> FactReference:
        """Keep a checked fact document and return its reference."""
