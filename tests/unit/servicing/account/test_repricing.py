"""Repricing days and rates: LPR of the day plus the contract's own spread."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from puhui.contracts.settlement import SettlementParameters
from servicing.domain.account.book import LoanBook
from servicing.domain.account.repricing import resets_due
from tests.support.loan_accounts import a_book, closed, on

EACH = SettlementParameters(repricing="EACH_PERIOD")
YEARLY = SettlementParameters(repricing="ANNIVERSARY")
JANUARY = SettlementParameters(repricing="FIXED_DATE", repricing_day="01-01")


def lpr(day: date, term_months: int) -> int | None:
    """3.85 % until May 2020, 3.65 % later, unknown from 2022 on; five years cost 0.5 % more."""
    if day.year >= 2022:
        return None
    return (385 if day < date(2020, 5, 1) else 365) + (50 if term_months >= 60 else 0)


def a_floating_book(settlement: SettlementParameters, **changes: Any) -> LoanBook:
    """A loan of 4.35 %, 50bp above the LPR of its day, repriced as its product says."""
    return a_book(settlement=settlement, term_months=36, **changes)


def days(book: LoanBook, until: date) -> list[tuple[str, int | None]]:
    """Days and new rates."""
    found = resets_due(book, until, lpr)
    return [(one.on.isoformat(), one.what and one.what.annual_rate_bps) for one in found]


def test_each_period_takes_the_rate_of_its_first_day() -> None:
    assert days(a_floating_book(EACH), date(2020, 6, 1)) == [
        ("2020-04-01", 435),
        ("2020-05-01", 415),
        ("2020-06-01", 415),
    ]


@pytest.mark.parametrize(
    ("settlement", "expected"),
    [(YEARLY, ["2021-03-01"]), (JANUARY, ["2021-01-01"]), (SettlementParameters(), [])],
)
def test_yearly_repricing_falls_on_the_anniversary_or_a_fixed_day(
    settlement: SettlementParameters, expected: list[str]
) -> None:
    assert [day for day, _ in days(a_floating_book(settlement), date(2021, 12, 31))] == expected


def test_a_day_that_the_account_has_passed_is_not_due_again() -> None:
    book = closed(a_floating_book(EACH), date(2020, 5, 1))

    assert [day for day, _ in days(book, date(2020, 6, 1))] == ["2020-06-01"]


def test_a_rate_that_nobody_has_supplied_is_waited_for() -> None:
    assert days(a_floating_book(YEARLY), date(2022, 3, 1))[-1] == ("2022-03-01", None)


def test_the_maturity_day_reprices_nothing() -> None:
    assert "2023-03-01" not in [day for day, _ in days(a_floating_book(YEARLY), date(2024, 1, 1))]


def test_the_basis_says_tenor_day_rate_and_spread() -> None:
    found = resets_due(a_floating_book(EACH), on(31), lpr)

    assert found[0].what is not None
    assert found[0].what.basis == "LPR1Y 2020-04-01 3.85%+50bp"
