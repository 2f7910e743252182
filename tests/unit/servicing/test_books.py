"""Vouchers balance or do not exist; a broken book is named by the promise that it breaks."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.account.book import LoanBook
from servicing.domain.accounts import CHART, CLEARING, LOAN_PRINCIPAL, AccountKey, Side
from servicing.domain.disbursement import proposed_transfer, transfer_id_of
from servicing.domain.errors import UnbalancedVoucher
from servicing.domain.invariants import BooksSnapshot, check_history, check_invariants
from servicing.domain.loan import proposed_loan
from servicing.domain.transfers import TransferState
from servicing.domain.trial_balance import trial_balance
from servicing.domain.vouchers import (
    Balance,
    Entry,
    Layer,
    Step,
    Voucher,
    balances_after,
    by_code,
)
from tests.support.servicing import NOON, NORTH, TODAY, a_reservation, an_activation

LOAN = AccountKey(LOAN_PRINCIPAL.code, "app-1")
BANK = AccountKey(CLEARING.code)


def an_entry(**changes: object) -> Entry:
    """100 分 debited to a loan."""
    values: dict[str, object] = {
        "account": LOAN,
        "layer": Layer.POSTED,
        "side": Side.DEBIT,
        "amount": Money(100),
    }
    return Entry(**values | changes)  # type: ignore[arg-type]


def a_voucher(*entries: Entry) -> Voucher:
    """A voucher of these entries."""
    return Voucher(
        bank_id=NORTH,
        transfer_id="trf-1",
        step=Step.RESERVE,
        booked_on=TODAY,
        booked_at=NOON,
        entries=entries,
    )


def good_books() -> BooksSnapshot:
    """One posted disbursement with its loan, and one pending."""
    reserved = proposed_transfer(a_reservation())
    posted = reserved.post(TODAY, NOON, "ref-1")
    pending = proposed_transfer(a_reservation(application_id="app-2", disbursement_id="dsb-2"))
    vouchers = [
        reserved.reserve(NOON).voucher,
        posted.voucher,
        pending.reserve(NOON).voucher,
    ]
    held = balances_after(vouchers)
    loan = proposed_loan(an_activation(), posted.transfer)
    return BooksSnapshot(
        transfers=[posted.transfer, pending],
        vouchers=vouchers,
        book=by_code(held),
        sub_ledgers={key: balance for key, balance in held.items() if key.holder},
        loans=[loan],
        books=[LoanBook.of_new(loan)],
    )


# --- vouchers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entries",
    [
        (),
        (an_entry(),),
        (an_entry(), an_entry(account=BANK, side=Side.CREDIT, amount=Money(99))),
        (an_entry(), an_entry(account=BANK, side=Side.CREDIT, layer=Layer.PENDING)),
        (an_entry(), an_entry(account=BANK)),
    ],
    ids=["none", "one_sided", "a_fen_short", "across_layers", "both_debit"],
)
def test_an_unbalanced_voucher_cannot_exist(entries: tuple[Entry, ...]) -> None:
    with pytest.raises(UnbalancedVoucher):
        a_voucher(*entries)


@pytest.mark.parametrize("fen", [0, -1])
def test_an_entry_moves_a_positive_amount(fen: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        an_entry(amount=Money(fen))


@pytest.mark.parametrize(("code", "holder"), [("9999", ""), ("130301", ""), ("300101", "app-1")])
def test_only_accounts_of_the_chart_exist_and_loans_have_holders(code: str, holder: str) -> None:
    with pytest.raises(ValueError, match=code):
        AccountKey(code, holder)


def test_every_account_has_a_chinese_name() -> None:
    assert all(any("一" <= sign <= "鿿" for sign in a.name) for a in CHART.values())


@given(st.lists(st.tuples(st.integers(1, 10**13), st.booleans()), max_size=30))
def test_any_balanced_vouchers_leave_a_trial_balance_without_difference(
    amounts: list[tuple[int, bool]],
) -> None:
    vouchers = []
    for fen, reverse in amounts:
        debit, credit = (Side.CREDIT, Side.DEBIT) if reverse else (Side.DEBIT, Side.CREDIT)
        vouchers.append(
            a_voucher(
                an_entry(side=debit, amount=Money(fen)),
                an_entry(account=BANK, side=credit, amount=Money(fen)),
            )
        )

    sheet = trial_balance(by_code(balances_after(vouchers)))

    assert sheet.difference.is_zero
    assert sheet.total_debit == sheet.total_credit


def test_balances_of_accounts_outside_the_chart_are_refused() -> None:
    with pytest.raises(ValueError, match="9999"):
        trial_balance({"9999": Balance()})


# --- broken books ---------------------------------------------------------------------------


def test_good_books_break_nothing() -> None:
    assert check_invariants(good_books()) == ()


Breaking = Callable[[BooksSnapshot], BooksSnapshot]


def a_fen_is_missing(books: BooksSnapshot) -> BooksSnapshot:
    book = dict(books.book)
    book["300101"] = Balance(posted=Money(-29_999_999), pending=book["300101"].pending)
    return dataclasses.replace(books, book=book)


def a_pending_fen_is_missing(books: BooksSnapshot) -> BooksSnapshot:
    book = dict(books.book)
    book["300101"] = Balance(posted=book["300101"].posted, pending=Money(-1))
    return dataclasses.replace(books, book=book)


def a_sub_ledger_forgot(books: BooksSnapshot) -> BooksSnapshot:
    return dataclasses.replace(books, sub_ledgers={})


def a_voucher_is_gone(books: BooksSnapshot) -> BooksSnapshot:
    return dataclasses.replace(books, vouchers=books.vouchers[:-1])


def a_voucher_has_no_transfer(books: BooksSnapshot) -> BooksSnapshot:
    return dataclasses.replace(books, transfers=books.transfers[:1])


def posted_and_voided(books: BooksSnapshot) -> BooksSnapshot:
    reserved = proposed_transfer(a_reservation())
    void = reserved.void(TODAY, NOON, "x").voucher
    return dataclasses.replace(books, vouchers=[*books.vouchers, void])


def two_transfers_of_a_disbursement(books: BooksSnapshot) -> BooksSnapshot:
    twin = dataclasses.replace(books.transfers[0], transfer_id="trf-other")
    return dataclasses.replace(books, transfers=[*books.transfers, twin])


def a_plan_of_another_principal(books: BooksSnapshot) -> BooksSnapshot:
    loan = books.loans[0]
    lines = (*loan.schedule.lines[:-1],)
    schedule = dataclasses.replace(loan.schedule, lines=lines)
    return dataclasses.replace(books, loans=[dataclasses.replace(loan, schedule=schedule)])


def a_loan_of_unposted_money(books: BooksSnapshot) -> BooksSnapshot:
    back = dataclasses.replace(books.transfers[0], state=TransferState.PENDING)
    return dataclasses.replace(books, transfers=[back, *books.transfers[1:]])


def a_loan_of_more_than_was_posted(books: BooksSnapshot) -> BooksSnapshot:
    less = dataclasses.replace(books.transfers[0], amount=Money(1))
    return dataclasses.replace(books, transfers=[less, *books.transfers[1:]])


def a_disbursement_without_terms(books: BooksSnapshot) -> BooksSnapshot:
    bare = dataclasses.replace(books.transfers[0], terms_sha256="")
    return dataclasses.replace(books, transfers=[bare, *books.transfers[1:]])


def an_application_drawn_twice(books: BooksSnapshot) -> BooksSnapshot:
    again = dataclasses.replace(
        books.transfers[0], disbursement_id="dsb-3", transfer_id=transfer_id_of("dsb-3")
    )
    return dataclasses.replace(books, transfers=[*books.transfers, again])


def repaid_below_zero(books: BooksSnapshot) -> BooksSnapshot:
    return dataclasses.replace(books, sub_ledgers={LOAN: Balance(posted=Money(-1))})


@pytest.mark.parametrize(
    ("breaking", "invariant"),
    [
        (a_fen_is_missing, "INV1"),
        (a_pending_fen_is_missing, "INV1"),
        (a_fen_is_missing, "INV2"),
        (a_sub_ledger_forgot, "INV2"),
        (a_voucher_is_gone, "INV2"),
        (a_voucher_is_gone, "INV3"),
        (a_voucher_has_no_transfer, "INV3"),
        (two_transfers_of_a_disbursement, "INV3"),
        (posted_and_voided, "INV5"),
        (a_plan_of_another_principal, "INV6"),
        (a_loan_of_unposted_money, "INV7"),
        (a_loan_of_more_than_was_posted, "INV7"),
        (a_disbursement_without_terms, "INV7"),
        (an_application_drawn_twice, "INV8"),
        (repaid_below_zero, "INV8"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_broken_books_are_named_by_their_promise(breaking: Breaking, invariant: str) -> None:
    found = {violation.invariant for violation in check_invariants(breaking(good_books()))}

    assert invariant in found


@pytest.mark.parametrize("change", ["gone", "edited"])
def test_a_voucher_that_changed_is_found(change: str) -> None:
    before = good_books().vouchers
    edited = dataclasses.replace(before[0], booked_on=TODAY.replace(day=2))

    after = before[1:] if change == "gone" else [edited, *before[1:]]

    assert [violation.invariant for violation in check_history(before, after)] == ["INV4"]


def test_new_vouchers_are_no_change_of_old_ones() -> None:
    vouchers = good_books().vouchers

    assert check_history(vouchers[:1], vouchers) == ()
