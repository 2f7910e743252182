"""Whatever a product's settlement: quote, contract, account and ledger agree to the 分."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.account.account_values import account_of_values, account_values
from servicing.domain.account.books import balances_of
from servicing.domain.account.contract import Row
from servicing.domain.account.dues import Due
from servicing.domain.account.events import (
    Extension,
    Happening,
    Prepayment,
    RateReset,
    Repayment,
    Restructure,
)
from servicing.domain.account.fold import fold
from servicing.domain.accounts import CLEARING, INTEREST_INCOME
from servicing.domain.errors import EventRefused
from signing.domain.disclosed_cost import ensure_same_loan
from signing.domain.loan_document import ensure_terms_add_up
from tests.support.loan_accounts import entered, held_in_ledger
from tests.support.servicing import NOON
from tests.support.settlements import (
    LENDER,
    METHODS,
    booked,
    contracted,
    lent,
    quoted,
    repaid_on_every_due_day,
)

MANY = 1_500


def asked(instalments: Iterable[Due | Row]) -> list[tuple[date, int, int]]:
    """Day, principal and interest of each instalment."""
    return [(one.due_date, one.principal, one.interest) for one in instalments]


def check_agreement(loan: dict[str, Any]) -> None:
    """A loan that is quoted, contracted, booked and repaid on its days."""
    quote = quoted(loan)
    terms, table = contracted(quote), quote.disclosure
    assert table is not None
    ensure_terms_add_up(terms)
    ensure_same_loan(table, terms, LENDER)
    assert sum(line.principal_fen for line in quote.instalments) == loan["principal_fen"]

    lines = [(line.due_date, line.principal_fen, line.interest_fen) for line in quote.instalments]
    new = booked(loan)
    assert asked(new.account.rows) == lines
    book, changes = repaid_on_every_due_day(new)
    assert asked(book.account.dues) == lines
    ledger = held_in_ledger(changes)
    assert -ledger.get(INTEREST_INCOME.code, 0) == quote.total_interest_fen
    assert ledger.get(CLEARING.code, 0) == quote.total_fen
    assert balances_of(book.account).keys() <= {INTEREST_INCOME.code, CLEARING.code}


@given(lent())
@settings(max_examples=15)
def test_quote_contract_account_and_ledger_agree_to_the_fen(loan: dict[str, Any]) -> None:
    check_agreement(loan)


@pytest.mark.full
@given(lent(most_months=60))
@settings(max_examples=MANY)
def test_they_agree_over_many_products_and_longer_loans(loan: dict[str, Any]) -> None:
    check_agreement(loan)


HAPPENINGS = st.one_of(
    st.builds(Repayment, amount=st.integers(1, 10**9).map(Money)),
    st.builds(
        Prepayment,
        amount=st.integers(1, 10**9).map(Money),
        strategy=st.sampled_from(["SHORTEN_TERM", "REDUCE_INSTALLMENT", "ABSORB_NEXT"]),
    ),
    st.builds(RateReset, annual_rate_bps=st.integers(0, 2_400), basis=st.just("LPR")),
    st.builds(Extension, months=st.integers(1, 6), reason=st.just("订单回款延后")),
    st.builds(
        Restructure,
        term_months=st.integers(1, 12),
        method=st.sampled_from(METHODS[:-1]),
        annual_rate_bps=st.integers(0, 2_400),
        capitalise_interest=st.booleans(),
        reason=st.just("经营困难"),
    ),
)
LIVES = st.lists(st.tuples(st.integers(0, 500), HAPPENINGS), max_size=6)
END = timedelta(days=600)


def check_life(loan: dict[str, Any], life: list[tuple[int, Happening]]) -> None:
    """A loan lives; its account is the fold of its events, is stored exactly, and balances."""
    began, new = loan["disbursement_date"], booked(loan)
    book, changes = new, []
    for place, (days, what) in enumerate(sorted(life, key=lambda one: one[0])):
        try:
            change = book.enter(entered(book, f"e{place}", what, began + timedelta(days=days)))
        except EventRefused:
            continue
        changes.append(change)
        book = change.after
    if (last := book.close_day(began + END, NOON)) is not None:
        changes.append(last)
        book = last.after

    account = book.account
    assert account == fold(book.loan, book.rules, book.events, account.day)
    assert account_of_values(account_values(account), book.rules) == account
    planned = sum(row.principal for row in account.rows)
    assert account.principal == planned + sum(due.principal_unpaid for due in account.dues)
    moved = added(balances_of(new.account), held_in_ledger(changes))
    assert moved == dict(balances_of(account))
    assert sum(moved.values()) == 0


def added(before: Mapping[str, int], moved: Mapping[str, int]) -> dict[str, int]:
    """Balances after what vouchers have moved."""
    sums = {code: before.get(code, 0) + moved.get(code, 0) for code in {*before, *moved}}
    return {code: fen for code, fen in sums.items() if fen}


@given(lent(), LIVES)
@settings(max_examples=20)
def test_whatever_happens_to_a_loan_of_any_product_its_books_are_its_account(
    loan: dict[str, Any], life: list[tuple[int, Happening]]
) -> None:
    check_life(loan, life)


@pytest.mark.full
@given(lent(most_months=36), LIVES)
@settings(max_examples=MANY)
def test_over_many_products_and_lives(
    loan: dict[str, Any], life: list[tuple[int, Happening]]
) -> None:
    check_life(loan, life)
