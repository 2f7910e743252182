"""The function that checks books, on its table: a page for end of day, all of them at night."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from puhui.money import Money
from servicing.adapters.rows import BALANCE_SK, SubLedgerRow, partition_of, sub_ledger_pk
from servicing.books_wiring import books_wiring
from servicing.domain.accounts import LOAN_PRINCIPAL, AccountKey
from servicing.handlers.check_books import handler
from tests.support.servicing import NORTH, TableWorld, a_disbursed_loan


@pytest.fixture(autouse=True)
def _fresh_wiring() -> Iterator[None]:
    books_wiring.cache_clear()
    yield
    books_wiring.cache_clear()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was logged and counted."""
    found = capsys.readouterr().out.splitlines()
    return [json.loads(line) for line in found if line.startswith("{")]


def a_fen_is_lost() -> None:
    """Somebody changed a balance behind the ledger's back."""
    pk = sub_ledger_pk(NORTH, AccountKey(LOAN_PRINCIPAL.code, "app-1"))
    SubLedgerRow(pk, BALANCE_SK).update(
        [SubLedgerRow.posted.add(Money(-1))], add_version_condition=False
    )


def test_a_page_of_good_books_is_counted(world: TableWorld) -> None:
    loan = a_disbursed_loan(world)

    event = {"bank_id": "north", "partition": partition_of(loan.loan_id)}
    answer = handler(event, None)

    assert answer == {"loans": 1, "unread": 0, "violations": 0, "next_after": ""}


def test_a_broken_book_is_logged_and_counted_for_the_alarm(
    world: TableWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    loan = a_disbursed_loan(world)
    a_fen_is_lost()

    answer = handler({}, None)

    told = lines(capsys)
    assert (answer["loans"], answer["violations"]) == (1, 1)
    (line,) = (one for one in told if one.get("message") == "books broken")
    assert (line["loan_id"], line["rule"]) == (loan.loan_id, "INV2")
    assert any(one.get("BooksBroken") == [1] for one in told)


def test_a_night_without_loans_is_quiet(
    world: TableWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    assert handler({}, None) == {"loans": 0, "unread": 0, "violations": 0, "next_after": ""}

    assert not any("BooksBroken" in one or "BooksUnchecked" in one for one in lines(capsys))
