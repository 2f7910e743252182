"""综合融资成本: the all-in annual cost agrees with the contract rate, and fees make it dearer."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.errors import Unprocessable
from puhui.money import Money
from servicing.domain.disclosure.table import CostTerms
from servicing.domain.errors import PlanNotPossible
from servicing.domain.plan import EventType, Fee, Plan, PlanEvent, draw_plan
from servicing.domain.plan.annual_cost import Flow, annual_cost_pct, period_return
from servicing.domain.plan.choices import InterestCalc, PayoffInterest, Strategy
from servicing.usecases.draw_schedule import DrawSchedule
from servicing.usecases.quote_loan import QuoteLoan
from tests.support.plans import some_plan_terms
from tests.support.servicing import some_terms

MONTHLY_METHODS = ["EQUAL_INSTALLMENT", "EQUAL_PRINCIPAL", "INTEREST_FIRST", "REVOLVING"]


def a_plan(**changes: object) -> Plan:
    return draw_plan(some_plan_terms(**changes))


@pytest.mark.parametrize("method", MONTHLY_METHODS)
@pytest.mark.parametrize("rate", ["0", "0.01", "4", "4.35", "15", "24"])
def test_a_loan_without_fees_costs_its_contract_rate(method: str, rate: str) -> None:
    plan = a_plan(method=method, annual_rate_pct=Decimal(rate))

    assert annual_cost_pct(plan) == Decimal(rate).quantize(Decimal("0.0001"))


def test_the_cost_has_four_decimals() -> None:
    assert str(annual_cost_pct(a_plan())) == "4.3500"


def test_flat_instalments_cost_almost_twice_what_their_rate_says() -> None:
    """10,000 in 12 payments of 933.33 (12 % flat) returns 1.78804 % a month: 21.4565 % a year."""
    flows = [Flow(Decimal(0), Decimal(10_000))]
    flows += [Flow(Decimal(n), Decimal("-933.33")) for n in range(1, 13)]

    assert (period_return(flows) * 1_200).quantize(Decimal("0.0001")) == Decimal("21.4565")


def test_interest_by_days_over_360_costs_more_than_its_rate() -> None:
    """A year's 366 days over 360 make of 4.35 % about 4.42 %."""
    plan = a_plan(interest_calc=InterestCalc.DAILY, month_days="ACTUAL", method="INTEREST_FIRST")

    assert Decimal("4.41") < annual_cost_pct(plan) < Decimal("4.43")


def test_a_fee_held_back_makes_the_loan_dearer() -> None:
    fee = Fee(name="担保费", amount=Decimal(3_000), date=date(2020, 3, 1), payee="担保公司")

    assert annual_cost_pct(a_plan(fees=(fee,))) > annual_cost_pct(a_plan()) + 1


def test_the_same_fee_costs_less_the_later_it_is_paid() -> None:
    fees = [
        Fee(name="服务费", amount=Decimal(3_000), date=day)
        for day in (date(2020, 3, 1), date(2020, 3, 16), date(2021, 3, 1))
    ]

    costs = [annual_cost_pct(a_plan(fees=(fee,))) for fee in fees]

    assert costs == sorted(costs, reverse=True)
    assert len(set(costs)) == 3


def test_a_payment_between_due_days_counts_at_its_share_of_the_period() -> None:
    """Interest to the day of a prepayment is counted by days, the period's return is not: a
    loan whose interest accrues evenly costs its rate but for the compounding within one month."""
    prepayment = PlanEvent(
        date=date(2020, 6, 16),
        type=EventType.PREPAYMENT,
        amount=Decimal(100_000),
        strategy=Strategy.SHORTEN_TERM,
        interest=PayoffInterest.TO_DATE,
    )

    cost = annual_cost_pct(draw_plan(some_plan_terms(), [prepayment]))

    assert abs(cost - Decimal("4.35")) < Decimal("0.002")


def test_a_textbook_loan_costs_what_the_regulation_says() -> None:
    """12 CFR 1026, Appendix J (c)(1)(i): 5,000 repaid by 24 payments of 230 costs 9.69 %."""
    payments = [Flow(Decimal(month), Decimal(-230)) for month in range(1, 25)]

    yearly = period_return([Flow(Decimal(0), Decimal(5_000)), *payments]) * 12

    assert round(yearly, 4) == Decimal("0.0969")


def test_fees_as_large_as_the_loan_are_refused() -> None:
    fee = Fee(name="服务费", amount=Decimal(300_000), date=date(2020, 3, 1))

    with pytest.raises(PlanNotPossible) as refused:
        DrawSchedule()(some_plan_terms(fees=(fee,)))

    assert (refused.value.field, refused.value.rule) == ("fees", "fees.cost")


def test_interest_for_no_time_is_refused_by_its_event() -> None:
    payoff = PlanEvent(
        date=date(2020, 3, 1), type=EventType.PAYOFF, interest=PayoffInterest.TO_PERIOD_END
    )

    with pytest.raises(PlanNotPossible) as refused:
        DrawSchedule()(some_plan_terms(), [payoff])

    assert (refused.value.field, refused.value.rule) == ("events", "events.cost")


def test_payments_below_what_was_received_have_no_cost() -> None:
    with pytest.raises(ValueError, match="no cost"):
        period_return([Flow(Decimal(0), Decimal(100)), Flow(Decimal(1), Decimal(-99))])


@given(
    st.integers(10_000_00, 10**12),
    st.integers(0, 3_600),
    st.integers(1, 120),
    st.sampled_from(MONTHLY_METHODS),
)
def test_the_cost_of_any_plan_is_its_rate_to_within_rounding(
    principal: int, rate_bps: int, months: int, method: str
) -> None:
    """Half a 分 a line on 10,000 yuan or more moves the rate by less than 0.01 percent point."""
    plan = a_plan(
        principal=Decimal(principal) / 100,
        annual_rate_pct=Decimal(rate_bps) / 100,
        n=months,
        method=method,
    )

    assert abs(annual_cost_pct(plan) - Decimal(rate_bps) / 100) < Decimal("0.01")


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=60), st.integers(1, 10**9))
def test_payments_discounted_at_the_return_are_worth_what_was_received(
    payments: list[int], received: int
) -> None:
    received = min(received, sum(payments))
    flows = [Flow(Decimal(n), -Decimal(payment)) for n, payment in enumerate(payments, start=1)]

    rate = period_return([Flow(Decimal(0), Decimal(received)), *flows])

    worth = sum((-flow.amount / (1 + rate) ** flow.at for flow in flows), Decimal(0))
    assert abs(worth - received) <= Decimal("1e-6") * received + Decimal("1e-6")


def test_fees_change_the_cost_and_nothing_else() -> None:
    fee = Fee(name="评估费", amount=Decimal(500), date=date(2020, 3, 1))
    with_fee = a_plan(fees=(fee,))

    assert dataclasses.replace(with_fee, terms=a_plan().terms) == a_plan()


def test_a_quote_larger_than_an_amount_may_be_is_refused() -> None:
    with pytest.raises(Unprocessable) as refused:
        QuoteLoan()(some_terms(principal=Money(10**13)), CostTerms())

    assert (refused.value.field, refused.value.rule) == ("principal_fen", "amount.max")
