"""What holds for every plan, whatever its terms and events."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.plan import EventType, Frequency, Plan, PlanEvent, PlanTerms, draw_plan
from servicing.domain.plan import accrued_interest as accrued
from servicing.domain.plan.choices import (
    HeadTail,
    HolidayShift,
    InterestCalc,
    PayoffInterest,
    Rounding,
    Strategy,
)
from servicing.domain.plan.methods import METHODS
from tests.support.plans import some_plan_terms

DAY = date(2024, 1, 31)
CENT = Decimal("0.01")
COUNTED = st.fixed_dictionaries(
    {
        "interest_calc": st.sampled_from(InterestCalc),
        "year_days": st.sampled_from([360, 364, 365, "ACTUAL"]),
        "month_days": st.sampled_from([30, "ACTUAL"]),
        "rounding": st.sampled_from(Rounding),
        "head_tail": st.sampled_from(HeadTail),
    }
)
SHAPED = st.fixed_dictionaries(
    {
        "principal": st.integers(1_000_000, 10**10).map(lambda fen: Decimal(fen) / 100),
        "annual_rate_pct": st.integers(0, 3_600).map(lambda bps: Decimal(bps) / 100),
        "disbursement_date": st.dates(date(2019, 1, 1), date(2030, 12, 31)),
        "n": st.integers(2, 40),
        "method": st.sampled_from(sorted(METHODS)),
        "percent": st.just(Decimal(7)),
        "frequency": st.sampled_from(["1 MONTH", "3 MONTH", "1 WEEK", "15 DAYS"]).map(Frequency.of),
        "principal_grace": st.integers(0, 1),
        "interest_grace": st.integers(0, 2),
        "installment_multiple_of": st.sampled_from([None, Decimal(10)]),
        "principal_multiple_of": st.sampled_from([None, Decimal(100)]),
    }
)
ANY_TERMS = st.builds(lambda shape, count: PlanTerms(**shape, **count), SHAPED, COUNTED)


@st.composite
def any_life(draw: st.DrawFn) -> tuple[PlanTerms, list[PlanEvent]]:
    """Terms, and events within the first period and a half of them."""
    terms = draw(ANY_TERMS)
    days = st.integers(0, 40).map(lambda n: terms.disbursement_date + timedelta(days=n))
    money = st.integers(100, 2_000_000).map(lambda fen: Decimal(fen) / 100)
    event = st.one_of(
        st.builds(
            PlanEvent,
            date=days,
            type=st.sampled_from(
                [EventType.DISBURSEMENT, EventType.REPAYMENT, EventType.PREPAYMENT]
            ),
            amount=money,
            strategy=st.sampled_from([None, *Strategy]),
            interest=st.sampled_from([None, PayoffInterest.TO_DATE]),
        ),
        st.builds(
            PlanEvent,
            date=days,
            type=st.just(EventType.RATE_CHANGE),
            annual_rate_pct=st.integers(0, 2_400).map(lambda bps: Decimal(bps) / 100),
        ),
    )
    return terms, draw(st.lists(event, max_size=4))


def lent(terms: PlanTerms, events: list[PlanEvent]) -> Decimal:
    tranches = (one.money for one in events if one.type is EventType.DISBURSEMENT)
    return terms.principal + sum(tranches, Decimal(0))


def assert_sound(plan: Plan, principal: Decimal) -> None:
    assert plan.total_principal == principal
    assert plan.rows[-1].balance == 0
    assert all(row.interest >= 0 and row.principal >= 0 for row in plan.rows)
    assert all(row.balance >= 0 for row in plan.rows)
    assert [row.n for row in plan.rows] == list(range(1, len(plan.rows) + 1))
    assert all(a.due_date <= b.due_date for a, b in pairwise(plan.rows))
    assert all(row.from_date <= row.due_date for row in plan.rows)
    assert plan.total == plan.total_principal + plan.total_interest


@given(ANY_TERMS)
def test_every_plan_repays_exactly_what_was_lent_and_asks_for_nothing_below_zero(
    terms: PlanTerms,
) -> None:
    plan = draw_plan(terms)

    assert_sound(plan, terms.principal)
    assert terms.n is not None
    assert len(plan.rows) <= terms.n
    assert all(a.due_date == b.from_date for a, b in pairwise(plan.rows))
    assert sum((row.earned for row in plan.rows), Decimal(0)) == plan.total_interest


@given(any_life())
def test_so_does_every_plan_after_events(life: tuple[PlanTerms, list[PlanEvent]]) -> None:
    terms, events = life
    assume(terms.n is not None and terms.n > 6)

    plan = draw_plan(terms, events)

    assert_sound(plan, lent(terms, events))


@given(any_life(), st.integers(0, 400))
def test_and_so_does_every_plan_of_a_day(
    life: tuple[PlanTerms, list[PlanEvent]], days: int
) -> None:
    terms, events = life
    assume(terms.n is not None and terms.n > 6)

    plan = draw_plan(terms, events, terms.disbursement_date + timedelta(days=days))

    assert_sound(plan, lent(terms, events))


@given(any_life(), st.randoms())
def test_the_same_life_gives_the_same_plan_however_its_days_are_listed(
    life: tuple[PlanTerms, list[PlanEvent]], random: Any
) -> None:
    terms, events = life
    assume(terms.n is not None and terms.n > 6)
    assume(len({(event.date, event.type) for event in events}) == len(events))
    shuffled = list(events)
    random.shuffle(shuffled)

    assert draw_plan(terms, shuffled) == draw_plan(terms, events)


@given(ANY_TERMS, st.sampled_from([Rounding.HALF_EVEN, Rounding.DOWN, Rounding.UP]))
def test_the_first_interest_differs_by_rounding_less_than_a_fen(
    terms: PlanTerms, rounding: Rounding
) -> None:
    """The first row: later balances follow from it. 等本等息 of one row rounds the whole."""
    terms = dataclasses.replace(terms, rounding=Rounding.HALF_UP, interest_grace=0)
    first = draw_plan(terms).rows[0]

    other = draw_plan(dataclasses.replace(terms, rounding=rounding)).rows[0]

    assert abs(first.interest - other.interest) <= CENT


@given(ANY_TERMS, st.data())
def test_accrued_interest_grows_from_nothing_to_what_the_row_earned(
    terms: PlanTerms, data: st.DataObject
) -> None:
    row = data.draw(st.sampled_from(draw_plan(terms).rows))
    days = [row.from_date + timedelta(days=n) for n in range((row.due_date - row.from_date).days)]

    grown = [accrued(row, day) for day in [*days, row.due_date]]

    assert grown == sorted(grown, key=lambda money: money.minor)
    assert grown[-1] == Money.of_yuan(row.earned)
    assert grown[0] == Money(0)


@given(ANY_TERMS, st.integers(1, 200), st.integers(0, 200))
def test_the_later_the_day_the_more_interest_an_unpaid_loan_has_earned(
    terms: PlanTerms, days: int, more: int
) -> None:
    """With a 分 a row for rounding; terms whose principal is due before the end show it."""
    assume(not terms.installment_multiple_of)
    start = terms.disbursement_date

    early = draw_plan(terms, as_of=start + timedelta(days=days))
    late = draw_plan(terms, as_of=start + timedelta(days=days + more))

    assert late.total_interest >= early.total_interest - CENT * len(late.rows)


@given(st.integers(1_000, 20_000), st.integers(2, 20))
def test_shortening_the_term_never_costs_more_than_reducing_the_instalment(
    amount: int, month: int
) -> None:
    terms = some_plan_terms(n=24)
    on = draw_plan(terms).rows[month - 1].due_date
    plans = {
        strategy: draw_plan(
            terms,
            [
                PlanEvent(date=on, type=kind, amount=Decimal(money), strategy=strategy)
                for kind, money in (
                    (EventType.REPAYMENT, draw_plan(terms).rows[month - 1].total),
                    (EventType.PREPAYMENT, amount),
                )
            ],
        )
        for strategy in (Strategy.SHORTEN_TERM, Strategy.REDUCE_INSTALLMENT)
    }
    shorter, lower = plans.values()

    assert len(shorter.rows) <= len(lower.rows) == 24
    assert shorter.total_interest <= lower.total_interest
    assert all(row.total == draw_plan(terms).rows[0].total for row in shorter.rows[month:-1])


@given(st.integers(0, 400))
def test_a_payoff_costs_no_less_to_the_end_of_its_period_than_to_its_day(days: int) -> None:
    terms = some_plan_terms(n=24, interest_calc=InterestCalc.DAILY)
    on = terms.disbursement_date + timedelta(days=days)
    to_date, to_end = (
        draw_plan(terms, [PlanEvent(date=on, type=EventType.PAYOFF, interest=until)]).payoff
        for until in PayoffInterest
    )

    assert to_date is not None
    assert to_end is not None
    assert to_end.principal == to_date.principal
    assert to_end.interest >= to_date.interest


@pytest.mark.parametrize("shift", [HolidayShift.NEXT, HolidayShift.PREVIOUS])
@given(st.sets(st.integers(0, 400).map(lambda n: DAY + timedelta(days=n)), max_size=60))
def test_no_instalment_falls_due_on_a_holiday_and_the_days_return(
    shift: HolidayShift, holidays: set[date]
) -> None:
    terms = some_plan_terms(disbursement_date=DAY)
    shifted = dataclasses.replace(terms, holiday_shift=shift, holidays=frozenset(holidays))
    plain = [row.due_date for row in draw_plan(terms).rows]
    assume(not any(set_of_month <= holidays for set_of_month in months_of(plain)))

    days = [row.due_date for row in draw_plan(shifted).rows]

    assert not holidays & set(days)
    assert all(
        day == other for day, other in zip(days, plain, strict=True) if other not in holidays
    )


def months_of(days: list[date]) -> list[set[date]]:
    """The two weeks around each day: as long as they are not all holidays, a day is near."""
    return [{day + timedelta(days=n) for n in range(-14, 15)} for day in days]
