"""What changes a plan: the account follows the schedule engine to the 分."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.account.book import LoanBook
from servicing.domain.account.books import balances_of
from servicing.domain.account.events import Extension, Prepayment, RateReset, Repayment
from servicing.domain.account.position import LoanStatus
from servicing.domain.account.rules import ServicingRules
from servicing.domain.errors import EventRefused
from servicing.domain.plan import PlanEvent, draw_plan
from servicing.domain.plan.choices import PayoffInterest, Strategy
from servicing.domain.plan.events import EventType
from tests.support.loan_accounts import (
    INSTALMENT,
    a_book,
    closed,
    on,
    sum_of_books,
    with_event,
)

STRATEGIES = sorted(Strategy.__members__)
FIRST_PAID = Repayment(amount=INSTALMENT)
FEE_ROUNDING = 2
"""The fee is a share of what is left after it: two roundings of a 分."""


def a_paying_book(rules: ServicingRules | None = None) -> LoanBook:
    """The first instalment is paid on its day."""
    return with_event(a_book(rules) if rules else a_book(), "r1", FIRST_PAID, on(31))


def coming(book: LoanBook) -> list[tuple[date, int, int]]:
    """Days, principal and interest of the instalments to come."""
    return [(row.due_date, row.principal, row.interest) for row in book.account.rows]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("days", [31, 45, 60])
def test_after_a_prepayment_the_account_follows_the_plan_that_puhui_schedule_prints(
    strategy: str, days: int
) -> None:
    paid = Prepayment(amount=Money(50_000_00), strategy=strategy)

    book = with_event(a_paying_book(), "p", paid, on(days))

    event = PlanEvent(
        date=on(days),
        type=EventType.PREPAYMENT,
        amount=Decimal("50000.00"),
        strategy=Strategy(strategy),
        interest=PayoffInterest.TO_DATE,
    )
    plan = draw_plan(book.loan.terms.plan_terms(), [event])
    expected = [
        (row.due_date, int(row.principal * 100), int(row.interest * 100))
        for row in plan.rows
        if row.due_date > on(days)
    ]
    assert coming(book) == expected
    assert (sum_of_books(book), book.account.due_now, book.account.held) == (0, 0, 0)


def test_a_prepayment_pays_what_is_due_first() -> None:
    late = closed(a_book(), on(41))
    owed = late.account.due_now

    book = with_event(
        late, "p", Prepayment(amount=Money(90_000_00), strategy=STRATEGIES[0]), on(41)
    )

    repaid = 90_000_00 - owed - (late.account.accrued)
    assert book.account.principal == 300_000_00 - 24_505_47 - repaid
    assert book.position.status is LoanStatus.ACTIVE


def test_a_prepayment_fee_is_months_of_interest_on_the_principal() -> None:
    book = a_paying_book(ServicingRules(prepay_fee_months=1))
    before = book.account.principal

    paid = with_event(
        book, "p", Prepayment(amount=Money(50_000_00), strategy="SHORTEN_TERM"), on(31)
    )

    fee = -balances_of(paid.account)["6021"]
    repaid = before - paid.account.principal
    assert abs(fee - repaid * 435 / 120_000) <= FEE_ROUNDING
    assert fee + repaid + paid.account.held == 50_000_00


@pytest.mark.parametrize("fen", [1, 275_960_57, 300_000_00])
def test_a_prepayment_leaves_something_to_come_and_repays_something(fen: int) -> None:
    with pytest.raises(EventRefused) as refused:
        with_event(
            a_paying_book(), "p", Prepayment(amount=Money(fen), strategy="SHORTEN_TERM"), on(45)
        )

    assert refused.value.rule == "prepayment.amount"


def test_an_unknown_strategy_is_refused() -> None:
    with pytest.raises(EventRefused) as refused:
        with_event(a_paying_book(), "p", Prepayment(amount=Money(100_00), strategy="MAGIC"), on(31))

    assert (refused.value.field, refused.value.rule) == ("strategy", "strategy.choice")


def test_a_new_rate_counts_from_its_day_by_segments() -> None:
    """275,494.53 × (4.35 % × 14 + 3.85 % × 16) ÷ 30 ÷ 12 = 937.45 for April."""
    book = with_event(
        a_paying_book(), "r", RateReset(annual_rate_bps=385, basis="LPR1Y 3.00 % + 85bp"), on(45)
    )

    assert coming(book)[0][2] == 937_45
    assert book.position.annual_rate_bps == 385
    assert sum(principal for _, principal, _ in coming(book)) == 275_494_53


def test_an_extension_spreads_what_is_to_come_and_keeps_what_was_earned() -> None:
    before = closed(a_paying_book(), on(45))

    book = with_event(before, "x", Extension(months=6, reason="回款推迟"), on(45))

    assert book.position.matures_on == date(2021, 9, 1)
    assert len(book.account.rows) == len(before.account.rows) + 6
    assert book.account.accrued == before.account.accrued
    assert book.position.extended_times == 1


def test_a_loan_past_its_term_is_not_extended() -> None:
    late = closed(a_book(), on(400))

    with pytest.raises(EventRefused) as refused:
        with_event(late, "x", Extension(months=6, reason="x"), on(400))

    assert refused.value.rule == "extension.maturity"


@given(
    st.lists(
        st.tuples(
            st.integers(1, 330),
            st.one_of(
                st.builds(
                    Prepayment,
                    amount=st.integers(1_00, 80_000_00).map(Money),
                    strategy=st.sampled_from(STRATEGIES),
                ),
                st.builds(RateReset, annual_rate_bps=st.integers(0, 1_500), basis=st.just("x")),
                st.builds(Extension, months=st.integers(1, 12), reason=st.just("x")),
                st.builds(Repayment, amount=st.integers(1, 60_000_00).map(Money)),
            ),
        ),
        max_size=5,
    )
)
def test_however_a_plan_is_changed_principal_and_books_stay_whole(
    life: list[tuple[int, Prepayment | RateReset | Extension | Repayment]],
) -> None:
    book = a_book()
    for place, (days, what) in enumerate(sorted(life, key=lambda one: one[0])):
        try:
            book = with_event(book, f"e{place}", what, on(days))
        except EventRefused:
            continue
        account = book.account
        to_come = sum(row.principal for row in account.rows)
        assert account.principal == to_come + sum(due.principal_unpaid for due in account.dues)
        assert sum_of_books(book) == 0
        assert min([account.accrued, account.carried, account.due_now, account.held]) >= 0
        days_of_rows = [row.due_date for row in account.rows]
        assert all(one < other for one, other in pairwise(days_of_rows))
