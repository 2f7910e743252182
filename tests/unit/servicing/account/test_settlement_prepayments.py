"""Which interest a prepayment pays by its product (提前还款计息), worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.account.books import balances_of
from servicing.domain.account.events import (
    Payoff,
    Prepayment,
    Repayment,
)
from servicing.domain.account.payoff import payoff_of
from servicing.domain.accounts import INTEREST_INCOME
from servicing.domain.errors import EventRefused
from tests.support.loan_accounts import closed, sum_of_books, with_event
from tests.support.settled_loans import APRIL_2, a_settled_book, dues, prepaid
from tests.support.settlements import METHODS, repaid_on_every_due_day


@pytest.mark.parametrize(
    ("rule", "yuan", "expected"),
    [
        ("NONE", "100000", [("2026-03-17", 100_000_00, 0), ("2026-04-02", 0, 924_00)]),
        ("ON_PREPAID", "100540", [("2026-03-17", 100_000_00, 540_00), ("2026-04-02", 0, 384_00)]),
        ("FULL_PERIOD", "101116", [("2026-03-17", 100_000_00, 1_116_00)]),
    ],
)
def test_what_interest_a_prepayment_pays(
    rule: str, yuan: str, expected: list[tuple[str, int, int]]
) -> None:
    """15 days of 300,000 are 15 × 36 = 540.00, 16 days of 200,000 are 16 × 24 = 384.00.
    还款时不收息: nothing now, 924.00 on the due day. 收取整期利息: 31 × 36 = 1,116.00 now."""
    book = closed(prepaid(a_settled_book({"prepay_interest": rule}), yuan), APRIL_2)

    assert [due for due in dues(book) if due[1] + due[2]] == expected


def test_interest_that_waits_is_accrued_day_by_day_on_what_is_out() -> None:
    book = prepaid(a_settled_book({"prepay_interest": "NONE"}), "100000")

    accrued = [closed(book, date(2026, 3, day)).account.accrued for day in (17, 18, 31)]

    assert accrued == [540_00, 564_00, 540_00 + 14 * 24_00]


def test_a_payoff_pays_all_interest_even_where_it_waits() -> None:
    """100,000 is prepaid; a day later 200,000 and 540 + 24 settle the loan."""
    book = closed(prepaid(a_settled_book({"prepay_interest": "NONE"}), "100000"), date(2026, 3, 18))

    owed = Money(payoff_of(book.account).total)
    settled = with_event(book, "off", Payoff(amount=owed), date(2026, 3, 18))

    assert owed == Money.of_yuan("200564")
    assert settled.account.closed_on == date(2026, 3, 18)


def test_on_a_due_day_no_interest_of_the_next_period_is_charged() -> None:
    """收取整期利息: on 2 April the first period is paid and the second has not run."""
    book = closed(a_settled_book({"prepay_interest": "FULL_PERIOD"}), APRIL_2)
    paid = with_event(book, "pay", Repayment(amount=Money(1_116_00)), APRIL_2)
    what = Prepayment(amount=Money.of_yuan("500"), strategy="SHORTEN_TERM")

    prepaid_today = with_event(paid, "pre", what, APRIL_2)

    assert dues(prepaid_today)[1:] == [("2026-04-02", 500_00, 0)]
    assert payoff_of(paid.account).total == 300_000_00


def test_waiting_interest_leaves_level_instalments_level() -> None:
    """The running instalment bears more than its balance would; all of them are equal again."""
    level = a_settled_book(
        {"prepay_interest": "NONE", "interest_calc": "PERIOD"}, method="EQUAL_INSTALLMENT"
    )

    rows = prepaid(level, "100000", "REDUCE_INSTALLMENT").account.rows

    totals = [row.principal + row.interest for row in rows]
    assert len(set(totals[:-1])) == 1
    assert abs(totals[-1] - totals[0]) <= len(totals)


@pytest.mark.parametrize("rule", ["ON_PREPAID", "FULL_PERIOD", "NONE"])
@pytest.mark.parametrize("method", ["BULLET", "REVOLVING"])
def test_what_is_repaid_on_any_day_is_principal_and_its_interest_waits(
    rule: str, method: str
) -> None:
    book = prepaid(a_settled_book({"prepay_interest": rule}, method=method), "100000")

    assert dues(book) == [("2026-03-17", 100_000_00, 0)]


@pytest.mark.parametrize("method", ["BULLET", "REVOLVING"])
def test_all_principal_at_once_is_a_payoff_and_loses_no_interest(method: str) -> None:
    book = a_settled_book({}, method=method)

    with pytest.raises(EventRefused) as refused:
        prepaid(book, "300000")

    assert refused.value.rule == "prepayment.amount"


@given(
    st.sampled_from(["NONE", "FULL_PERIOD", "ON_PREPAID"]),
    st.sampled_from(["SHORTEN_TERM", "REDUCE_INSTALLMENT", "ABSORB_NEXT"]),
    st.sampled_from(METHODS[:-1]),
    st.sampled_from(["PERIOD", "DAILY"]),
    st.integers(200_000, 29_000_000),
)
@settings(max_examples=30)
def test_however_a_prepayment_pays_interest_principal_and_books_add_up(
    rule: str, strategy: str, method: str, calc: str, fen: int
) -> None:
    book = a_settled_book({"prepay_interest": rule, "interest_calc": calc}, method=method)

    book = prepaid(book, str(Money(fen).yuan), strategy)

    planned = sum(one.principal for one in (*book.account.rows, *book.account.dues))
    assert (planned, book.account.due_now, book.account.held) == (30_000_000, 0, 0)
    assert sum_of_books(book) == 0
    repaid, _ = repaid_on_every_due_day(book)
    asked = sum(due.interest for due in repaid.account.dues)
    assert -balances_of(repaid.account)[INTEREST_INCOME.code] == asked
