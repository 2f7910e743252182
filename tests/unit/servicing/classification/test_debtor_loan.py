"""A loan's book as classification and collections read it."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.account.events import Component, Repayment, Restructure, Waiver
from servicing.domain.classification.debtor_loan import debtor_loan_of
from servicing.domain.classification.history import DuePeriod
from tests.support.loan_accounts import INSTALMENT, a_book, closed, on, with_event

FIRST, SECOND = date(2020, 4, 1), date(2020, 5, 1)


def test_a_period_was_paid_on_the_day_on_which_nothing_of_it_was_owed() -> None:
    book = with_event(a_book(), "e1", Repayment(amount=Money(1_000_000)), FIRST)
    book = with_event(book, "e2", Repayment(amount=INSTALMENT), date(2020, 4, 10))

    loan = debtor_loan_of(book, date(2020, 4, 20))

    assert loan.history.periods == (DuePeriod(FIRST, date(2020, 4, 10)),)
    assert loan.history.cleared_on(date(2020, 4, 20)) == date(2020, 4, 10)
    assert loan.history.repaid_until(FIRST) == Money(1_000_000)


def test_days_overdue_are_those_of_the_asked_day_also_of_one_before_the_books_own() -> None:
    book = closed(a_book(), date(2020, 6, 1))

    assert debtor_loan_of(book, date(2020, 6, 10)).position.days_overdue == 70
    assert debtor_loan_of(book, date(2020, 4, 11)).position.days_overdue == 10
    assert debtor_loan_of(book, FIRST).position.days_overdue == 0


def test_an_event_of_a_later_day_is_not_known_before() -> None:
    book = with_event(a_book(), "e1", Repayment(amount=INSTALMENT), date(2020, 5, 20))

    before = debtor_loan_of(book, date(2020, 5, 10))

    assert before.position.days_overdue == 39
    assert before.history.repaid == ()


def test_arrears_that_went_into_a_restructuring_are_cleared_by_it() -> None:
    restructure = Restructure(
        term_months=12,
        method="EQUAL_INSTALLMENT",
        annual_rate_bps=400,
        capitalise_interest=True,
        reason="经营困难",
    )
    book = with_event(a_book(), "e1", restructure, date(2020, 4, 20))

    loan = debtor_loan_of(book, SECOND)

    assert loan.history.restructured_on == (date(2020, 4, 20),)
    assert loan.history.cleared_on(SECOND) == date(2020, 4, 20)
    assert loan.position.restructured_times == 1


def test_a_waiver_of_interest_is_a_concession() -> None:
    waiver = Waiver(component=Component.INTEREST, amount=Money(100), reason="困难减免")

    book = with_event(a_book(), "e1", waiver, date(2020, 4, 10))

    assert debtor_loan_of(book, SECOND).history.conceded


@given(
    payments=st.lists(st.tuples(st.integers(0, 300), st.integers(1, 4_000_000)), max_size=8),
    day=st.integers(0, 330),
)
def test_arrears_by_history_are_arrears_by_position(
    payments: list[tuple[int, int]], day: int
) -> None:
    book = a_book()
    for n, (when, fen) in enumerate(sorted(payments)):
        if book.account.closed_on is None:
            book = with_event(book, f"e{n}", Repayment(amount=Money(fen)), on(when))

    loan = debtor_loan_of(book, on(day))

    if loan.position.on_balance_sheet:
        late = loan.history.cleared_on(on(day)) is None
        assert late == (loan.position.days_overdue > 0)
