"""What works on the books of loans, built on first use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from puhui.clock import BusinessCalendar, Clock, SystemClock
from puhui.dynamodb import bind_table
from servicing.adapters.dynamo_book_audits import DynamoBookAudits
from servicing.adapters.dynamo_change_requests import DynamoChangeRequests
from servicing.adapters.dynamo_fund_uses import DynamoFundTraces
from servicing.adapters.dynamo_ledger import DynamoLedger
from servicing.adapters.dynamo_loan_books import DynamoLoanBooks
from servicing.adapters.dynamo_warnings import DynamoWarnings
from servicing.adapters.rows import ROWS
from servicing.book_ports import BookAudits, LoanBooks
from servicing.calendar_wiring import business_calendar
from servicing.change_ports import ChangeRequests
from servicing.settings import ServicingSettings
from servicing.usecases.check_books import CheckAllBooks, CheckBooks, CheckTrialBalance
from servicing.usecases.check_misuse import CheckMisuse
from servicing.usecases.decide_change import ApproveChange, RejectChange
from servicing.usecases.record_event import RecordEvent
from servicing.usecases.request_change import RequestChange


@dataclass(frozen=True)
class BooksWiring:
    """Everything that handlers and views do with books."""

    clock: Clock
    calendar: BusinessCalendar
    books: LoanBooks
    audits: BookAudits
    requests: ChangeRequests
    record_event: RecordEvent
    request_change: RequestChange
    approve_change: ApproveChange
    reject_change: RejectChange
    check_books: CheckBooks
    check_all_books: CheckAllBooks


@cache
def books_wiring() -> BooksWiring:
    """Build everything once per process."""
    settings = ServicingSettings.from_env()
    bind_table(settings.table_name, *ROWS)
    clock = SystemClock()
    calendar = business_calendar(settings, clock)
    books = DynamoLoanBooks(clock)
    audits = DynamoBookAudits(books)
    requests = DynamoChangeRequests()
    record = RecordEvent(books, clock, calendar)
    check = CheckBooks(books, audits)
    return BooksWiring(
        clock=clock,
        calendar=calendar,
        books=books,
        audits=audits,
        requests=requests,
        record_event=record,
        request_change=RequestChange(
            books,
            requests,
            clock,
            calendar,
            CheckMisuse(DynamoWarnings(clock), DynamoFundTraces()),
        ),
        approve_change=ApproveChange(requests, record, clock),
        reject_change=RejectChange(requests, clock),
        check_books=check,
        check_all_books=CheckAllBooks(check, CheckTrialBalance(DynamoLedger(clock)), audits, clock),
    )
