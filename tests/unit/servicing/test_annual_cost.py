"""综合融资成本: the all-in annual cost agrees with the contract rate, and fees make it dearer."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.errors import Unprocessable
from puhui.money import Money
from servicing.domain.annual_cost import annual_cost_pct, monthly_return
from servicing.domain.methods import METHODS
from servicing.domain.schedule import repayment_plan
from servicing.usecases.quote_loan import QuoteLoan
from tests.support.servicing import some_terms


@pytest.mark.parametrize("method", sorted(METHODS))
@pytest.mark.parametrize("rate_bps", [0, 1, 400, 435, 1_500, 2_400])
def test_a_loan_without_fees_costs_its_contract_rate(method: str, rate_bps: int) -> None:
    plan = repayment_plan(some_terms(method=method, annual_rate_bps=rate_bps))

    assert annual_cost_pct(plan) == (Decimal(rate_bps) / 100).quantize(Decimal("0.0001"))


def test_the_cost_has_four_decimals() -> None:
    assert str(annual_cost_pct(repayment_plan(some_terms()))) == "4.3500"


def test_flat_instalments_cost_almost_twice_what_their_rate_says() -> None:
    """10,000 in 12 payments of 933.33 (12 % flat) returns 1.78804 % a month: 21.4565 % a year."""
    rate = monthly_return(Money.of_yuan("10000"), [Money.of_yuan("933.33")] * 12)

    assert (rate * 1_200).quantize(Decimal("0.0001")) == Decimal("21.4565")


def test_a_fee_held_back_makes_the_loan_dearer() -> None:
    plan = repayment_plan(some_terms())
    paid = [line.total for line in plan.lines]

    with_fee = monthly_return(plan.terms.principal - Money.of_yuan("3000"), paid) * 1_200

    assert with_fee > annual_cost_pct(plan) + 1


def test_payments_below_what_was_received_have_no_cost() -> None:
    with pytest.raises(ValueError, match="no cost"):
        monthly_return(Money(100), [Money(99)])


@given(
    st.integers(10_000_00, 10**12),
    st.integers(0, 3_600),
    st.integers(1, 120),
    st.sampled_from(sorted(METHODS)),
)
def test_the_cost_of_any_plan_is_its_rate_to_within_rounding(
    principal: int, rate_bps: int, months: int, method: str
) -> None:
    """Half a 分 a line on 10,000 yuan or more moves the rate by less than 0.01 percent point."""
    terms = some_terms(
        principal=Money(principal), annual_rate_bps=rate_bps, term_months=months, method=method
    )

    cost = annual_cost_pct(repayment_plan(terms))

    assert abs(cost - Decimal(rate_bps) / 100) < Decimal("0.01")


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=60), st.integers(1, 10**9))
def test_payments_discounted_at_the_return_are_worth_what_was_received(
    payments: list[int], received: int
) -> None:
    received = min(received, sum(payments))

    rate = monthly_return(Money(received), [Money(payment) for payment in payments])

    worth = Decimal(0)
    for n, payment in enumerate(payments, start=1):
        worth += Decimal(payment) / (1 + rate) ** n
    assert abs(worth - received) <= Decimal("1e-6") * received + Decimal("1e-6")


def test_a_quote_larger_than_an_amount_may_be_is_refused() -> None:
    with pytest.raises(Unprocessable) as refused:
        QuoteLoan()(some_terms(principal=Money(10**13)))

    assert (refused.value.field, refused.value.rule) == ("principal_fen", "amount.max")
