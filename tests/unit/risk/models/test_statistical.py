"""From a graph's contributions to a probability: exact, and refused where it is not a card's."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.contracts.common import Reason
from risk.domain.errors import ModelNotTrusted
from risk.domain.scorecard import Scale, probability_of
from risk.domain.statistical import StatisticalInput, StatisticalModel, answer_of

E6 = 1_000_000


def an_input(name: str, best_e6: int = -500_000, code: str | None = None) -> StatisticalInput:
    reason = Reason(code=code or name.upper(), text=f"{name} 偏高")
    return StatisticalInput(name=name, best_e6=best_e6, reason=reason)


def a_model(*inputs: StatisticalInput, kind: str = "trees", **changes: object) -> StatisticalModel:
    fields: dict[str, object] = {
        "id": "application_fraud_score",
        "catalogue_id": "M04",
        "version": "1.0.0",
        "sha256": "0" * 64,
        "card_sha256": "1" * 64,
        "kind": kind,
        "stage": "pre_loan",
        "segments": ("S",),
        "intercept_e6": -2_000_000,
        "scale": None,
        "inputs": inputs or (an_input("a"), an_input("b"), an_input("c")),
    }
    return StatisticalModel(**(fields | changes))  # type: ignore[arg-type]


@given(st.integers(-40 * E6, 40 * E6))
def test_the_quick_probability_is_the_correctly_rounded_one(logit_e6: int) -> None:
    chance = 1 / (1 + (Decimal(-logit_e6) / E6).exp())
    exact = int((chance * E6).to_integral_value(ROUND_HALF_UP))

    assert probability_of(logit_e6, E6) == exact


@pytest.mark.parametrize(("logit", "ppm"), [(0, 500_000), (10**12, 1_000_000), (-(10**12), 0)])
def test_the_ends_of_the_scale_are_probabilities(logit: int, ppm: int) -> None:
    assert probability_of(logit, E6) == ppm


@given(st.lists(st.floats(-5, 5), min_size=3, max_size=3))
def test_a_probability_is_the_logistic_of_the_sum(contributions: list[float]) -> None:
    answer = answer_of(a_model(), contributions)

    logit = -2.0 + sum(contributions)
    assert answer.probability_ppm == pytest.approx(1e6 / (1 + math.exp(-logit)), abs=1.5)


def test_contributions_are_told_in_ten_thousandths() -> None:
    answer = answer_of(a_model(), [0.12345, -0.00005, 0.0])

    assert answer.contributions_e6 == (123_450, -50, 0)
    assert answer.contributions_e4 == (1_235, -1, 0)


def test_the_heaviest_against_the_best_attainable_is_told_first() -> None:
    model = a_model(an_input("a", -100_000), an_input("b", -900_000), an_input("c", 300_000))

    answer = answer_of(model, [0.1, 0.2, 0.3])

    assert [one.code for one in answer.adverse_reasons(4)] == ["B", "A"]


def test_no_reason_is_told_twice() -> None:
    model = a_model(an_input("a", code="SAME"), an_input("b", code="SAME"), an_input("c"))

    answer = answer_of(model, [1.0, 2.0, 0.5])

    assert [one.code for one in answer.adverse_reasons(4)] == ["SAME", "C"]


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf, 1e9])
def test_a_contribution_that_is_no_number_is_not_trusted(odd: float) -> None:
    with pytest.raises(ModelNotTrusted, match="finite"):
        answer_of(a_model(), [0.0, odd, 0.0])


def test_other_contributions_than_inputs_are_not_trusted() -> None:
    with pytest.raises(ModelNotTrusted, match="other contributions"):
        answer_of(a_model(), [0.0, 0.0])


def test_a_scorecard_answers_whole_points_only() -> None:
    scale = Scale(base=600, odds=20, points_to_double=40)
    card = a_model(kind="scorecard", scale=scale, intercept_e6=-1_000_000)

    assert answer_of(card, [0.1234, 0.0, -0.5]).points is not None
    with pytest.raises(ModelNotTrusted, match="points"):
        answer_of(card, [0.12345, 0.0, 0.0])
