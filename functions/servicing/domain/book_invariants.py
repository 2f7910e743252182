"""What a loan's book promises: log, account, balances and vouchers say the same, to the 分.

INV2 the account is the fold of the log, the balances are those of the account, the vouchers add up
to both · INV4 the log only grows, and each event is taken back once at most · INV8 nothing is
repaid that was not owed · INV13 the log's chain of hashes ends where the account says. Each broken
promise is answered as a sentence, none as an exception.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from puhui.money import Money
from servicing.domain.account.book import LoanBook, posting_id
from servicing.domain.account.books import balances_of
from servicing.domain.account.chain import head_of
from servicing.domain.account.events import Reversal
from servicing.domain.account.fold import fold
from servicing.domain.accounts import CHART, AccountKey
from servicing.domain.errors import EventRefused
from servicing.domain.vouchers import Balance, Voucher, balances_after, by_code


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that the books break, and what shows it."""

    invariant: str
    subject: str
    detail: str


def check_book(book: LoanBook, held: Mapping[AccountKey, Balance]) -> tuple[Violation, ...]:
    """Every promise that one loan's book and its stored balances break."""
    return (*_log(book), *_account(book), *_balances(book, held))


def check_vouchers(book: LoanBook, vouchers: Iterable[Voucher]) -> tuple[Violation, ...]:
    """INV2: the disbursement and every posting of a loan add up to what its account says."""
    codes = by_code(balances_after(vouchers))
    expected = balances_of(book.account)
    return tuple(
        Violation("INV2", book.loan.loan_id, f"{code}: vouchers give {stored}, not {told} 分")
        for code in sorted({*codes, *expected})
        if (stored := codes.get(code, Balance()).posted) != Money(told := expected.get(code, 0))
    )


def check_log(before: Iterable[LoanBook], after: Iterable[LoanBook]) -> tuple[Violation, ...]:
    """INV4: every event that was in a log is still there, in its place and unchanged."""
    logs = {(book.loan.bank_id, book.loan.loan_id): book.events for book in after}
    return tuple(
        Violation("INV4", book.loan.loan_id, "an event changed or is gone")
        for book in before
        if logs.get((book.loan.bank_id, book.loan.loan_id), ())[: len(book.events)] != book.events
    )


def postings_of(book: LoanBook) -> frozenset[str]:
    """The ids of all postings that may have been booked for a loan so far."""
    return frozenset(posting_id(book.loan.loan_id, n + 1) for n in range(book.version))


def _log(book: LoanBook) -> Iterator[Violation]:
    loan_id = book.loan.loan_id
    if [event.sequence for event in book.events] != list(range(1, len(book.events) + 1)):
        yield Violation("INV4", loan_id, "the log has a gap or a place that is taken twice")
    known: set[str] = set()
    taken_back: Counter[str] = Counter()
    for event in book.events:
        if event.event_id in known:
            yield Violation("INV3", event.event_id, "is in the log twice")
        if isinstance(event.what, Reversal):
            taken_back[event.what.reverses] += 1
            if event.what.reverses not in known:
                yield Violation("INV4", event.event_id, "takes back what had not happened")
        known.add(event.event_id)
    for event_id, times in taken_back.items():
        if times > 1:
            yield Violation("INV4", event_id, f"was taken back {times} times")
    if book.log_head and book.log_head != head_of(loan_id, book.events):
        yield Violation("INV13", loan_id, "the chain of the log does not end where it is said to")
    if book.version < len(book.events):
        yield Violation("INV4", loan_id, f"{len(book.events)} events in {book.version} changes")


def _account(book: LoanBook) -> Iterator[Violation]:
    loan_id, account = book.loan.loan_id, book.account
    try:
        folded = fold(book.loan, book.rules, book.events, account.day)
    except EventRefused as error:
        yield Violation("INV2", loan_id, f"the log contradicts itself: {error.message}")
        return
    if folded != account:
        yield Violation("INV2", loan_id, "the account is not the fold of the log")
    if sum(balances_of(account).values()):
        yield Violation("INV1", loan_id, "the account's balances do not sum to zero")
    if min(account.principal, account.held, account.interest_due) < 0:
        yield Violation("INV8", loan_id, "more was repaid than was owed")


def _balances(book: LoanBook, held: Mapping[AccountKey, Balance]) -> Iterator[Violation]:
    expected = balances_of(book.account)
    for account in CHART.values():
        if not account.per_loan:
            continue
        stored = held.get(AccountKey(account.code, book.loan.application_id), Balance()).posted
        told = expected.get(account.code, 0)
        if stored.minor != told:
            detail = f"{account.code}: stored {stored.minor} 分, the account says {told}"
            yield Violation("INV2", book.loan.loan_id, detail)
