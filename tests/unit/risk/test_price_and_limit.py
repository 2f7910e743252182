"""Price from expected profit, limit from sales: the best there is, monotone, in whole steps."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puhui.china.rule_tables import NoRuleInForce
from risk.adapters.packaged_policies import PackagedParameters
from risk.domain.limit import limit_of
from risk.domain.pricing import best_price
from risk.domain.scorecard import points_of, probability_ppm
from tests.support.risk import AS_OF, MODELS, PARAMETERS, POLICIES, grade_of

NOW = PARAMETERS.on(AS_OF)
POLICY = POLICIES.in_force(AS_OF)
SCALE = MODELS.card("sme_application_score").scale
GRADES = list(POLICY.grades)
PUBLISHED = {"A": (2246, 6675, 9221), "B": (2066, 6258, 8859), "C": (1813, 5901, 8952)}
"""Published shares of lost customers at 5.05 %, 9.05 % and 15 %, in parts of ten thousand."""


@pytest.mark.parametrize("grade", PUBLISHED)
def test_the_churn_curve_follows_the_published_table(grade: str) -> None:
    curve = NOW.pricing.curves[grade]

    fitted = [curve.lost(bps) for bps in (505, 905, 1500)]

    assert all(
        abs(lost - Decimal(share) / 10_000) < Decimal("0.03")
        for lost, share in zip(fitted, PUBLISHED[grade], strict=True)
    )


@pytest.mark.parametrize("grade", GRADES)
def test_a_higher_rate_never_keeps_more_customers(grade: str) -> None:
    curve = NOW.pricing.curves[grade]
    lost = [curve.lost(bps) for bps in range(0, 3_000, 5)]

    assert lost == sorted(lost)
    assert 0 <= lost[0] <= lost[-1] <= 1


@settings(max_examples=60, deadline=None)
@given(pd_ppm=st.integers(0, 300_000), grade=st.sampled_from(GRADES[:1]))
def test_no_other_rate_on_offer_is_expected_to_bring_more(pd_ppm: int, grade: str) -> None:
    price = best_price(NOW.pricing, grades=[grade], pd_ppm=pd_ppm, min_bps=400, max_bps=1_500)

    curve, terms = NOW.pricing.curves[grade], NOW.pricing
    chance = Decimal(pd_ppm) / 10**6
    loss = chance * terms.lgd_ppm / 10**6
    cost = Decimal(terms.funding_bps + terms.operating_bps) / 10_000
    profits = {
        bps: (1 - curve.lost(bps)) * (Decimal(bps) / 10_000 * (1 - chance) - loss - cost)
        for bps in range(400, 1_501, 5)
    }
    assert abs(max(profits.values()) - profits[price.rate_bps]) < Decimal("1e-8")
    assert abs(Decimal(price.profit_ppm) / 10**6 - profits[price.rate_bps]) < Decimal("1e-6")


def test_a_riskier_firm_never_pays_less() -> None:
    """Swept and not sampled: prices could fall only at the edges of grades, which are narrow."""
    rates = []
    for logit in range(-70_000, 20_000, 25):
        grade = grade_of(POLICY, points_of(SCALE, logit))
        price = best_price(
            NOW.pricing,
            grades=POLICY.grades_down_to(grade),
            pd_ppm=probability_ppm(logit),
            min_bps=400,
            max_bps=1_500,
        )
        rates.append(price.rate_bps)

    assert rates == sorted(rates)


@given(low=st.integers(1, 3_000), span=st.integers(0, 2_000), pd_ppm=st.integers(0, 10**6))
def test_the_rate_stays_within_the_products_bounds(low: int, span: int, pd_ppm: int) -> None:
    price = best_price(NOW.pricing, grades=["A"], pd_ppm=pd_ppm, min_bps=low, max_bps=low + span)

    assert low <= price.rate_bps <= low + span


def test_a_price_that_covers_nothing_says_so() -> None:
    price = best_price(NOW.pricing, grades=["A"], pd_ppm=900_000, min_bps=400, max_bps=1_500)

    assert price.profit_ppm < 0


@given(
    sales=st.integers(-(10**12), 10**16),
    requested=st.integers(1, 10**9),
    maximum=st.integers(1, 10**9),
    grade=st.sampled_from(GRADES),
)
def test_a_limit_is_the_least_of_its_bounds_in_whole_steps(
    sales: int, requested: int, maximum: int, grade: str
) -> None:
    limit = limit_of(
        NOW.limit,
        yearly_sales_fen=sales,
        grade=grade,
        requested_fen=requested,
        product_max_fen=maximum,
    )

    bounds = (max(sales, 0) // 5, requested, maximum, NOW.limit.grade_caps_fen[grade])
    assert limit.fen is not None
    assert limit.fen % 1_000_000 == 0
    assert limit.fen <= min(bounds) < limit.fen + 1_000_000


def test_without_known_sales_there_is_no_limit() -> None:
    limit = limit_of(
        NOW.limit, yearly_sales_fen=None, grade="A", requested_fen=1, product_max_fen=1
    )

    assert (limit.capacity_fen, limit.fen) == (None, None)


def test_worse_grades_are_never_capped_higher() -> None:
    caps = [NOW.limit.grade_caps_fen[grade] for grade in GRADES]

    assert caps == sorted(caps, reverse=True)
    assert max(caps) == 100_000_000


def test_every_table_names_its_source_and_how_sure_it_is() -> None:
    rows = [row for table in PackagedParameters()._tables.values() for row in table]

    assert all(row.source and row.confidence for row in rows)


def test_before_the_first_row_no_number_is_in_force() -> None:
    with pytest.raises(NoRuleInForce):
        PARAMETERS.on(date(2015, 12, 31))
