"""Composition root of the end of day: settings → adapters → use cases, built on first use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, Protocol
from urllib.parse import urlsplit

import boto3

from puhui.clock import Clock, SystemClock
from puhui.dynamodb import bind_table
from puhui.observability import logger, metrics
from puhui.settings import Settings
from servicing.adapters.dynamo_book_audits import DynamoBookAudits
from servicing.adapters.dynamo_checks import DynamoChecks
from servicing.adapters.dynamo_end_of_day import DynamoBusinessDays, DynamoDayReports
from servicing.adapters.dynamo_ledger import DynamoLedger
from servicing.adapters.dynamo_loan_books import DynamoLoanBooks
from servicing.adapters.dynamo_warnings import DynamoWarnings
from servicing.adapters.dynamo_watches import DynamoWatches
from servicing.adapters.end_of_day_runs import StepFunctionsEndOfDayRuns
from servicing.adapters.rows import ROWS
from servicing.book_ports import PARTITIONS
from servicing.calendar_wiring import business_calendar
from servicing.classification_wiring import classifying
from servicing.collections_wiring import collecting
from servicing.domain.account.book import LoanBook
from servicing.domain.account.repricing import published_lpr_bps
from servicing.rail_wiring import rail
from servicing.settings import RailSettings, ServicingSettings
from servicing.usecases.assess_debtors import AssessDebtors
from servicing.usecases.classify_loans import ClassifyLoans
from servicing.usecases.close_business_day import CloseBusinessDay
from servicing.usecases.close_loans import CloseLoans
from servicing.usecases.fail_end_of_day import FailEndOfDay
from servicing.usecases.finish_loans import FinishLoans
from servicing.usecases.open_closing import OpenClosing
from servicing.usecases.read_business_day import ReadBusinessDay
from servicing.usecases.read_end_of_day import ReadEndOfDay
from servicing.usecases.read_trial_balance import ReadTrialBalance
from servicing.usecases.report_partition import ReportPartition
from servicing.usecases.reprice_loan import RepriceLoan
from servicing.usecases.request_debits import RequestDebits
from servicing.usecases.review_debtors import ReviewDebtors
from servicing.usecases.start_end_of_days import StartEndOfDays
from servicing.usecases.watch_loans import WatchLoans
from servicing.warnings_wiring import watch_positions

CALENDAR: Final = "calendar"
NOWHERE: Final = ".invalid"
"""The top-level domain of addresses that a bank has not given."""
PAGE_MARGIN_MS: Final = 20_000
"""A page of 50 loans takes a second or two; a call stops long before Lambda would end it."""


@dataclass(frozen=True)
class StarterSettings(Settings):
    """What only the function that starts executions is told."""

    end_of_day_arn: str


@dataclass(frozen=True)
class EndOfDayWiring:
    """Everything the steps of the end of day call."""

    partitions: int
    last_day: Callable[[], date | None]
    read_business_day: ReadBusinessDay
    open_closing: OpenClosing
    close_loans: CloseLoans
    classify_loans: Callable[[], ClassifyLoans]
    """The steps that ask others are made when asked for: each has settings of its own."""
    watch_loans: Callable[[], WatchLoans]
    request_debits: Callable[[], RequestDebits | None]
    """None where there is no core bank to ask."""
    report_partition: ReportPartition
    read_end_of_day: ReadEndOfDay
    close_business_day: CloseBusinessDay
    fail_end_of_day: FailEndOfDay


class LambdaContext(Protocol):
    """What a handler asks Lambda for."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the call."""


def has_time(context: LambdaContext) -> Callable[[], bool]:
    """Whether another page fits into this call."""
    return lambda: context.get_remaining_time_in_millis() > PAGE_MARGIN_MS


@cache
def end_of_day() -> EndOfDayWiring:
    """Build everything once per process."""
    settings = ServicingSettings.from_env()
    bind_table(settings.table_name, *ROWS)
    clock = SystemClock()
    days, reports, books = DynamoBusinessDays(clock), DynamoDayReports(), DynamoLoanBooks(clock)
    calendar = business_calendar(settings, clock)
    read = calendar.read_business_day
    return EndOfDayWiring(
        partitions=PARTITIONS,
        last_day=calendar.today if settings.business_date == CALENDAR else lambda: None,
        read_business_day=read,
        open_closing=OpenClosing(days, read, clock),
        close_loans=CloseLoans(
            books, books, RepriceLoan(books, published_lpr_bps, _tell_waiting, clock), clock
        ),
        classify_loans=lambda: ClassifyLoans(
            books, books, AssessDebtors(classifying().classify), clock
        ),
        watch_loans=lambda: WatchLoans(
            books,
            ReviewDebtors(watch_positions(), collecting().review, collecting().files),
            _finish_loans(books, clock),
        ),
        request_debits=lambda: _debits(books, clock),
        report_partition=ReportPartition(reports),
        read_end_of_day=ReadEndOfDay(reports),
        close_business_day=CloseBusinessDay(
            days, reports, ReadTrialBalance(DynamoLedger(clock)), PARTITIONS, clock
        ),
        fail_end_of_day=FailEndOfDay(days, read),
    )


def _finish_loans(books: DynamoLoanBooks, clock: Clock) -> FinishLoans:
    collections = collecting()
    return FinishLoans(
        books=books,
        review=collections.review,
        files=collections.files,
        warnings=DynamoWarnings(clock),
        checks=DynamoChecks(),
        watches=DynamoWatches(),
        clock=clock,
    )


def _debits(books: DynamoLoanBooks, clock: Clock) -> RequestDebits | None:
    host = urlsplit(RailSettings.from_env().core_banking_url).hostname or NOWHERE
    if host.endswith(NOWHERE):
        return None
    return RequestDebits(books, rail().ask_for_debit, clock)


def _tell_waiting(book: LoanBook, on: date) -> None:
    """An operator supplies the LPR, or enters the new rate from its own day."""
    bank_id, loan_id = book.loan.bank_id, book.loan.loan_id
    logger.warning("repricing waits", bank_id=bank_id, loan_id=loan_id, on=on.isoformat())
    metrics.count("RepricingWaits", bank_id=bank_id)


@cache
def starter() -> StartEndOfDays:
    """What the schedule calls."""
    settings = ServicingSettings.from_env()
    wired, clock = end_of_day(), SystemClock()
    return StartEndOfDays(
        banks=DynamoBookAudits(DynamoLoanBooks(clock)),
        days=DynamoBusinessDays(clock),
        read_business_day=wired.read_business_day,
        runs=StepFunctionsEndOfDayRuns(
            boto3.client("stepfunctions"), StarterSettings.from_env().end_of_day_arn
        ),
        clock=clock,
        automatic=settings.business_date == CALENDAR,
    )
