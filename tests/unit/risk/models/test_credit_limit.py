"""M17: the least of what applies, in whole steps; every bound only ever tightens."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.domain.limit import LimitParameters, limit_of
from risk.domain.models.answer import ModelInputNotValid
from risk.domain.models.exact import annuity_principal
from tests.support.risk_models import answer_of, codes, golden_inputs, parameters_of
from tests.unit.risk.models.in_loan import FEW

ID = "credit_limit"
PARAMETERS = parameters_of(ID)
GRADES = [row.grade for row in PARAMETERS.grade_caps]
FEN = st.integers(0, 2 * 10**8)
AMOUNTS = (
    "demand_fen",
    "yearly_sales_fen",
    "free_service_fen",
    "collateral_cap_fen",
    "product_max_fen",
    "group_headroom_fen",
)
MANY = st.fixed_dictionaries(dict.fromkeys(AMOUNTS, FEN))
SECURITY = st.sampled_from(["unsecured", "secured"])


@FEW
@given(amounts=MANY, security=SECURITY, requested=st.integers(1, 2 * 10**8))
def test_a_limit_is_the_least_of_its_bounds_in_whole_steps(
    amounts: dict[str, int], security: str, requested: int
) -> None:
    inputs = golden_inputs(ID, security=security, requested_fen=requested, **amounts)

    answer = answer_of(ID, inputs)

    bounds = [bound.fen for bound in answer.bounds if bound.applies]
    least = min(bounds) // PARAMETERS.step_fen * PARAMETERS.step_fen
    assert answer.limit_fen == (least if least >= inputs.product_min_fen else 0)
    assert {bound.bound: bound.fen for bound in answer.bounds}[answer.binding] == min(bounds)


@FEW
@given(amounts=MANY, name=st.sampled_from(AMOUNTS), more=st.integers(0, 10**8), security=SECURITY)
def test_more_of_anything_that_carries_a_loan_never_lowers_the_limit(
    amounts: dict[str, int], name: str, more: int, security: str
) -> None:
    inputs = golden_inputs(ID, security=security, **amounts)

    richer = replace(inputs, **{name: amounts[name] + more})

    assert answer_of(ID, richer).limit_fen >= answer_of(ID, inputs).limit_fen


@FEW
@given(amounts=MANY, better=st.sampled_from(GRADES), worse=st.sampled_from(GRADES))
def test_a_worse_grade_never_has_the_higher_limit(
    amounts: dict[str, int], better: str, worse: str
) -> None:
    better, worse = sorted((better, worse))
    inputs = golden_inputs(ID, **amounts)

    limits = [answer_of(ID, replace(inputs, grade=grade)).limit_fen for grade in (better, worse)]

    assert limits[0] >= limits[1]


@FEW
@given(
    free=st.integers(0, 10**8),
    rate=st.integers(0, 2_400),
    months=st.integers(1, 120),
)
def test_the_principal_is_the_largest_that_the_free_service_repays(
    free: int, rate: int, months: int
) -> None:
    principal = annuity_principal(free, rate, months)

    monthly = Fraction(rate, 120_000)
    growth = (1 + monthly) ** months
    factor = monthly * growth / (growth - 1) if rate else Fraction(1, months)
    assert principal * factor <= free < (principal + 1) * factor


@FEW
@given(sales=st.integers(-(10**9), 10**10), grade=st.sampled_from(GRADES), maximum=FEN)
def test_the_policys_limit_and_the_models_are_one_thing(
    sales: int, grade: str, maximum: int
) -> None:
    """Where only request, sales, grade and product bind, `limit_of` answers the same."""
    inputs = golden_inputs(
        ID,
        segment="E",
        grade=grade,
        yearly_sales_fen=sales,
        demand_fen=10**12,
        group_headroom_fen=10**12,
        product_min_fen=0,
        product_max_fen=maximum,
    )
    caps = {row.grade: row.cap_fen for row in PARAMETERS.grade_caps}

    policy = limit_of(
        LimitParameters(
            sales_share_ppm=PARAMETERS.sales_share_ppm,
            step_fen=PARAMETERS.step_fen,
            grade_caps_fen=caps,
        ),
        yearly_sales_fen=sales,
        grade=grade,
        requested_fen=inputs.requested_fen,
        product_max_fen=maximum,
    )

    assert answer_of(ID, inputs).limit_fen == policy.fen


@pytest.mark.parametrize("field", ["demand_fen", "grade", "rate_bps", "group_headroom_fen"])
def test_an_unknown_bound_counts_as_zero_and_is_named(field: str) -> None:
    answer = answer_of(ID, golden_inputs(ID, **{field: None}))

    assert answer.limit_fen == 0
    assert "bound_unknown" in codes(answer)


def test_an_unknown_security_is_held_to_every_bound() -> None:
    answer = answer_of(ID, golden_inputs(ID, security=None))

    applying = {bound.bound for bound in answer.bounds if bound.applies}
    assert applying == {bound.bound for bound in answer.bounds} - {"first_loan"}


def test_a_grade_out_of_the_table_is_refused() -> None:
    with pytest.raises(ModelInputNotValid):
        answer_of(ID, golden_inputs(ID, grade="Z"))
