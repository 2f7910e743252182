"""The figures of a day: sums over loans as they stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.clock import UTC
from puhui.money import Money
from servicing.domain.account.position import LoanPosition, LoanStatus
from servicing.domain.end_of_day.errors import PartitionsMissing
from servicing.domain.end_of_day.report import EndOfDay, PartitionReport, ended_on, merged
from servicing.domain.end_of_day.tally import (
    NOTHING_COUNTED,
    Basis,
    DayTally,
    non_performing_by_days,
    tally_of,
)
from tests.support.loan_accounts import a_book, closed, on
from tests.support.servicing import NOON, NORTH, TODAY

TALLIES = st.builds(
    DayTally,
    loans=st.integers(0, 9),
    booked=st.integers(0, 9),
    non_performing_fen=st.integers(0, 9),
    principal_fen=st.integers(0, 9),
)


def position(days: int) -> LoanPosition:
    """The loan of 300,000 yuan that nothing was ever paid on, so many days after it began."""
    return closed(a_book(), on(days)).position


@given(TALLIES, TALLIES, TALLIES)
def test_tallies_add_up_in_any_order(a: DayTally, b: DayTally, c: DayTally) -> None:
    assert a.plus(b).plus(c) == c.plus(b.plus(a))
    assert a.plus(NOTHING_COUNTED) == a


@given(TALLIES)
def test_a_tally_survives_the_state_machine(tally: DayTally) -> None:
    assert DayTally.of_values(tally.as_values()) == tally


def test_a_new_loan_is_booked_on_its_day() -> None:
    tally = tally_of(position(0), TODAY, due_today=False, bad=False, by_model=True)

    assert (tally.loans, tally.booked, tally.principal_fen) == (1, 1, 30_000_000)


def test_a_loan_is_newly_overdue_on_one_day_only() -> None:
    seen = [
        tally_of(position(days), on(days), due_today=False, bad=False, by_model=True)
        for days in range(30, 40)
    ]

    assert [one.newly_overdue for one in seen] == [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert [one.overdue for one in seen] == [0, 0, 1, 1, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(("days_overdue", "bad"), [(90, False), (91, True)])
def test_without_a_classification_more_than_ninety_days_are_non_performing(
    days_overdue: int, bad: bool
) -> None:
    assert non_performing_by_days(replace(position(0), days_overdue=days_overdue)) is bad


def test_the_whole_principal_of_a_bad_loan_is_non_performing() -> None:
    tally = tally_of(position(130), on(130), due_today=False, bad=True, by_model=True)

    assert tally.non_performing_fen == tally.principal_fen == 30_000_000
    assert tally.npl_ppm == 1_000_000


def test_the_share_of_nothing_is_nothing() -> None:
    assert NOTHING_COUNTED.npl_ppm == 0
    assert DayTally(principal_fen=3, non_performing_fen=2).npl_ppm == 666_667


@pytest.mark.parametrize("status", [LoanStatus.SETTLED, LoanStatus.WRITTEN_OFF])
def test_a_loan_off_the_balance_sheet_counts_nothing(status: LoanStatus) -> None:
    gone = replace(position(0), status=status)

    assert tally_of(gone, TODAY, due_today=False, bad=False, by_model=True) == NOTHING_COUNTED


def test_a_loan_of_a_later_day_belongs_to_that_day() -> None:
    early = TODAY - timedelta(days=1)

    assert (
        tally_of(position(0), early, due_today=False, bad=False, by_model=True) == NOTHING_COUNTED
    )


def test_amounts_are_those_of_the_position() -> None:
    late = replace(position(41), provision=Money(7))

    tally = tally_of(late, on(41), due_today=False, bad=False, by_model=True)

    assert tally.overdue_principal_fen == late.principal_overdue.minor == 24_505_47
    assert tally.due_interest_fen == 1_087_50
    assert tally.late_charges_fen == 44_42 + 1_97
    assert tally.accrued_interest_fen == late.interest_accrued.minor > 0
    assert tally.provision_fen == 7


def test_a_day_needs_every_partition() -> None:
    report = PartitionReport(partition=0, tally=DayTally(loans=1))

    with pytest.raises(PartitionsMissing, match=r"\[1\]"):
        merged({0: report}, 2)


@pytest.mark.parametrize(
    ("by_days_only", "basis"), [(0, Basis.MODEL), (1, Basis.MIXED), (3, Basis.DAYS_OVERDUE)]
)
def test_the_day_says_whether_the_model_answered_for_every_loan(
    by_days_only: int, basis: Basis
) -> None:
    reports = {
        0: PartitionReport(partition=0, tally=DayTally(loans=1)),
        1: PartitionReport(partition=1, tally=DayTally(loans=2, by_days_only=by_days_only)),
    }

    tally = merged(reports, 2)

    assert (tally.loans, tally.basis) == (3, basis)


def test_what_ended_is_what_was_there_and_came_less_what_is_left() -> None:
    before = EndOfDay(
        bank_id=NORTH,
        day=TODAY,
        run_id="run-1",
        attempts=1,
        closed_at=NOON.astimezone(UTC),
        tally=DayTally(loans=10),
        ended=None,
    )

    assert ended_on(before, DayTally(loans=11, booked=3)) == 2
    assert ended_on(None, DayTally(loans=11, booked=3)) is None
