"""Between a loan's book and its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from pynamodb.expressions.update import Action

from puhui.dynamodb import BaseRow
from puhui.money import Money
from servicing.adapters.account_rows import AccountRow, EventKeyRow, LoanEventRow
from servicing.adapters.clearing_rows import LOANS, place_in_index
from servicing.adapters.rows import (
    ACCOUNT_SK,
    EVENT_KEY_SK,
    EVENT_PREFIX,
    LoanPartRow,
    customer_key,
    ended_key,
    event_key_pk,
    event_sk,
    loan_pk,
    partition_key,
    partition_of,
)
from servicing.domain.account.account_values import (
    account_of_values,
    account_values,
    rules_of_values,
    rules_values,
)
from servicing.domain.account.book import LoanBook, LoanChange
from servicing.domain.account.event_values import of_values, values_of
from servicing.domain.account.events import LoanEvent
from servicing.domain.loan import Loan
from servicing.domain.plain_values import decoded, of_plain, plain
from servicing.domain.rail.clearing import moved_by
from servicing.domain.schedule import LoanTerms, Schedule

PARTS = ("schedule", "checks", "status", "monitoring")
"""Of a loan, what has rows of its own."""


def account_row(book: LoanBook) -> AccountRow:
    """The row of a book that was just opened."""
    return AccountRow(*account_key(book), **_account_values(book))


def ended_sk(day: date, loan_id: str) -> str:
    """Closed loans lie in the order of the days of their last change."""
    return f"{day.isoformat()}#{loan_id}"


def account_key(book: LoanBook) -> tuple[str, str]:
    """Where the account of a book lies."""
    return loan_pk(book.loan.bank_id, book.loan.loan_id), ACCOUNT_SK


def account_actions(book: LoanBook) -> list[Action]:
    """What makes the row of an earlier version that of this one."""
    values = _account_values(book)
    gone = [name for name, value in values.items() if value is None]
    return [
        *(getattr(AccountRow, name).set(v) for name, v in values.items() if name not in gone),
        *(getattr(AccountRow, name).remove() for name in gone),
    ]


def event_rows(change: LoanChange, at: datetime) -> list[BaseRow]:
    """The event of a change in the loan's log; none where only time has passed."""
    event, loan = change.event, change.after.loan
    if event is None:
        return []
    row = LoanEventRow(
        loan_pk(loan.bank_id, loan.loan_id),
        event_sk(event.sequence),
        event_id=event.event_id,
        kind=event.kind.value,
        value_date=event.value_date,
        entered_on=event.entered_on,
        entered_at=at,
        sequence=event.sequence,
        entered_by=event.entered_by or None,
        happening=values_of(event.what),
        payload_sha256=change.payload_sha256,
        posting_id=event.posting_id,
    )
    place_in_index(row, LOANS, loan.bank_id, event.entered_on, moved_by(change))
    return [row]


def event_key_row(change: LoanChange, event: LoanEvent) -> EventKeyRow:
    """That the id of the change's event is taken."""
    return EventKeyRow(
        event_key_pk(event.event_id),
        EVENT_KEY_SK,
        bank_id=change.after.loan.bank_id,
        loan_id=change.after.loan.loan_id,
        sequence=event.sequence,
        payload_sha256=change.payload_sha256,
    )


def event_of(row: LoanEventRow | LoanPartRow) -> LoanEvent:
    """The event in a row of the log."""
    return LoanEvent(
        event_id=row.event_id,
        value_date=row.value_date,
        entered_on=row.entered_on,
        sequence=int(row.sequence),
        what=of_values(row.happening),
        entered_by=row.entered_by or "",
        posting_id=row.posting_id,
    )


def book_of(loan: Loan, parts: Mapping[str, LoanPartRow]) -> LoanBook:
    """The book of a loan in the rows of its partition.

    A loan that was booked before there were accounts has none yet: its book is a new one.
    """
    row = parts.get(ACCOUNT_SK)
    if row is None:
        return LoanBook.of_new(loan)
    rules = rules_of_values(row.rules)
    return LoanBook(
        loan=loan,
        rules=rules,
        events=tuple(_log(parts)),
        account=account_of_values(row.account, rules),
        version=int(row.book_version),
        log_head=row.log_head or "",
    )


def open_book_of(row: AccountRow) -> LoanBook:
    """The book as the index knows it: its log and its plan are not read."""
    rules = rules_of_values(row.rules)
    schedule = Schedule(terms=of_plain(LoanTerms, row.terms), profile_code=row.profile, lines=())
    loan = Loan(schedule=schedule, checks=(), **decoded(Loan, row.loan))
    return LoanBook(
        loan=loan,
        rules=rules,
        events=(),
        account=account_of_values(row.account, rules),
        version=int(row.book_version),
        log_is_read=False,
        log_head=row.log_head or "",
    )


def _log(parts: Mapping[str, LoanPartRow]) -> Iterable[LoanEvent]:
    return (event_of(row) for sk, row in sorted(parts.items()) if sk.startswith(EVENT_PREFIX))


def _account_values(book: LoanBook) -> dict[str, Any]:
    loan, account = book.loan, book.account
    is_open, partition = account.closed_on is None, partition_of(loan.loan_id)
    in_partition = partition_key if is_open else ended_key
    return {
        "gsi2pk": in_partition(loan.bank_id, partition),
        "gsi2sk": loan.loan_id if is_open else ended_sk(account.day, loan.loan_id),
        "gsi3pk": customer_key(loan.bank_id, loan.customer_id),
        "gsi3sk": loan.loan_id,
        "book_version": book.version,
        "loan": plain(loan, without=PARTS),
        "profile": loan.schedule.profile_code,
        "terms": plain(loan.terms),
        "rules": rules_values(book.rules),
        "account": account_values(account),
        "as_of": account.day,
        "status": account.status.value,
        "principal_outstanding": Money(account.principal),
        "days_overdue": account.days_overdue,
        "log_head": book.log_head or None,
    }
