"""The nightly check: good books pass in silence, broken ones are named by their promise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from infra.simulation.in_memory_loan_books import InMemoryLoanBooks
from puhui.errors import StaleVersion
from puhui.money import Money
from puhui.tenancy import BankId
from servicing.adapters.rows import partition_of
from servicing.book_ports import HeldBook
from servicing.domain.account.book import LoanBook
from servicing.domain.account.events import LoanEvent, Repayment, Reversal
from servicing.domain.accounts import LOAN_PRINCIPAL, AccountKey
from servicing.domain.book_invariants import check_book, check_log, check_vouchers
from servicing.domain.invariants import BooksSnapshot, check_invariants
from servicing.domain.vouchers import Balance, Step
from servicing.usecases.check_books import CheckAllBooks, CheckBooks, CheckTrialBalance
from tests.support.loan_accounts import INSTALMENT, entered, on
from tests.support.servicing import NOON, NORTH, SOUTH, MemoryWorld, a_disbursed_loan

PRINCIPAL = AccountKey(LOAN_PRINCIPAL.code, "app-1")


def a_world(books_class: type[InMemoryLoanBooks] = InMemoryLoanBooks) -> MemoryWorld:
    """A loan of which one instalment was paid, and a day closed; and one of another bank."""
    world = MemoryWorld(books_class=books_class)
    book = world.loan_books.get(NORTH, a_disbursed_loan(world).loan_id)
    paid = book.enter(entered(book, "rep-1", Repayment(amount=INSTALMENT), on(31)))
    world.loan_books.record(paid)
    closing = paid.after.close_day(on(40), NOON)
    assert closing is not None
    world.loan_books.record(closing)
    a_disbursed_loan(world, bank_id="south", application_id="app-9", disbursement_id="dsb-9")
    return world


def a_held_book() -> HeldBook:
    """The first of them, with its balances."""
    world = a_world()
    return world.audits.held(NORTH, next(iter(world.loan_books.of_customer(NORTH, "cus-1"))))


def test_good_books_break_nothing() -> None:
    read = a_held_book()

    assert check_book(read.book, read.held) == ()
    assert check_invariants(a_world().snapshot()) == ()


# --- broken books ---------------------------------------------------------------------------

Breaking = Callable[[HeldBook], HeldBook]


def with_book(read: HeldBook, **changes: object) -> HeldBook:
    """The same with another book."""
    return replace(read, book=replace(read.book, **changes))  # type: ignore[arg-type]


def a_fen_less_is_stored(read: HeldBook) -> HeldBook:
    stored = read.held[PRINCIPAL]
    less = replace(stored, posted=stored.posted - Money(1))
    return replace(read, held={**read.held, PRINCIPAL: less})


def balances_are_gone(read: HeldBook) -> HeldBook:
    return replace(read, held={})


def the_account_forgot_the_repayment(read: HeldBook) -> HeldBook:
    return with_book(read, account=LoanBook.of_new(read.book.loan).account)


def the_log_forgot_the_repayment(read: HeldBook) -> HeldBook:
    return with_book(read, events=())


def the_log_has_a_gap(read: HeldBook) -> HeldBook:
    return with_book(read, events=(replace(read.book.events[0], sequence=2),))


def an_event_is_there_twice(read: HeldBook) -> HeldBook:
    return with_book(read, events=(read.book.events[0], replace(read.book.events[0], sequence=2)))


def reversals(*of: str) -> tuple[LoanEvent, ...]:
    """Reversals that take back the named events, after the repayment."""
    return tuple(
        LoanEvent(
            event_id=f"rev-{n}",
            value_date=on(31),
            entered_on=on(31),
            sequence=n + 2,
            what=Reversal(reverses=event_id, reason="x"),
        )
        for n, event_id in enumerate(of)
    )


def taken_back_twice(read: HeldBook) -> HeldBook:
    return with_book(read, events=(*read.book.events, *reversals("rep-1", "rep-1")))


def taken_back_before_it_was(read: HeldBook) -> HeldBook:
    return with_book(read, events=(*read.book.events, *reversals("rep-9")))


def more_events_than_changes(read: HeldBook) -> HeldBook:
    return with_book(read, version=0)


def more_repaid_than_owed(read: HeldBook) -> HeldBook:
    flows = replace(read.book.account.flows, principal_repaid=10**12)
    return with_book(read, account=replace(read.book.account, flows=flows))


@pytest.mark.parametrize(
    ("breaking", "invariant"),
    [
        (a_fen_less_is_stored, "INV2"),
        (balances_are_gone, "INV2"),
        (the_account_forgot_the_repayment, "INV2"),
        (the_log_forgot_the_repayment, "INV2"),
        (the_log_has_a_gap, "INV4"),
        (an_event_is_there_twice, "INV3"),
        (taken_back_twice, "INV4"),
        (taken_back_before_it_was, "INV4"),
        (more_events_than_changes, "INV4"),
        (more_repaid_than_owed, "INV8"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_broken_book_is_named_by_its_promise(breaking: Breaking, invariant: str) -> None:
    read = breaking(a_held_book())

    assert invariant in {found.invariant for found in check_book(read.book, read.held)}


def test_vouchers_that_do_not_add_up_to_the_account_are_found() -> None:
    world = a_world()
    book = world.loan_books.get(NORTH, next(iter(world.loan_books.of_customer(NORTH, "cus-1"))))
    own = [v for v in world.snapshot().vouchers if v.step in {Step.POST, Step.BOOK}]

    assert check_vouchers(book, own) == ()
    assert {v.invariant for v in check_vouchers(book, own[:-1])} == {"INV2"}


def test_a_log_only_grows() -> None:
    book = a_held_book().book
    shorter = replace(book, events=())

    assert check_log([shorter], [book]) == ()
    assert [v.invariant for v in check_log([book], [shorter])] == ["INV4"]


def a_posting_of_nobody(books: BooksSnapshot) -> BooksSnapshot:
    stray = next(v for v in books.vouchers if v.step is Step.BOOK)
    return replace(books, vouchers=[*books.vouchers, replace(stray, transfer_id="pst-stray")])


def a_loan_without_a_book(books: BooksSnapshot) -> BooksSnapshot:
    return replace(books, books=())


@pytest.mark.parametrize(
    ("breaking", "invariant"), [(a_posting_of_nobody, "INV3"), (a_loan_without_a_book, "INV7")]
)
def test_books_that_do_not_belong_together_are_found(
    breaking: Callable[[BooksSnapshot], BooksSnapshot], invariant: str
) -> None:
    broken = breaking(a_world().snapshot())

    assert invariant in {found.invariant for found in check_invariants(broken)}


# --- the night ------------------------------------------------------------------------------


def all_books(world: MemoryWorld) -> CheckAllBooks:
    """The nightly check of a world."""
    return CheckAllBooks(
        CheckBooks(world.loan_books, world.audits),
        CheckTrialBalance(world.ledger),
        world.audits,
        world.clock,
    )


LATER = NOON + timedelta(minutes=5)


def test_a_night_checks_every_bank_and_finds_good_books_good() -> None:
    night = all_books(a_world())(LATER)

    assert (night.loans, night.unread, night.violations, night.is_done) == (2, 0, [], True)


def test_a_night_names_the_bank_and_the_loan_whose_balances_are_wrong() -> None:
    world = a_world()
    stored = world.books.sub_ledgers[NORTH, PRINCIPAL]
    world.books.sub_ledgers[NORTH, PRINCIPAL] = stored.plus(_a_stray_entry(world))

    night = all_books(world)(LATER)

    (found,) = night.violations
    assert (found[0], found[1].invariant) == (NORTH, "INV2")
    assert found[1].subject == next(iter(world.loan_books.of_customer(NORTH, "cus-1")))


def _a_stray_entry(world: MemoryWorld):  # type: ignore[no-untyped-def]
    voucher = next(v for v in world.snapshot().vouchers if v.step is Step.BOOK)
    return next(entry for entry in voucher.entries if entry.account == PRINCIPAL)


def test_a_night_finds_a_bank_whose_debits_are_not_its_credits() -> None:
    world = a_world()
    world.books.book[SOUTH, "300101"] = Balance(posted=Money(-1), pending=Money(-2))

    night = all_books(world)(LATER)

    assert [(bank, v.invariant) for bank, v in night.violations] == [(SOUTH, "INV1")] * 2


def test_a_night_without_time_says_that_it_is_not_done() -> None:
    night = all_books(a_world())(NOON)

    assert (night.loans, night.is_done) == (0, False)


def test_each_night_begins_with_another_partition() -> None:
    world = a_world()
    check = all_books(world)

    first = next(check._work())
    world.clock.advance(timedelta(days=1))

    assert next(check._work()) != first


class NeverStill(InMemoryLoanBooks):
    """Books that change whenever they are read."""

    def held(self, bank_id: BankId, loan_id: str) -> HeldBook:
        """Refuse."""
        raise StaleVersion


def test_a_loan_that_never_stands_still_is_counted_and_left_for_the_next_night() -> None:
    world = a_world(NeverStill)
    loan_id = next(iter(world.loan_books.of_customer(NORTH, "cus-1")))

    checked = CheckBooks(world.loan_books, world.audits)(NORTH, partition_of(loan_id))

    assert (checked.loans, checked.unread, checked.violations) == (0, 1, ())
