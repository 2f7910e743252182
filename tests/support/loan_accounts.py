"""Builders of loan books and events, and the walks that properties are told about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.account.book import Entered, LoanBook
from servicing.domain.account.books import balances_of
from servicing.domain.account.events import (
    Component,
    Happening,
    LoanEvent,
    Misuse,
    Refund,
    Repayment,
    Waiver,
    WriteOff,
)
from servicing.domain.account.fold import fold
from servicing.domain.account.rules import CN_DEFAULT_RULES, ServicingRules
from servicing.domain.disbursement import proposed_transfer
from servicing.domain.errors import EventRefused
from servicing.domain.loan import Loan, proposed_loan
from tests.support.servicing import NOON, TODAY, a_reservation, an_activation

INSTALMENT = Money(25_592_97)
"""The instalment of the loan of 300,000 yuan at 4.35 % over twelve months."""


def a_loan(**changes: Any) -> Loan:
    """A loan that is on the books: 300,000 yuan, 4.35 %, twelve equal instalments."""
    command = an_activation(**changes)
    reservation = a_reservation(amount_fen=command.principal_fen, disclosure=command.disclosure)
    transfer = proposed_transfer(reservation).reserve(NOON).transfer.post(TODAY, NOON, "ref-1")
    return proposed_loan(command, transfer.transfer)


def a_book(rules: ServicingRules = CN_DEFAULT_RULES, **changes: Any) -> LoanBook:
    """The book of such a loan, on the day of its disbursement."""
    return LoanBook.of_new(a_loan(**changes), rules)


def on(days: int) -> date:
    """So many days after the disbursement."""
    return TODAY + timedelta(days=days)


def entered(book: LoanBook, event_id: str, what: Happening, value_date: date) -> Entered:
    """An event, entered on the day on which it counts or on which the book stands."""
    return Entered(
        event_id=event_id,
        loan_id=book.loan.loan_id,
        value_date=value_date,
        entered_on=max(value_date, book.account.day),
        at=NOON,
        what=what,
    )


def with_event(book: LoanBook, event_id: str, what: Happening, value_date: date) -> LoanBook:
    """The book after an event."""
    return book.enter(entered(book, event_id, what, value_date)).after


def closed(book: LoanBook, day: date) -> LoanBook:
    """The book after the end of day."""
    change = book.close_day(day, NOON)
    return book if change is None else change.after


def held_in_ledger(changes: Iterable[Any]) -> Mapping[str, int]:
    """What the vouchers of some changes add up to, by account code."""
    held: dict[str, int] = {}
    for change in changes:
        for entry in change.voucher.entries if change.voucher else ():
            code = entry.account.code
            held[code] = held.get(code, 0) + entry.debit_less_credit.minor
    return {code: fen for code, fen in held.items() if fen}


@st.composite
def happenings(draw: st.DrawFn) -> tuple[int, Happening]:
    """Something of a borrower's life, and how many days after the disbursement it happens."""
    days = draw(st.integers(0, 500))
    kind = draw(
        st.sampled_from(["repay", "repay", "repay", "waive", "refund", "misuse", "write_off"])
    )
    amount = Money(draw(st.integers(1, 4_000_000)))
    if kind == "waive":
        component = draw(st.sampled_from([Component.PENALTY, Component.INTEREST]))
        return days, Waiver(component=component, amount=amount, reason="困难减免")
    if kind == "refund":
        return days, Refund(amount=amount)
    if kind == "misuse":
        fen = draw(st.sampled_from([0, 10_000_000, 25_000_000]))
        return days, Misuse(amount=Money(fen), reason="资金流入证券账户")
    if kind == "write_off" and days > 400:
        return days, WriteOff(reason="符合核销条件")
    return days, Repayment(amount=amount)


def folded(book: LoanBook, events: Iterable[LoanEvent], day: date) -> LoanBook | None:
    """The book that a set of events gives, or None where they contradict each other."""
    try:
        account = fold(book.loan, book.rules, tuple(events), day)
    except EventRefused:
        return None
    return LoanBook(
        loan=book.loan, rules=book.rules, events=tuple(events), account=account, version=1
    )


def sum_of_books(book: LoanBook) -> int:
    """All balances of the loan's accounts; zero, or something came from nowhere."""
    return sum(balances_of(book.account).values())
