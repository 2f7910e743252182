"""INV13: whoever changes a loan's log afterwards is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from puhui.money import Money
from servicing.domain.account.book import LoanBook
from servicing.domain.account.chain import head_of
from servicing.domain.account.events import LoanEvent, Repayment
from servicing.domain.book_invariants import check_book
from tests.support.loan_accounts import INSTALMENT, a_book, closed, on, with_event

Log = tuple[LoanEvent, ...]


def a_lived_book() -> LoanBook:
    """Three repayments and a night."""
    book = a_book()
    for n, days in enumerate((31, 61, 92)):
        book = with_event(book, f"r{n}", Repayment(amount=INSTALMENT), on(days))
    return closed(book, on(100))


def broken(book: LoanBook) -> set[str]:
    """The promises that a book breaks, apart from what its ledger holds."""
    return {one.invariant for one in check_book(book, {}) if not one.detail.startswith(("1", "2"))}


def test_the_chain_ends_where_the_account_says_and_a_night_adds_no_link() -> None:
    book = a_lived_book()

    assert book.log_head == head_of(book.loan.loan_id, book.events)
    assert "INV13" not in broken(book)


@pytest.mark.parametrize(
    "change",
    [
        lambda log: (log[0], replace(log[1], what=Repayment(amount=Money(1))), log[2]),
        lambda log: log[:2],
        lambda log: (log[1], log[0], log[2]),
        lambda log: (*log, replace(log[2], event_id="r9", sequence=4)),
        lambda log: (replace(log[0], entered_by="somebody else"), *log[1:]),
    ],
    ids=["edited", "cut", "swapped", "added", "another_author"],
)
def test_a_log_that_was_touched_is_found(change: Callable[[Log], Log]) -> None:
    book = a_lived_book()

    touched = replace(book, events=change(book.events))

    assert "INV13" in broken(touched)
