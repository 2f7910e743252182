"""M16: the annex's formula to the 分, against decimals of fifty digits, and its traps."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal, localcontext

from hypothesis import assume, given
from hypothesis import strategies as st

from risk.domain.models.turnover import Balances, CycleDays
from tests.support.risk_models import answer_of, codes, golden_inputs
from tests.unit.risk.models.in_loan import FEW

ID = "working_capital_demand"
FEN = st.integers(0, 10**11)
DAYS = st.integers(0, 200)


def test_the_worked_example_of_the_rules_is_exact() -> None:
    answer = answer_of(ID, golden_inputs(ID))

    assert answer.need_wan == "1350.00"
    assert answer.turnover_times_e4 == 36_000


@FEW
@given(
    sales=FEN,
    margin=st.integers(0, 10**6),
    growth=st.integers(-500_000, 300_000),
    days=st.tuples(DAYS, DAYS, DAYS, DAYS, DAYS),
)
def test_the_need_is_the_formula_in_decimals_rounded_down(
    sales: int, margin: int, growth: int, days: tuple[int, int, int, int, int]
) -> None:
    stock, receivable, payable, prepaid, advance = days
    cycle = stock + receivable - payable + prepaid - advance
    assume(cycle > 0)
    forecast = CycleDays(
        stock_days=stock,
        receivable_days=receivable,
        payable_days=payable,
        prepaid_days=prepaid,
        advance_days=advance,
    )

    answer = answer_of(
        ID,
        golden_inputs(
            ID,
            prior_sales_fen=sales,
            profit_margin_ppm=margin,
            growth_ppm=growth,
            forecast_days=forecast,
        ),
    )

    with localcontext() as context:
        context.prec = 50
        million = Decimal(10**6)
        need = sales * (1 - margin / million) * (1 + growth / million) * cycle / 360
    assert answer.need_fen == int(need.quantize(Decimal(1), ROUND_FLOOR))


@FEW
@given(own=FEN, existing=FEN, other=FEN, more=st.integers(0, 10**9))
def test_whatever_pays_already_is_taken_off(own: int, existing: int, other: int, more: int) -> None:
    inputs = golden_inputs(
        ID, own_funds_fen=own, existing_loans_fen=existing, other_funds_fen=other
    )

    answer = answer_of(ID, inputs)
    poorer = answer_of(ID, replace(inputs, existing_loans_fen=existing + more))

    assert answer.demand_fen == max(answer.need_fen - own - existing - other, 0)
    assert poorer.demand_fen <= answer.demand_fen


@FEW
@given(sales=st.integers(1, 10**11), cost=st.integers(1, 10**11), stock=FEN, payable=FEN)
def test_stock_and_payables_turn_over_cost_whatever_sales_are(
    sales: int, cost: int, stock: int, payable: int
) -> None:
    assume(stock > payable)
    balances = Balances(
        sales_cost_fen=cost,
        stock_fen=stock,
        receivable_fen=0,
        payable_fen=payable,
        prepaid_fen=0,
        advance_fen=0,
    )

    answer = answer_of(
        ID, golden_inputs(ID, method="balances", balances=balances, prior_sales_fen=sales)
    )

    assert answer.cycle_days_e2 == round(Decimal((stock - payable) * 36_000) / cost)


def test_a_firm_that_loses_money_is_looked_at_by_a_person() -> None:
    answer = answer_of(ID, golden_inputs(ID, profit_margin_ppm=-50_000))

    assert (answer.status, codes(answer)) == ("refer", ["loss_making"])


def test_no_sales_have_no_turnover() -> None:
    inputs = golden_inputs(ID, 1, prior_sales_fen=0)

    answer = answer_of(ID, inputs)

    assert (answer.status, answer.demand_fen) == ("undetermined", None)


def test_a_season_without_its_days_is_not_sized_by_the_year() -> None:
    inputs = golden_inputs(ID, 11, season_days=None)

    assert answer_of(ID, inputs).status == "undetermined"
