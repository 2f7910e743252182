"""What became of a loan: known once, as the models' cards define it, told with the change."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.account.book import LoanBook, LoanChange
from servicing.domain.account.events import Payoff, Repayment, Reversal, WriteOff
from servicing.domain.account.outcome import BAD_FROM_DAYS, WINDOW_MONTHS, outcome_of
from servicing.domain.account.payoff import payoff_of
from servicing.domain.errors import EventRefused
from tests.support.loan_accounts import (
    INSTALMENT,
    a_book,
    closed,
    entered,
    happenings,
    on,
    with_event,
)
from tests.support.servicing import NOON

FIRST_DUE = 31
YEAR = 366
"""The loan is of 1 March 2020; the last day of its window is 1 March 2021, 365 days later."""
CARDS = Path("layers/models/artefacts")
APPLICATION_SCORES = (
    "owner_application_score",
    "thin_file_score",
    "farmer_credit_rating",
    "tech_enterprise_score",
)


def nights(book: LoanBook, *days: int) -> list[LoanChange]:
    """The changes that closing these days makes."""
    changes = []
    for day in days:
        change = book.close_day(on(day), NOON)
        if change is not None:
            changes.append(change)
            book = change.after
    return changes


def told(changes: list[LoanChange]) -> list[tuple[str, date]]:
    """The outcomes that changes tell, with their days."""
    return [(one.outcome.result, one.outcome.known_on) for one in changes if one.outcome]


def paid_up(book: LoanBook, n: int) -> LoanBook:
    """Every instalment up to the n-th is paid on its day."""
    for place, row in enumerate(book.loan.schedule.lines[:n]):
        book = with_event(book, f"r{place}", Repayment(amount=row.total), row.due_date)
    return book


@pytest.mark.parametrize("card", APPLICATION_SCORES)
def test_bad_is_what_the_application_scores_call_bad(card: str) -> None:
    says = json.loads((CARDS / card / "card.json").read_text(encoding="utf-8"))["bad_definition"]

    assert says.startswith(f"{BAD_FROM_DAYS} days or more past due within {WINDOW_MONTHS} months")


def test_thirty_days_late_is_bad_and_told_once_in_as_many_nights_as_follow() -> None:
    changes = nights(a_book(), *range(FIRST_DUE + 28, FIRST_DUE + 60))

    assert told(changes) == [("bad", on(FIRST_DUE + 30))]


def test_a_day_less_is_not_known_yet() -> None:
    late = closed(a_book(), on(FIRST_DUE + 29))

    paid = late.enter(entered(late, "r1", Repayment(amount=Money(30_000_00)), on(FIRST_DUE + 29)))

    assert (paid.outcome, outcome_of(paid.after.account, on(0))) == (None, None)


def test_bad_stays_bad_though_everything_is_repaid() -> None:
    late = closed(a_book(), on(FIRST_DUE + 40))
    settling = Payoff(amount=Money(payoff_of(late.account).total))

    change = late.enter(entered(late, "p1", settling, on(FIRST_DUE + 40)))

    assert (told([change]), outcome_of(change.after.account, on(0))) == ([], "bad")


def test_a_loan_that_is_settled_in_time_is_good() -> None:
    book = closed(paid_up(a_book(), 3), on(100))
    settling = Payoff(amount=Money(payoff_of(book.account).total))

    change = book.enter(entered(book, "p1", settling, on(100)))

    assert told([change]) == [("good", on(100))]


def test_a_loan_that_was_never_late_is_good_when_its_year_is_over() -> None:
    book = paid_up(a_book(term_months=24), 12)

    changes = nights(book, YEAR - 1, YEAR, YEAR + 1)

    assert told(changes) == [("good", on(YEAR))]


def test_lateness_after_the_year_changes_nothing() -> None:
    book = closed(paid_up(a_book(term_months=24), 12), on(YEAR))

    assert told(nights(book, YEAR + 60, YEAR + 120)) == []


def test_a_write_off_within_the_year_is_bad_without_a_day_of_lateness() -> None:
    book = a_book()

    change = book.enter(entered(book, "w1", WriteOff(reason="借款人死亡"), on(20)))

    assert told([change]) == [("bad", on(20))]


def test_a_payment_that_is_taken_back_later_makes_a_good_loan_bad() -> None:
    book = closed(paid_up(a_book(term_months=24), 12), on(YEAR))

    change = book.enter(entered(book, "x1", Reversal(reverses="r0", reason="错账"), on(YEAR)))

    assert told([change]) == [("bad", on(YEAR))]


def test_a_payment_that_is_entered_late_takes_the_lateness_away() -> None:
    late = closed(a_book(), on(FIRST_DUE + 40))

    change = late.enter(entered(late, "r1", Repayment(amount=INSTALMENT), on(FIRST_DUE)))

    assert (change.outcome, change.after.account.badly_late_on) == (None, None)


@given(st.lists(happenings(), max_size=6), st.lists(st.integers(0, 500), max_size=6))
def test_however_often_the_books_are_closed_the_outcome_is_the_same(
    events: list[tuple[int, object]], stops: list[int]
) -> None:
    often, once = a_book(), a_book()
    for place, (days, what) in enumerate(sorted(events, key=lambda one: one[0])):
        for stop in sorted(stop for stop in stops if stop <= days):
            often = closed(often, on(stop))
        try:
            once = with_event(once, f"e{place}", what, on(days))  # type: ignore[arg-type]
        except EventRefused:
            continue
        often = with_event(often, f"e{place}", what, on(days))  # type: ignore[arg-type]

    often, once = closed(often, on(500)), closed(once, on(500))

    assert often.account.badly_late_on == once.account.badly_late_on
    assert outcome_of(often.account, on(0)) is outcome_of(once.account, on(0))
