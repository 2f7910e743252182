"""Fakes of the factory's ports: each is a real small thing in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from factory.domain.application import LoanApplication
from factory.domain.errors import (
    ApplicationNotFound,
    ApplicationWithdrawn,
    LimitExceeded,
    PaymentNotFound,
    TermsChanged,
    WaitIsOver,
)
from factory.domain.payment import PaymentIntent, PaymentState
from factory.ports import Occupation, PaymentOrder, RailAnswer
from puhui.contracts.operations import ProductDescription
from puhui.contracts.party import Party
from puhui.errors import Conflict, StaleVersion, UpstreamUnavailable
from puhui.events import Event
from puhui.tenancy import BankId
from tests.support.factory_builders import a_party


@dataclass
class InMemoryApplications:
    """`Applications` with the same version rule as the table."""

    kept: dict[tuple[str, str], LoanApplication] = field(default_factory=dict)
    published: list[Event] = field(default_factory=list)

    def get(self, bank_id: BankId, application_id: str) -> LoanApplication:
        try:
            return self.kept[bank_id, application_id]
        except KeyError:
            raise ApplicationNotFound(application_id) from None

    def add(self, application: LoanApplication) -> bool:
        key = (application.bank_id, application.application_id)
        if key in self.kept:
            return False
        self.kept[key] = replace(application, version=1)
        return True

    def save(self, application: LoanApplication, events: Sequence[Event] = ()) -> None:
        key = (application.bank_id, application.application_id)
        if self.kept[key].version != application.version:
            raise StaleVersion("changed meanwhile")
        self.kept[key] = replace(application, version=application.version + 1)
        self.published.extend(events)

    def open_of_customer(self, bank_id: BankId, customer_id: str) -> Sequence[LoanApplication]:
        return [
            application
            for (bank, _), application in self.kept.items()
            if bank == bank_id
            and application.submission.customer_id == customer_id
            and application.outcome is None
        ]


@dataclass
class RecordingWorkflow:
    """`Workflow` that knows which executions run and which tokens wait."""

    started: list[str] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)
    answers: list[dict[str, Any]] = field(default_factory=list)

    def start(self, application: LoanApplication) -> None:
        if application.execution_name not in self.started:
            self.started.append(application.execution_name)

    def complete(self, task_token: str, answer: dict[str, Any]) -> None:
        if task_token not in self.waiting:
            raise WaitIsOver(task_token)
        self.waiting.remove(task_token)
        self.answers.append(answer)


@dataclass
class FixedProducts:
    """`Products` with one product."""

    description: ProductDescription

    def describe(self, bank_id: BankId, product_code: str, on: date) -> ProductDescription:
        return self.description


@dataclass
class OpenParties:
    """`Parties` without cryptography: always the same party."""

    party: Party = field(default_factory=a_party)

    def open(self, sealed: str, bank_id: BankId, application_id: str) -> Party:
        return self.party

    def seal(self, party: Party, bank_id: BankId, application_id: str) -> str:
        return "sealed"


@dataclass
class InMemoryPayments:
    """`Payments` with the same rules as the table."""

    kept: dict[str, PaymentIntent] = field(default_factory=dict)

    def open(self, intent: PaymentIntent) -> tuple[PaymentIntent, bool]:
        if intent.serial_no in self.kept:
            found = self.kept[intent.serial_no]
            if found.amount != intent.amount:
                raise Conflict("another amount", field="amount_fen")
            return found, False
        self.kept[intent.serial_no] = replace(intent, version=1)
        return self.kept[intent.serial_no], True

    def get(self, bank_id: BankId, application_id: str, serial_no: str) -> PaymentIntent:
        try:
            return self.kept[serial_no]
        except KeyError:
            raise PaymentNotFound(serial_no) from None

    def save(self, intent: PaymentIntent) -> None:
        if self.kept[intent.serial_no].version != intent.version:
            raise StaleVersion("changed meanwhile")
        self.kept[intent.serial_no] = replace(intent, version=intent.version + 1)


@dataclass
class InMemoryLimits:
    """`Limits` with the same rules as the table; knows the applications for their terms."""

    applications: InMemoryApplications
    occupied: dict[str, int] = field(default_factory=dict)
    claims: dict[str, Occupation] = field(default_factory=dict)
    released: set[str] = field(default_factory=set)

    def occupy(self, occupation: Occupation) -> None:
        if occupation.disbursement_id in self.claims:
            return
        application = self.applications.get(occupation.bank_id, occupation.application_id)
        if application.withdrawn:
            raise ApplicationWithdrawn(occupation.application_id)
        offer = application.offer
        if offer is None or not offer.accepted or offer.terms_sha256 != occupation.terms_sha256:
            raise TermsChanged("other terms")
        used = self.occupied.get(occupation.customer_id, 0)
        if used + occupation.amount.minor > occupation.limit.minor:
            raise LimitExceeded("no room")
        self.occupied[occupation.customer_id] = used + occupation.amount.minor
        self.claims[occupation.disbursement_id] = occupation

    def release(self, bank_id: BankId, customer_id: str, disbursement_id: str) -> bool:
        if disbursement_id not in self.claims or disbursement_id in self.released:
            return False
        self.released.add(disbursement_id)
        self.occupied[customer_id] -= self.claims[disbursement_id].amount.minor
        return True


@dataclass
class RecordingReservations:
    """`Reservations` that remembers which numbers were voided."""

    voided: list[str] = field(default_factory=list)

    def void(self, bank_id: BankId, application_id: str, disbursement_id: str) -> None:
        self.voided.append(disbursement_id)


@dataclass
class ScriptedRail:
    """A rail that acts once per serial number and answers as its script says.

    Script words: `ok`, `reject`, `lost_before` (never arrives), `lost_after` (acts, no answer).
    """

    script: list[str] = field(default_factory=list)
    booked: dict[str, RailAnswer] = field(default_factory=dict)
    paid_fen: int = 0
    calls: int = 0

    def pay(self, order: PaymentOrder) -> RailAnswer:
        self.calls += 1
        word = self.script.pop(0) if self.script else "ok"
        if word == "lost_before":
            raise UpstreamUnavailable("lost before")
        answer = self.booked.get(order.serial_no) or self._book(order, word)
        if word == "lost_after":
            raise UpstreamUnavailable("lost after")
        return answer

    def query(self, serial_no: str) -> RailAnswer:
        word = self.script.pop(0) if self.script else "ok"
        if word.startswith("lost"):
            raise UpstreamUnavailable("query lost")
        if serial_no not in self.booked:
            raise PaymentNotFound(serial_no)
        return self.booked[serial_no]

    def _book(self, order: PaymentOrder, word: str) -> RailAnswer:
        if word == "reject":
            answer = RailAnswer(state=PaymentState.REJECTED, bank_reference=None)
        else:
            answer = RailAnswer(state=PaymentState.CONFIRMED, bank_reference="ref")
            self.paid_fen += order.amount.minor
        self.booked[order.serial_no] = answer
        return answer
