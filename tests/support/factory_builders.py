"""Builders and fakes of the factory: everything defaulted, every fake a real small thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
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
from factory.domain.intake_check import IntakeFile
from factory.domain.payment import PaymentIntent, PaymentState
from factory.ports import Occupation, PaymentOrder, RailAnswer
from puhui.contracts.intake import ApplicationSubmitted, ConsentReference
from puhui.contracts.operations import BankProfile, LoanProduct, ProductDescription
from puhui.contracts.party import Party
from puhui.contracts.servicing import Instalment, Quote
from puhui.errors import Conflict, StaleVersion, UpstreamUnavailable
from puhui.events import Event
from puhui.money import Money
from puhui.tenancy import BankId, bank_id

NORTH = bank_id("north")
TODAY = date(2020, 3, 1)
SHA = "a" * 64


def a_party(**changes: Any) -> Party:
    """A firm with valid synthetic codes."""
    return Party.model_validate(
        {
            "kind": "firm",
            "name": "合成测试商贸有限公司",
            "uscc": "91341200TE5T00016Q",
            "legal_person_name": "测试人",
            "legal_person_id": "11010519491231002X",
            "phone": "13800000000",
            "address": "安徽省阜阳市测试路1号",
            "region_code": "341200",
            "payout_account": "6217000012345678",
            **changes,
        }
    )


def a_product(**changes: Any) -> LoanProduct:
    """A one-year loan for small firms."""
    return LoanProduct.model_validate(
        {
            "code": "sme-invoice-loan",
            "name": "税票贷",
            "customer_kinds": ("firm", "sole_proprietor"),
            "min_amount_fen": 10_000_000,
            "max_amount_fen": 100_000_000,
            "min_rate_bps": 400,
            "max_rate_bps": 1_500,
            "term_months": (12,),
            "repayment_methods": ("EQUAL_INSTALLMENT", "INTEREST_FIRST"),
            "required_facts": ("invoice/1",),
            "required_consents": ("tax_invoice",),
            "effective_from": date(2020, 1, 1),
            **changes,
        }
    )


def a_bank(**changes: Any) -> BankProfile:
    """A bank licensed for one prefecture."""
    return BankProfile.model_validate(
        {
            "bank_id": "north",
            "name": "北方测试村镇银行",
            "licensed_regions": ("341200",),
            "branch_ids": ("b1",),
            "rule_edition": "2026-11",
            **changes,
        }
    )


def a_consent(**changes: Any) -> ConsentReference:
    """A live consent to read invoices."""
    return ConsentReference.model_validate(
        {
            "consent_id": "con-1",
            "scope": "tax_invoice",
            "version": "1",
            "expires_on": date(2020, 12, 31),
            **changes,
        }
    )


def a_submission(**changes: Any) -> ApplicationSubmitted:
    """A submitted application for 300,000 yuan."""
    return ApplicationSubmitted.model_validate(
        {
            "application_id": "app-1",
            "branch_id": "b1",
            "customer_id": "cus-1",
            "customer_kind": "firm",
            "product_code": "sme-invoice-loan",
            "amount_fen": 30_000_000,
            "term_months": 12,
            "repayment_method": "EQUAL_INSTALLMENT",
            "purpose": "采购原材料",
            "region_code": "341202",
            "industry_section": "F",
            "relationship_manager_id": "rm-1",
            "submitted_on": TODAY,
            "party_sealed": "sealed",
            "consents": (a_consent(),),
            "documents": (
                {
                    "product": "invoice/1",
                    "state": "ok",
                    "bucket": "documents",
                    "key": "k",
                    "sha256": SHA,
                },
            ),
            **changes,
        }
    )


def an_application(**changes: Any) -> LoanApplication:
    """An application just received; `submission` fields go in a_submission."""
    return LoanApplication(**{"bank_id": NORTH, "submission": a_submission(), **changes})


def an_intake_file(**changes: Any) -> IntakeFile:
    """A file that passes every rule."""
    return IntakeFile(
        **{
            "submission": a_submission(),
            "party": a_party(),
            "product": a_product(),
            "bank": a_bank(),
            "other_open_applications": (),
            "on": TODAY,
            **changes,
        }
    )


def a_quote(**changes: Any) -> Quote:
    """A one-instalment plan, enough for the factory, which only carries it."""
    return Quote.model_validate(
        {
            "principal_fen": 30_000_000,
            "annual_rate_bps": 600,
            "term_months": 12,
            "method": "EQUAL_INSTALLMENT",
            "disbursement_date": TODAY,
            "total_interest_fen": 1_000_000,
            "total_fen": 31_000_000,
            "apr_pct": Decimal("6.1678"),
            "instalments": (
                Instalment(
                    n=1,
                    from_date=TODAY,
                    due_date=date(2021, 3, 1),
                    days=365,
                    principal_fen=30_000_000,
                    interest_fen=1_000_000,
                    total_fen=31_000_000,
                    balance_fen=0,
                ),
            ),
            "schedule_sha256": SHA,
            **changes,
        }
    )


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


def an_order(**changes: Any) -> PaymentOrder:
    """Pay 300,000 yuan out."""
    return PaymentOrder(
        **{
            "serial_no": "dsb-app-1-1",
            "amount": Money(30_000_000),
            "payee_account": "6217000012345678",
            "payee_name": "合成测试商贸有限公司",
            "purpose": "采购原材料",
            **changes,
        }
    )
