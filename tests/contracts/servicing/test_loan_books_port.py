"""What every keeper of books promises: the one in memory and the one on DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from puhui.errors import StaleVersion
from puhui.money import Money
from servicing.adapters.rows import partition_of
from servicing.domain.account.book import LoanBook, LoanChange
from servicing.domain.account.books import balances_of
from servicing.domain.account.events import Payoff, Repayment, Reversal
from servicing.domain.account.payoff import payoff_of
from servicing.domain.account.position import LoanStatus
from servicing.domain.errors import EventExists, LoanNotFound, TransferNotFound
from servicing.domain.invariants import check_invariants
from servicing.domain.vouchers import Step
from tests.support.loan_accounts import INSTALMENT, entered, on
from tests.support.servicing import (
    NOON,
    NORTH,
    SOUTH,
    MemoryWorld,
    World,
    a_disbursed_loan,
    table_world,
)

DUE = 31
"""Days from the disbursement to the first instalment."""


@pytest.fixture(params=["memory", "dynamo"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Fresh books of each kind."""
    if request.param == "memory":
        yield MemoryWorld()
    else:
        with table_world() as table:
            yield table


@pytest.fixture
def book(world: World) -> LoanBook:
    """The book of a loan that was just paid out."""
    return world.loan_books.get(NORTH, a_disbursed_loan(world).loan_id)


def repaid(book: LoanBook, event_id: str = "rep-1", fen: int = INSTALMENT.minor) -> LoanChange:
    """The change that a repayment on the first due day makes."""
    return book.enter(entered(book, event_id, Repayment(amount=Money(fen)), on(DUE)))


def test_a_new_loan_has_a_book_without_events(world: World, book: LoanBook) -> None:
    assert (book.version, book.events) == (0, ())
    assert book == LoanBook.of_new(world.loans.get(NORTH, book.loan.loan_id))


def test_a_recorded_change_is_read_back_whole(world: World, book: LoanBook) -> None:
    change = repaid(book)

    world.loan_books.record(change)

    assert world.loan_books.get(NORTH, book.loan.loan_id) == change.after


def test_ledger_and_balances_say_what_the_account_says(world: World, book: LoanBook) -> None:
    world.loan_books.record(repaid(book, fen=INSTALMENT.minor - 7))
    moved = world.loan_books.get(NORTH, book.loan.loan_id)
    closing = moved.close_day(on(DUE + 40), NOON)
    assert closing is not None
    world.loan_books.record(closing)

    assert check_invariants(world.snapshot()) == ()
    held = {code: b.posted.minor for code, b in world.ledger.balances(NORTH).items()}
    assert {code: fen for code, fen in held.items() if fen} == balances_of(closing.after.account)
    assert held["130302"] > 0


def test_each_change_tells_of_itself_once(world: World, book: LoanBook) -> None:
    change = repaid(book)
    world.loan_books.record(change)
    closing = change.after.close_day(on(DUE + 1), NOON)
    assert closing is not None
    world.loan_books.record(closing)

    told = [event for event in world.events() if event.subject == book.loan.loan_id]
    assert sorted(event.name for event in told) == [
        "LoanBooked",
        "LoanDayClosed",
        "LoanEventRecorded",
    ]
    (recorded,) = (event for event in told if event.name == "LoanEventRecorded")
    assert recorded.data["amount_fen"] == INSTALMENT.minor
    assert recorded.data["posting_id"] == change.after.events[0].posting_id


def test_a_change_of_an_older_version_is_refused_and_writes_nothing(
    world: World, book: LoanBook
) -> None:
    first, second = repaid(book, "rep-1"), repaid(book, "rep-2")
    world.loan_books.record(first)

    with pytest.raises(StaleVersion):
        world.loan_books.record(second)

    assert world.loan_books.get(NORTH, book.loan.loan_id) == first.after
    assert world.loan_books.known("rep-2") is None
    assert check_invariants(world.snapshot()) == ()


def test_an_event_id_is_taken_once_even_on_a_fresh_book(world: World, book: LoanBook) -> None:
    change = repaid(book)
    world.loan_books.record(change)

    with pytest.raises(EventExists):
        world.loan_books.record(repaid(change.after, "rep-1", 1))

    assert world.loan_books.get(NORTH, book.loan.loan_id) == change.after


def test_a_lost_answer_is_told_as_an_id_that_is_taken(world: World, book: LoanBook) -> None:
    change = repaid(book)
    world.loan_books.record(change)

    with pytest.raises(EventExists):
        world.loan_books.record(change)


def test_an_event_id_is_taken_for_every_bank(world: World, book: LoanBook) -> None:
    world.loan_books.record(repaid(book))
    other = a_disbursed_loan(
        world, bank_id="south", application_id="app-9", disbursement_id="dsb-9"
    )

    with pytest.raises(EventExists):
        world.loan_books.record(repaid(world.loan_books.get(SOUTH, other.loan_id)))

    assert world.loan_books.get(SOUTH, other.loan_id).version == 0


def test_a_known_event_says_whose_it_is(world: World, book: LoanBook) -> None:
    change = repaid(book)
    world.loan_books.record(change)

    known = world.loan_books.known("rep-1")

    assert known is not None
    assert (known.bank_id, known.loan_id) == (NORTH, book.loan.loan_id)
    assert known.payload_sha256 == change.payload_sha256
    assert known.event == change.after.events[0]
    assert world.loan_books.known("rep-2") is None


def test_another_banks_book_is_not_found(world: World, book: LoanBook) -> None:
    with pytest.raises(LoanNotFound):
        world.loan_books.get(SOUTH, book.loan.loan_id)
    with pytest.raises(LoanNotFound):
        world.audits.held(SOUTH, book.loan.loan_id)


def test_a_posting_is_shown_to_its_own_bank(world: World, book: LoanBook) -> None:
    change = repaid(book)
    world.loan_books.record(change)
    posting = change.after.events[0].posting_id or ""

    assert world.audits.posting(NORTH, posting) == change.voucher
    assert world.audits.posting(NORTH, posting).step is Step.BOOK
    with pytest.raises(TransferNotFound):
        world.audits.posting(SOUTH, posting)
    with pytest.raises(TransferNotFound):
        world.audits.posting(NORTH, "pst-unknown")


def test_open_loans_are_found_in_their_partition_page_by_page(world: World) -> None:
    ids = {
        a_disbursed_loan(
            world, application_id=f"app-{n}", disbursement_id=f"dsb-{n}", principal_fen=100_000
        ).loan_id
        for n in range(9)
    }

    found: list[LoanBook] = []
    for partition in range(64):
        after = ""
        while True:
            page = world.loan_books.open_in(NORTH, partition, after=after, limit=1)
            found.extend(page.books)
            after = page.next_after
            if not after:
                break

    assert {book.loan.loan_id for book in found} == ids
    assert len(found) == len(ids)


def test_an_open_book_closes_its_day_as_the_whole_one_does(world: World, book: LoanBook) -> None:
    world.loan_books.record(repaid(book))
    loan_id = book.loan.loan_id
    (listed,) = world.loan_books.open_in(NORTH, partition_of(loan_id), after="", limit=9).books
    whole = world.loan_books.get(NORTH, loan_id)

    light, full = listed.close_day(on(70), NOON), whole.close_day(on(70), NOON)

    assert light is not None
    assert full is not None
    assert light.voucher == full.voucher
    assert light.announcement() == full.announcement()
    world.loan_books.record(light)
    assert world.loan_books.get(NORTH, loan_id) == full.after


def test_no_event_is_entered_into_a_book_whose_log_was_not_read(
    world: World, book: LoanBook
) -> None:
    partition = partition_of(book.loan.loan_id)
    (listed,) = world.loan_books.open_in(NORTH, partition, after="", limit=9).books

    with pytest.raises(ValueError, match="log was read"):
        repaid(listed)


def test_a_closed_loan_leaves_its_partition_and_comes_back_when_it_is_reopened(
    world: World, book: LoanBook
) -> None:
    loan_id = book.loan.loan_id
    amount = Money(payoff_of(book.account).total)
    settled = book.enter(entered(book, "off-1", Payoff(amount=amount), on(0)))
    world.loan_books.record(settled)
    partition = partition_of(loan_id)

    assert world.loan_books.open_in(NORTH, partition, after="", limit=9).books == ()
    assert world.loans.get(NORTH, loan_id).status is LoanStatus.SETTLED

    undo = Reversal(reverses="off-1", reason="来款有误")
    world.loan_books.record(settled.after.enter(entered(settled.after, "rev-1", undo, on(0))))
    (listed,) = world.loan_books.open_in(NORTH, partition, after="", limit=9).books
    assert listed.account == world.loan_books.get(NORTH, loan_id).account
    assert check_invariants(world.snapshot()) == ()


def test_a_customers_loans_are_found_open_or_closed(world: World, book: LoanBook) -> None:
    other = a_disbursed_loan(
        world, application_id="app-2", disbursement_id="dsb-2", customer_id="cus-2"
    )

    found = world.loan_books.of_customer(NORTH, "cus-2")

    assert list(found) == [other.loan_id]
    assert found[other.loan_id].account == LoanBook.of_new(other).account
    assert world.loan_books.of_customer(SOUTH, "cus-2") == {}


def test_a_book_and_its_balances_are_read_at_one_moment(world: World, book: LoanBook) -> None:
    change = repaid(book)
    world.loan_books.record(change)

    read = world.audits.held(NORTH, book.loan.loan_id)

    held = {key.code: balance.posted.minor for key, balance in read.held.items()}
    told = balances_of(change.after.account)
    assert read.book == change.after
    assert {code: fen for code, fen in held.items() if fen} == {
        code: fen for code, fen in told.items() if code in held
    }


def test_banks_with_loans_are_known(world: World, book: LoanBook) -> None:
    a_disbursed_loan(world, bank_id="south", application_id="app-9", disbursement_id="dsb-9")

    assert list(world.audits.banks()) == [NORTH, SOUTH]


def test_a_loan_of_thirty_years_is_kept_and_closed(world: World) -> None:
    loan = a_disbursed_loan(
        world, application_id="app-3", disbursement_id="dsb-3", term_months=360, customer_id="c3"
    )
    book = world.loan_books.get(NORTH, loan.loan_id)

    change = book.close_day(loan.terms.disbursement_date + timedelta(days=360 * 31), NOON)

    assert change is not None
    world.loan_books.record(change)
    stored = world.loan_books.get(NORTH, loan.loan_id)
    assert stored.account == change.after.account
    assert len(stored.account.dues) == 360


def test_a_change_that_books_nothing_has_no_voucher(world: World, book: LoanBook) -> None:
    change = replace(repaid(book), voucher=None)

    world.loan_books.record(change)

    assert [voucher.step for voucher in world.snapshot().vouchers].count(Step.BOOK) == 0
