"""How a product's settlement shows in the lives of its loans, worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from puhui.money import Money
from servicing.domain.account.book import LoanBook
from servicing.domain.account.events import (
    Extension,
    RateReset,
    Renewal,
    Repayment,
    Restructure,
)
from servicing.domain.account.repricing import resets_due
from servicing.domain.errors import EventRefused
from tests.support.loan_accounts import closed, with_event
from tests.support.settled_loans import APRIL_2, MARCH_17, a_settled_book, dues

# --- 节假日顺延 --------------------------------------------------------------------------------


def test_a_loan_is_late_only_after_its_moved_due_day() -> None:
    """Due on Sunday 2 August 2026, moved to Monday the 3rd: on Tuesday it is one day late."""
    book = closed(a_settled_book({"holiday_shift": "NEXT"}), date(2026, 7, 2))
    book = with_event(book, "pay", Repayment(amount=Money(book.account.due_now)), date(2026, 7, 2))

    late = [closed(book, date(2026, 8, day)).account.days_overdue for day in (3, 4, 13)]

    assert late == [0, 1, 10]


def test_penalty_counts_from_the_moved_day() -> None:
    """10,000 for a month from 2 July 2026, due on Monday 3 August instead of Sunday the 2nd: on
    the 13th ten days of 10,000 × 4.32 % × 1.5 ÷ 360 = 1.80 are 18.00."""
    book = a_settled_book(
        {"holiday_shift": "NEXT"},
        principal_fen=1_000_000,
        term_months=1,
        disbursement_date=date(2026, 7, 2),
    )

    late = closed(book, date(2026, 8, 13))

    assert late.position.penalty_due == Money.of_yuan("18.00")


def test_a_restructured_loan_has_its_due_days_moved_too() -> None:
    """From 7 April 2026 over two months: 7 May, and Sunday 7 June becomes Monday the 8th."""
    book = closed(a_settled_book({"holiday_shift": "NEXT"}), date(2026, 4, 7))
    what = Restructure(
        term_months=2,
        method="INTEREST_FIRST",
        annual_rate_bps=432,
        capitalise_interest=False,
        reason="经营困难",
    )

    rows = with_event(book, "rst", what, date(2026, 4, 7)).account.rows

    assert [row.due_date for row in rows] == [date(2026, 5, 7), date(2026, 6, 8)]


def test_an_extension_keeps_the_running_due_day_and_the_day_of_the_month() -> None:
    """The loan is due on the 2nd; Sunday 2 August was moved to the 3rd, and stays there."""
    book = closed(a_settled_book({"holiday_shift": "NEXT"}), date(2026, 7, 10))

    rows = with_event(
        book, "ext", Extension(months=6, reason="订单回款延后"), date(2026, 7, 10)
    ).account.rows

    assert [row.due_date for row in rows[:3]] == [
        date(2026, 8, 3),
        date(2026, 9, 2),
        date(2026, 10, 8),
    ]
    assert rows[-1].due_date == date(2027, 9, 2)


@pytest.mark.parametrize(("shift", "due"), [("NEXT", "2027-05-03"), ("PREVIOUS", "2027-04-30")])
def test_an_extended_bullet_is_due_on_a_working_day_near_its_new_end(shift: str, due: str) -> None:
    """Two months after 2 March 2027 is Sunday 2 May."""
    book = a_settled_book({"holiday_shift": shift}, method="BULLET")

    rows = with_event(
        book, "ext", Extension(months=2, reason="回款延后"), date(2026, 7, 10)
    ).account.rows

    assert [row.due_date.isoformat() for row in rows] == [due]


# --- 分段计息 ---------------------------------------------------------------------------------


def rates(book: LoanBook, until: date) -> list[tuple[str, str]]:
    """Repricing days, and the days from which their rates count."""
    found = resets_due(book, until, lambda day, _: 300 if day < APRIL_2 else 280)
    return [(one.repricing_day.isoformat(), one.on.isoformat()) for one in found]


JUNE_15 = {"repricing": "FIXED_DATE", "repricing_day": "06-15"}


def test_without_segments_the_rate_of_a_repricing_day_counts_from_the_next_due_day() -> None:
    undivided = a_settled_book({"segment_interest": False, **JUNE_15})

    assert rates(undivided, date(2026, 7, 2)) == [("2026-06-15", "2026-07-02")]
    assert rates(closed(undivided, date(2026, 6, 30)), date(2026, 7, 1)) == []
    assert rates(a_settled_book(JUNE_15), date(2026, 7, 2)) == [("2026-06-15", "2026-06-15")]


@pytest.mark.parametrize(
    ("segments", "on", "interest"),
    [
        (True, date(2026, 6, 15), [1_046_00, 1_054_00]),
        (False, date(2026, 7, 2), [1_080_00, 1_054_00]),
    ],
)
def test_a_new_rate_divides_its_period_or_waits_for_the_next(
    segments: bool, on: date, interest: list[int]
) -> None:
    """4.32 % is 36.00 a day, 4.08 % 34.00. 2 June to 2 July has 30 days, the next period 31.
    Divided on 15 June: 13 × 36 + 17 × 34 = 1,046.00, then 31 × 34 = 1,054.00.
    Undivided: 30 × 36 = 1,080.00, then 31 × 34 = 1,054.00."""
    book = a_settled_book({"segment_interest": segments})

    book = with_event(book, "rate", RateReset(annual_rate_bps=408, basis="LPR"), on)

    assert [due[2] for due in dues(closed(book, date(2026, 8, 2)))[-2:]] == interest


def test_a_rate_within_an_undivided_period_is_refused_with_the_day_on_which_it_may() -> None:
    book = a_settled_book({"segment_interest": False})

    with pytest.raises(EventRefused, match="2026-04-02") as refused:
        with_event(book, "rate", RateReset(annual_rate_bps=408, basis="LPR"), MARCH_17)

    assert (refused.value.field, refused.value.rule) == ("value_date", "rate_reset.due_day")


def test_where_the_tail_bears_interest_the_whole_old_period_keeps_its_rate() -> None:
    """31 days from 3 March to 2 April at 36.00 are 1,116.00; 30 days at 34.00 are 1,020.00."""
    book = a_settled_book({"segment_interest": False, "head_tail": "TAIL"})

    book = with_event(book, "rate", RateReset(annual_rate_bps=408, basis="LPR"), APRIL_2)

    assert [due[2] for due in dues(closed(book, date(2026, 5, 2)))] == [1_116_00, 1_020_00]


def test_a_loan_that_is_repaid_at_once_keeps_its_rate_to_the_end() -> None:
    """短期贷款合同期内遇利率调整不分段计息: its one period is the whole term."""
    bullet = a_settled_book({"segment_interest": False, **JUNE_15}, method="BULLET")

    assert rates(bullet, date(2027, 3, 2)) == []


# --- 还款周期 ---------------------------------------------------------------------------------


def test_a_quarterly_loan_is_restructured_and_extended_by_quarters() -> None:
    book = closed(a_settled_book({"instalment_period": "QUARTER"}), date(2026, 7, 10))
    anew = Restructure(
        term_months=7,
        method="EQUAL_PRINCIPAL",
        annual_rate_bps=432,
        capitalise_interest=False,
        reason="经营困难",
    )

    longer = with_event(book, "ext", Extension(months=3, reason="回款延后"), date(2026, 7, 10))
    restructured = with_event(book, "rst", anew, date(2026, 7, 10))

    assert [row.due_date.isoformat() for row in longer.account.rows] == [
        "2026-09-02",
        "2026-12-02",
        "2027-03-02",
        "2027-06-02",
    ]
    assert [row.due_date.isoformat() for row in restructured.account.rows] == [
        "2026-10-10",
        "2027-01-10",
        "2027-02-10",
    ]


# --- 气球贷 ------------------------------------------------------------------------------------


def test_an_extended_balloon_goes_on_with_its_instalments() -> None:
    """Six months more at the same 2,500.00 a month; the rest on the new last day."""
    book = closed(
        a_settled_book({"amortisation_months": 120}, method="EQUAL_PRINCIPAL"), date(2026, 7, 10)
    )

    rows = with_event(
        book, "ext", Extension(months=6, reason="订单回款延后"), date(2026, 7, 10)
    ).account.rows

    assert {row.principal for row in rows[:-1]} == {2_500_00}
    assert rows[-1].principal == 300_000_00 - 4 * 2_500_00 - 13 * 2_500_00


def test_a_balloon_is_renewed_without_being_repaid() -> None:
    """无还本续贷: the balloon goes on under a plan of its own term."""
    book = a_settled_book({"amortisation_months": 120}, method="EQUAL_PRINCIPAL", term_months=1)
    book = closed(book, APRIL_2)
    paid = with_event(book, "pay", Repayment(amount=Money(1_116_00)), APRIL_2)
    renewal = Renewal(
        term_months=12, method="EQUAL_PRINCIPAL", annual_rate_bps=432, decision_id="dec-1"
    )

    renewed = with_event(paid, "ren", renewal, APRIL_2)

    assert len(renewed.account.rows) == 12
    assert renewed.account.principal == 300_000_00
