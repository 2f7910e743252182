"""M18: the terms add up, risk is never cheaper, and no LPR is guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.china import lpr
from puhui.china.rule_tables import NoRuleInForce
from risk.domain.models.answer import ModelInputNotValid
from risk.domain.models.rate_pricing import STATUSES, Publication
from tests.support.risk_models import answer_of, codes, golden_inputs, parameters_of
from tests.unit.risk.models.in_loan import FEW

ID = "rate_pricing"
PARAMETERS = parameters_of(ID)
SHARE = st.integers(0, 10**6)
LOANS = st.fixed_dictionaries(
    {
        "pd_ppm": SHARE,
        "lgd_ppm": SHARE,
        "ftp_bps": st.integers(0, 600),
        "policy_discount_bps": st.integers(0, 150),
        "amount_fen": st.integers(1, 10**9),
        "segment": st.sampled_from(["E", "S", "F", "C", "T"]),
    }
)


@FEW
@given(loan=LOANS)
def test_the_terms_add_up_to_the_floor(loan: dict[str, Any]) -> None:
    answer = answer_of(ID, golden_inputs(ID, **loan))

    terms = (
        answer.funding_bps,
        answer.operating_bps,
        answer.expected_loss_bps,
        answer.capital_bps,
        -answer.discount_bps,
    )
    assert answer.floor_bps == sum(terms)


@FEW
@given(loan=LOANS)
def test_a_priced_loan_pays_for_itself_within_its_range(loan: dict[str, Any]) -> None:
    inputs = golden_inputs(ID, **loan)

    answer = answer_of(ID, inputs)

    if answer.status == "priced":
        assert answer.rate_bps >= answer.floor_bps
        assert inputs.product_min_bps <= answer.rate_bps <= inputs.product_max_bps
        assert answer.rate_bps == answer.lpr_bps + answer.spread_bps
    else:
        assert answer.floor_bps > inputs.product_max_bps


@FEW
@given(loan=LOANS)
def test_without_a_discount_the_capital_earns_its_hurdle(loan: dict[str, Any]) -> None:
    answer = answer_of(ID, golden_inputs(ID, **loan | {"policy_discount_bps": 0}))

    assert answer.rate_bps is None or answer.raroc_ppm >= PARAMETERS.hurdle_ppm


@FEW
@given(loan=LOANS, field=st.sampled_from(["pd_ppm", "lgd_ppm", "ftp_bps"]), more=SHARE)
def test_a_worse_loan_never_costs_the_borrower_less(
    loan: dict[str, Any], field: str, more: int
) -> None:
    inputs = golden_inputs(ID, **loan)
    worse = replace(inputs, **{field: min(loan[field] + more, 10**6)})

    before, after = answer_of(ID, inputs), answer_of(ID, worse)

    assert after.floor_bps >= before.floor_bps
    assert STATUSES.index(after.status) >= STATUSES.index(before.status)


@FEW
@given(smaller=st.integers(1, 10**9), more=st.integers(0, 10**9))
def test_a_larger_loan_never_costs_more_work(smaller: int, more: int) -> None:
    costs = [
        answer_of(ID, golden_inputs(ID, amount_fen=amount)).operating_bps
        for amount in (smaller, smaller + more)
    ]

    assert costs[0] >= costs[1]


@FEW
@given(
    day=st.dates(date(2019, 8, 20), lpr.SUPPLIED_UNTIL),
    term=st.sampled_from([1, 12, 59, 60, 120]),
)
def test_the_lpr_is_that_of_the_day_and_the_tenor(day: date, term: int) -> None:
    answer = answer_of(ID, golden_inputs(ID, priced_on=day, term_months=term))

    assert answer.lpr_bps == lpr.bps_for(day, term)
    assert answer.lpr_tenor == ("5Y" if term >= 60 else "1Y")


def test_a_day_without_a_known_lpr_is_refused() -> None:
    with pytest.raises(ModelInputNotValid):
        answer_of(ID, golden_inputs(ID, priced_on=date(2026, 11, 26)))


def test_a_day_before_the_first_lpr_is_refused() -> None:
    with pytest.raises(NoRuleInForce):
        answer_of(ID, golden_inputs(ID, priced_on=date(2019, 8, 19)))


@pytest.mark.parametrize("published_on", [date(2026, 11, 27), date(2026, 10, 20)])
def test_a_publication_that_is_not_in_force_is_refused(published_on: date) -> None:
    supplied = Publication(published_on=published_on, one_year_bps=290, five_year_bps=340)

    with pytest.raises(ModelInputNotValid):
        answer_of(ID, golden_inputs(ID, priced_on=date(2026, 11, 26), publication=supplied))


def test_no_rate_exceeds_the_all_in_line_whatever_the_product_says() -> None:
    inputs = golden_inputs(ID, pd_ppm=500_000, product_max_bps=9_999)

    answer = answer_of(ID, inputs)

    assert (answer.status, answer.rate_bps) == ("above_cap", None)
    assert codes(answer) == ["above_cap"]
