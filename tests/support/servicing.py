"""Builders for servicing, and the worlds its use cases run in: memory, or DynamoDB on moto."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

import boto3

from infra.simulation.in_memory_books import Books, InMemoryLedger, InMemoryLoans
from infra.simulation.in_memory_loan_books import InMemoryChangeRequests, InMemoryLoanBooks
from puhui.clock import UTC, Clock, FixedClock
from puhui.contracts.common import Reason
from puhui.contracts.disclosure import CostDisclosure, DisclosureConfirmation
from puhui.contracts.factory import ApplicationClosed
from puhui.contracts.servicing import ActivateLoan, ReserveDisbursement, ResolveDisbursement
from puhui.contracts.settlement import CN_DEFAULT, SettlementParameters
from puhui.dynamodb import bind_table
from puhui.events import Envelope
from puhui.money import Money
from puhui.tenancy import BankId, bank_id
from servicing.adapters.commit import Committer
from servicing.adapters.dynamo_book_audits import DynamoBookAudits
from servicing.adapters.dynamo_change_requests import DynamoChangeRequests
from servicing.adapters.dynamo_ledger import DynamoLedger
from servicing.adapters.dynamo_loan_books import DynamoLoanBooks
from servicing.adapters.dynamo_loans import DynamoLoans
from servicing.adapters.rows import ROWS
from servicing.book_ports import BookAudits, LoanBooks, OpenBooks
from servicing.change_ports import ChangeRequests
from servicing.domain.disclosure.table import CostTerms
from servicing.domain.invariants import BooksSnapshot
from servicing.domain.loan import Loan
from servicing.domain.schedule import LoanTerms, repayment_plan
from servicing.domain.settlement import profile_of
from servicing.ports import Ledger, Loans
from servicing.rail_ports import PendingTransfers
from servicing.usecases.activate_loan import ActivateLoan as ActivateLoanOnBooks
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.quote_loan import QuoteLoan
from servicing.usecases.reserve_disbursement import ReserveDisbursement as ReserveInLedger
from tests.support.aws import aws, create_table
from tests.support.table_books import books_on_table, outbox_on_table

NORTH = bank_id("north")
SOUTH = bank_id("south")
TODAY = date(2020, 3, 1)
NOON = datetime(2020, 3, 1, 4, 0, tzinfo=UTC)
TERMS_SHA = "a" * 64
TABLE = "puhui-dev-servicing-table"
INDEXES = [
    ("by_application", "gsi1pk", "gsi1sk"),
    ("by_partition", "gsi2pk", "gsi2sk"),
    ("by_customer", "gsi3pk", "gsi3sk"),
    ("by_work", "gsi4pk", "gsi4sk"),
    ("by_clearing_day", "gsi5pk", "gsi5sk"),
]


def some_terms(**changes: Any) -> LoanTerms:
    """300,000 yuan at 4.35 % for a year, in equal instalments."""
    values: dict[str, Any] = {
        "principal": Money.of_yuan("300000"),
        "annual_rate_bps": 435,
        "term_months": 12,
        "method": "EQUAL_INSTALLMENT",
        "disbursement_date": TODAY,
    }
    return LoanTerms(**values | changes)


def a_reservation(**changes: Any) -> ReserveDisbursement:
    """A reservation of 300,000 yuan; `loan` changes the terms whose cost was disclosed."""
    loan = changes.pop("loan", {})
    values: dict[str, Any] = {
        "bank_id": "north",
        "branch_id": "b1",
        "correlation_id": "app-1",
        "application_id": "app-1",
        "disbursement_id": "dsb-app-1-1",
        "customer_id": "cus-1",
        "amount_fen": 30_000_000,
        "terms_sha256": TERMS_SHA,
        "business_date": TODAY,
    } | changes
    if "disclosure" not in values:
        terms = some_terms(**{"principal": Money(values["amount_fen"])} | loan)
        values["disclosure"] = a_disclosure(terms)
    if "confirmation" not in values:
        values["confirmation"] = a_confirmation(values["disclosure"])
    return ReserveDisbursement.model_validate(values)


@lru_cache(maxsize=512)
def a_disclosure(terms: LoanTerms, settlement: SettlementParameters = CN_DEFAULT) -> CostDisclosure:
    """The cost disclosure of a loan without fees."""
    cost = CostTerms(lender="北方测试村镇银行", settlement=settlement)
    return QuoteLoan()(terms, cost).disclosure


def a_confirmation(disclosure: CostDisclosure, **changes: Any) -> DisclosureConfirmation:
    """A customer who read for a quarter of an hour."""
    values: dict[str, Any] = {
        "disclosure_sha256": disclosure.sha256,
        "channel": "online",
        "confirmed_at": NOON,
        "confirmed_by": "sub-cus-1",
        "shown_at": NOON - timedelta(minutes=15),
        "reading_seconds": 10,
    }
    return DisclosureConfirmation.model_validate(values | changes)


def a_resolution(**changes: Any) -> ResolveDisbursement:
    """The end of that reservation; give `bank_reference` to post, `reason` to void."""
    values: dict[str, Any] = {
        "bank_id": "north",
        "correlation_id": "app-1",
        "application_id": "app-1",
        "disbursement_id": "dsb-app-1-1",
        "business_date": TODAY,
    }
    return ResolveDisbursement.model_validate(values | changes)


def an_activation(**changes: Any) -> ActivateLoan:
    """The loan of that reservation; its hash is the right one unless another is given."""
    values: dict[str, Any] = {
        "bank_id": "north",
        "branch_id": "b1",
        "correlation_id": "app-1",
        "application_id": "app-1",
        "disbursement_id": "dsb-app-1-1",
        "customer_id": "cus-1",
        "product_code": "sme-invoice-loan",
        "principal_fen": 30_000_000,
        "annual_rate_bps": 435,
        "term_months": 12,
        "method": "EQUAL_INSTALLMENT",
        "disbursement_date": TODAY,
        "contract_id": "con-1",
    } | changes
    terms = LoanTerms(
        principal=Money(values["principal_fen"]),
        annual_rate_bps=values["annual_rate_bps"],
        term_months=values["term_months"],
        method=values["method"],
        disbursement_date=values["disbursement_date"],
    )
    settlement = SettlementParameters.model_validate(values.get("settlement", CN_DEFAULT))
    values.setdefault("schedule_sha256", _planned(terms, settlement))
    values.setdefault("disclosure", a_disclosure(terms, settlement))
    return ActivateLoan.model_validate(values)


@lru_cache(maxsize=512)
def _planned(terms: LoanTerms, settlement: SettlementParameters) -> str:
    return repayment_plan(terms, profile_of(settlement)).sha256


def a_closing(**changes: Any) -> ApplicationClosed:
    """An application that the customer withdrew."""
    values: dict[str, Any] = {
        "application_id": "app-1",
        "customer_id": "cus-1",
        "outcome": "withdrawn",
        "reasons": (Reason(code="withdrawn", text="客户已撤回申请"),),
        "amount_fen": 0,
        "annual_rate_bps": 0,
        "closed_on": TODAY,
    }
    return ApplicationClosed.model_validate(values | changes)


class StoredBooks(LoanBooks, OpenBooks, Protocol):
    """The books as one adapter keeps them."""


class StoredLedger(Ledger, PendingTransfers, Protocol):
    """The ledger as one adapter keeps it."""


class World(Protocol):
    """A ledger and loans, and a way to look at everything they hold."""

    @property
    def ledger(self) -> StoredLedger:
        """The ledger."""

    @property
    def loans(self) -> Loans:
        """The loans."""

    @property
    def loan_books(self) -> StoredBooks:
        """The books of the loans."""

    @property
    def audits(self) -> BookAudits:
        """The books beside the ledger."""

    @property
    def requests(self) -> ChangeRequests:
        """Requests to change loans."""

    @property
    def clock(self) -> Clock:
        """The clock of both."""

    def snapshot(self, bank: BankId = NORTH) -> BooksSnapshot:
        """One bank's books."""

    def events(self) -> Sequence[Envelope]:
        """Everything in the outbox."""


class MemoryWorld:
    """Servicing in memory."""

    def __init__(
        self,
        ledger_class: type[InMemoryLedger] = InMemoryLedger,
        loans_class: type[InMemoryLoans] = InMemoryLoans,
        books_class: type[InMemoryLoanBooks] = InMemoryLoanBooks,
    ) -> None:
        self.clock = FixedClock(NOON)
        self.books = Books()
        self.ledger = ledger_class(self.books, self.clock)
        self.loans = loans_class(self.books, self.clock)
        self.loan_books = books_class(self.books, self.clock)
        self.audits = self.loan_books
        self.requests = InMemoryChangeRequests(self.books)

    def snapshot(self, bank: BankId = NORTH) -> BooksSnapshot:
        """One bank's books."""
        return self.books.snapshot(bank)

    def events(self) -> Sequence[Envelope]:
        """Everything in the outbox."""
        return list(self.books.events)


class TableWorld:
    """Servicing on its table; make it inside `aws()`, by `table_world()`."""

    def __init__(self) -> None:
        bind_table(TABLE, *ROWS)
        self.clock = FixedClock(NOON)
        commit = Committer(pause=lambda _: None)
        self.ledger = DynamoLedger(self.clock, commit)
        self.loans = DynamoLoans(self.clock, commit)
        self.loan_books = DynamoLoanBooks(self.clock, commit)
        self.audits = DynamoBookAudits(self.loan_books)
        self.requests = DynamoChangeRequests(commit)

    def snapshot(self, bank: BankId = NORTH) -> BooksSnapshot:
        """One bank's books, read row by row."""
        return books_on_table(bank, self.loans, self.loan_books)

    def events(self) -> Sequence[Envelope]:
        """Everything in the outbox."""
        return outbox_on_table()


@contextmanager
def table_world() -> Iterator[TableWorld]:
    """An empty account with servicing's table in it."""
    with aws():
        create_table(TABLE, INDEXES)
        yield TableWorld()


def table_items() -> list[dict[str, Any]]:
    """Every item of the table as DynamoDB keeps it."""
    items: list[dict[str, Any]] = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    return items


def a_disbursed_loan(world: World, **changes: Any) -> Loan:
    """A loan that was reserved, paid out, posted and activated, as the factory does it."""
    command = an_activation(**changes)
    ids = command.model_dump(include={"bank_id", "application_id", "disbursement_id"})
    ids["correlation_id"] = command.correlation_id
    reserve = ReserveInLedger(world.ledger, world.clock)
    reserve(
        a_reservation(
            **ids,
            customer_id=command.customer_id,
            amount_fen=command.principal_fen,
            disclosure=command.disclosure,
        )
    )
    PostDisbursement(world.ledger, world.clock)(a_resolution(**ids, bank_reference="ref-1"))
    return ActivateLoanOnBooks(world.ledger, world.loans)(command)
