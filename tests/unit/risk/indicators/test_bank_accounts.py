"""Balances of several accounts: an account of which nothing is known is not an empty one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from puhui.columns import read_columns
from puhui.strict_json import dumps
from risk.domain.facts import Fact
from risk.domain.indicators.engine import compute
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import State
from tests.support.fact_documents import a_fact_document

AS_OF = date(2026, 8, 17)
BALANCES = [
    f"ent.bnk.balance.all.l3m.{measure}" for measure in ("avg_day", "min", "end", "days_below")
]
Row = dict[str, Any]


def a_statement(account: str, begins: str) -> Row:
    return {"account": account, "from_on": begins, "to_on": "2026-08-16", "opening_fen": 900_000}


def a_receipt(account: str, day: str) -> Row:
    return {
        "account": account,
        "sequence": 1,
        "booked_on": day,
        "direction": "in",
        "amount_fen": 100_000,
        "balance_fen": 1_000_000,
        "kind": "business",
    }


def states(statements: list[Row], transactions: list[Row]) -> set[State]:
    document = a_fact_document("bank_flow/1") | {
        "period_from": "2024-01-01",
        "period_to": "2026-08-16",
        "statements": statements,
        "transactions": transactions,
        "row_count": len(statements) + len(transactions),
    }
    columns = read_columns("bank_flow/1", dumps(document).encode())
    values = compute(
        {"bank_flow/1": Fact(product="bank_flow/1", state=State.OK, columns=columns)}, AsOf(AS_OF)
    )
    return {values[name].state for name in BALANCES}


OLD = a_statement("甲", "2024-01-01"), a_receipt("甲", "2026-02-02")


def test_balances_of_an_account_with_its_history_are_known() -> None:
    assert states([OLD[0]], [OLD[1]]) == {State.OK}


@pytest.mark.parametrize("has_statement", [True, False])
@pytest.mark.parametrize("has_row", [True, False])
def test_an_account_that_is_first_seen_after_the_window_makes_balances_missing(
    has_statement: bool, has_row: bool
) -> None:
    """Leaving out its statement, or its rows, helps nobody."""
    statements = [OLD[0]] + [a_statement("乙", "2026-08-05")] * has_statement
    transactions = [OLD[1]] + [a_receipt("乙", "2026-08-06")] * has_row

    expected = State.MISSING if has_statement or has_row else State.OK

    assert states(statements, transactions) == {expected}


def test_an_account_of_days_to_come_does_not_matter() -> None:
    assert states([OLD[0], a_statement("乙", "2026-08-18")], [OLD[1]]) == {State.OK}
