"""A firm's frontier: the best rate at every amount, nothing left out, risk never rewarded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.portfolio.frontier import options_of, profit_fen
from risk.domain.portfolio.problem import most_profit
from risk.domain.portfolio.terms import UNIT
from tests.support.portfolio import (
    COARSE,
    TERMS,
    WAN_FEN,
    a_candidate,
    amounts,
    offered_rates,
    plain_profit,
)

firms = st.builds(
    a_candidate,
    grade=st.sampled_from("ABC"),
    pd_ppm=st.integers(0, 200_000),
    capacity_fen=st.integers(10, 200).map(lambda wan: wan * WAN_FEN),
)


@settings(max_examples=40, deadline=None)
@given(firm=firms)
def test_no_rate_brings_more_at_any_amount_than_the_frontiers(firm) -> None:
    options = options_of(firm, COARSE)

    for amount in amounts(COARSE, firm):
        every = [plain_profit(COARSE, firm, amount, rate) for rate in offered_rates(COARSE, firm)]
        steps = amount // COARSE.step_fen
        found = [one for one in options if one.least_steps <= steps <= one.most_steps]
        if options:
            assert [one.profit(steps) for one in found] == [max(every) * 100 * UNIT]
        else:
            assert max(every) <= 0


@settings(max_examples=40, deadline=None)
@given(firm=firms)
def test_the_profit_per_yuan_never_falls_with_the_amount(firm) -> None:
    options = options_of(firm, TERMS)
    per_step = [
        one.profit(steps) / steps for one in options for steps in (one.least_steps, one.most_steps)
    ]

    assert per_step == sorted(per_step)


@settings(max_examples=60, deadline=None)
@given(firm=firms, more=st.integers(1, 100_000), selection=st.sampled_from([0, 500_000]))
def test_a_higher_probability_of_default_never_brings_more(firm, more, selection) -> None:
    terms = replace(TERMS, adverse_selection_ppm=selection)
    riskier = replace(firm, pd_ppm=firm.pd_ppm + more)

    before, after = options_of(firm, terms), options_of(riskier, terms)

    assert not after or most_profit(after) <= most_profit(before)


@settings(max_examples=60, deadline=None)
@given(firm=firms, rate=st.sampled_from(TERMS.rates), amount=st.integers(10, 100))
def test_an_exact_profit_is_the_formulas_and_is_rounded_down(firm, rate, amount) -> None:
    exact = TERMS.profit(
        pd_ppm=firm.pd_ppm, grade=firm.grade, amount_fen=amount * WAN_FEN, rate_bps=rate
    )

    plain = plain_profit(TERMS, firm, amount * WAN_FEN, rate) * 100
    assert exact == plain * UNIT
    assert profit_fen(exact) <= plain < profit_fen(exact) + 1


def test_the_formula_by_hand() -> None:
    """100万 at 10 % to a firm with PD 2 %, all of whom take it: worked by hand.

    0.98 · 10 % − 2 % · 45 % − 2 % − 1 % − 75 % · 10.5 % · 8 % = 9.8 − 0.9 − 3 − 0.63 = 5.27 %.
    """
    margin = TERMS.margin(20_000, 1_000, 1_000_000)

    assert margin / 10**16 == pytest.approx(0.0527, abs=1e-12)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"verdict": "decline"}, "policy_declined"),
        ({"grade": None}, "not_scored"),
        ({"pd_ppm": None}, "not_scored"),
        ({"grade": "D"}, "grade_refused"),
        ({"grade": "E"}, "grade_refused"),
        ({"capacity_fen": None}, "capacity_unknown"),
        ({"capacity_fen": 9 * WAN_FEN}, "cap_below_least"),
    ],
)
def test_what_is_not_known_or_not_allowed_gets_nothing(changes, why) -> None:
    assert a_candidate(**changes).refusal(TERMS) == why


def test_a_referred_firm_may_be_offered_something_unless_only_approved_ones_are_asked_for() -> None:
    firm = a_candidate(verdict="refer")

    assert firm.refusal(TERMS) is None
    assert firm.refusal(TERMS, approved_only=True) == "policy_referred"


def test_no_rate_covers_a_firm_that_mostly_defaults() -> None:
    assert options_of(a_candidate(pd_ppm=600_000), TERMS) == ()


@pytest.mark.parametrize(("grade", "wan"), [("A", 100), ("B", 80), ("C", 50)])
def test_a_cap_is_the_least_of_sales_grade_and_product(grade, wan) -> None:
    assert a_candidate(grade=grade).cap_fen(TERMS) == wan * WAN_FEN
    assert a_candidate(grade=grade, capacity_fen=25_500_000).cap_fen(TERMS) == 25 * WAN_FEN


def test_a_riskier_firm_never_pays_less_for_its_cap() -> None:
    """Swept over the grades' bands of the served model; better grades bound the worse from below.

    The bands are those of the policy in force: A up to 5.65 %, B up to 9.16 %, C up to 14.28 %.
    """
    rates = []
    for pd in range(2_000, 142_000, 500):
        grade = "A" if pd <= 56_500 else "B" if pd <= 91_600 else "C"
        options = options_of(a_candidate(grade=grade, pd_ppm=pd), TERMS)
        rates.append(options[-1].rate_bps)

    assert rates == sorted(rates)


@settings(max_examples=40, deadline=None)
@given(pd=st.integers(1_000, 150_000), capacity=st.integers(10, 50))
def test_a_worse_grade_never_pays_less_for_the_same_loan(pd, capacity) -> None:
    firms = [
        a_candidate(grade=grade, pd_ppm=pd, capacity_fen=capacity * WAN_FEN) for grade in "ABC"
    ]

    rates = [options[-1].rate_bps for one in firms if (options := options_of(one, TERMS))]

    assert rates == sorted(rates)
