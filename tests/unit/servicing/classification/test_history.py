"""What upgrade and observation are counted from."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.account.events import (
    Component,
    LoanEvent,
    Restructure,
    Reversal,
    Waiver,
)
from servicing.domain.classification.history import DuePeriod, LoanHistory, history_of
from servicing.domain.plan.calendar import months_after
from tests.support.classification import RULES

START = date(2025, 1, 15)
DAY = date(2026, 8, 3)


def monthly(count: int, late: dict[int, date | None] | None = None) -> tuple[DuePeriod, ...]:
    """Monthly due days from START, paid on the day unless told otherwise (by number, from 1)."""
    told = late or {}
    return tuple(
        DuePeriod(due, told.get(n, due))
        for n in range(1, count + 1)
        for due in (months_after(START, n),)
    )


def a_history(periods: tuple[DuePeriod, ...], *restructured: date) -> LoanHistory:
    return LoanHistory(disbursed_on=START, periods=periods, restructured_on=restructured)


def test_a_loan_never_late_is_paid_up_since_its_first_day() -> None:
    assert a_history(monthly(18)).paid_up(DAY) == (18, 18)


def test_after_arrears_months_and_periods_count_from_the_day_they_were_cleared() -> None:
    history = a_history(monthly(18, late={12: date(2026, 2, 20), 13: date(2026, 3, 1)}))

    assert history.cleared_on(DAY) == date(2026, 3, 1)
    assert history.paid_up(DAY) == (5, 5)


def test_while_arrears_stand_nothing_is_paid_up() -> None:
    assert a_history(monthly(18, late={18: None})).paid_up(DAY) is None


def test_a_period_that_is_due_today_is_not_late_yet() -> None:
    history = a_history((DuePeriod(DAY, None),))

    assert history.cleared_on(DAY) == START
    assert history.cleared_on(DAY + timedelta(days=1)) is None


def test_the_observation_begins_on_the_first_due_day_after_the_restructuring() -> None:
    history = a_history(monthly(18), date(2025, 6, 1))

    assert history.observation(DAY) == (date(2025, 6, 15), 14)


def test_a_late_period_begins_the_observation_anew() -> None:
    history = a_history(monthly(18, late={10: date(2025, 12, 1)}), date(2025, 6, 1))

    assert history.observation(DAY) == (date(2025, 12, 1), 8)


def test_six_months_never_end_an_observation() -> None:
    history = a_history(monthly(18), date(2026, 1, 1))

    assert history.observation(DAY) == (date(2026, 1, 15), 7)
    assert not history.observation_has_ended(date(2026, 7, 15), RULES)


def test_a_year_with_one_period_does_not_end_it_either() -> None:
    yearly = tuple(DuePeriod(day, day) for day in (date(2026, 1, 15), date(2027, 1, 15)))
    history = a_history(yearly, date(2025, 6, 1))

    assert not history.observation_has_ended(date(2027, 1, 14), RULES)
    assert history.observation_has_ended(date(2027, 1, 15), RULES)


def test_a_second_restructuring_within_the_observation_counts_until_its_own_has_ended() -> None:
    history = a_history(monthly(40), date(2025, 6, 1), date(2025, 12, 1))

    assert history.restructured_again(DAY, RULES)
    assert not history.restructured_again(date(2026, 12, 15), RULES)


def test_a_restructuring_after_the_observation_of_the_first_is_no_second_one() -> None:
    history = a_history(monthly(40), date(2025, 6, 1), date(2026, 7, 1))

    assert not history.restructured_again(DAY, RULES)


def test_events_tell_of_restructurings_and_concessions_but_not_of_reversed_ones() -> None:
    restructure = Restructure(
        term_months=12,
        method="EQUAL_INSTALLMENT",
        annual_rate_bps=400,
        capitalise_interest=False,
        reason="经营困难",
    )
    waiver = Waiver(component=Component.INTEREST, amount=Money(100), reason="困难减免")
    penalty = Waiver(component=Component.PENALTY, amount=Money(100), reason="系统原因")

    def told(*happened: object) -> LoanHistory:
        events = [
            LoanEvent(
                event_id=f"e{n}",
                value_date=START,
                entered_on=START,
                sequence=n,
                what=what,  # type: ignore[arg-type]
            )
            for n, what in enumerate(happened, 1)
        ]
        return history_of(START, events, (), DAY)

    assert told(restructure).restructured_on == (START,)
    assert told(waiver).conceded
    assert not told(penalty).conceded
    assert not told(waiver, Reversal(reverses="e1", reason="录入错误")).conceded


@given(
    lateness=st.lists(st.integers(0, 60), min_size=1, max_size=20),
    worse=st.integers(1, 60),
    place=st.integers(0, 19),
)
def test_paying_later_never_counts_for_more(lateness: list[int], worse: int, place: int) -> None:
    place %= len(lateness)

    def paid_up(days: list[int]) -> tuple[int, int]:
        periods = tuple(
            DuePeriod(due, due + timedelta(days=late))
            for n, late in enumerate(days, 1)
            for due in (months_after(START, n),)
        )
        return a_history(periods).paid_up(DAY) or (-1, -1)

    later = [days + worse if n == place else days for n, days in enumerate(lateness)]

    assert paid_up(later)[0] <= paid_up(lateness)[0]
    assert paid_up(later)[1] <= paid_up(lateness)[1]
