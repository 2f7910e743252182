"""Whatever a product's settlement: quote, contract, account and ledger agree to the 分."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from servicing.domain.account.books import balances_of
from servicing.domain.account.contract import Row
from servicing.domain.account.dues import Due
from servicing.domain.accounts import CLEARING, INTEREST_INCOME
from signing.domain.disclosed_cost import ensure_same_loan
from signing.domain.loan_document import ensure_terms_add_up
from tests.support.loan_accounts import held_in_ledger
from tests.support.settlements import (
    LENDER,
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
@settings(max_examples=25)
def test_quote_contract_account_and_ledger_agree_to_the_fen(loan: dict[str, Any]) -> None:
    check_agreement(loan)


@pytest.mark.full
@given(lent(most_months=60))
@settings(max_examples=MANY)
def test_they_agree_over_many_products_and_longer_loans(loan: dict[str, Any]) -> None:
    check_agreement(loan)
