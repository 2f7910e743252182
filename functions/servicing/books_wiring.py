"""What works on the books of loans, built on first use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from puhui.clock import BusinessCalendar, Clock, ConfiguredBusinessCalendar, SystemClock
from puhui.dynamodb import bind_table
from servicing.adapters.dynamo_book_audits import DynamoBookAudits
from servicing.adapters.dynamo_ledger import DynamoLedger
from servicing.adapters.dynamo_loan_books import DynamoLoanBooks
from servicing.adapters.rows import ROWS
from servicing.book_ports import BookAudits, LoanBooks
from servicing.settings import ServicingSettings
from servicing.usecases.check_books import CheckAllBooks, CheckBooks, CheckTrialBalance
from servicing.usecases.record_event import RecordEvent


@dataclass(frozen=True)
class BooksWiring:
    """Everything that handlers and views do with books."""

    clock: Clock
    calendar: BusinessCalendar
    books: LoanBooks
    audits: BookAudits
    record_event: RecordEvent
    check_books: CheckBooks
    check_all_books: CheckAllBooks


@cache
def books_wiring() -> BooksWiring:
    """Build everything once per process."""
    settings = ServicingSettings.from_env()
    bind_table(settings.table_name, *ROWS)
    clock = SystemClock()
    calendar = ConfiguredBusinessCalendar(settings.business_date, clock)
    books = DynamoLoanBooks(clock)
    audits = DynamoBookAudits(books)
    check = CheckBooks(books, audits)
    return BooksWiring(
        clock=clock,
        calendar=calendar,
        books=books,
        audits=audits,
        record_event=RecordEvent(books, clock, calendar),
        check_books=check,
        check_all_books=CheckAllBooks(check, CheckTrialBalance(DynamoLedger(clock)), audits, clock),
    )
