"""The colour of a customer: bounds, domains together, and what was never obtained."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.models import early_warning as model
from risk.domain.models.answer import ModelInputNotValid
from tests.support.rule_models import first_inputs, nullable, parameters_of, without

PARAMETERS = parameters_of(model)
CALM = first_inputs(model)
SOME = settings(max_examples=50)
"""Enough for the fast slice."""
BY_FIELD = {one.field: one for one in model.SIGNALS}
FLAGS = {one for one in BY_FIELD if isinstance(getattr(CALM, one), bool)}


def bounds(field: str) -> list[tuple[str, int]]:
    steps = getattr(PARAMETERS, BY_FIELD[field].steps)
    return [(colour, bound) for colour, bound in steps.bounds() if bound is not None]


def given_as(field: str, measure: int) -> int | bool:
    """The value of a field whose measure is this one."""
    if field in FLAGS:
        return bool(measure)
    return -measure if BY_FIELD[field].falls else measure


BOUNDS = [(field, colour, bound) for field in BY_FIELD for colour, bound in bounds(field)]
MEASURES = st.sampled_from([0, 1, 2, 3, 5, 9, 40, 150_000, 350_000, 600_000, 1_000_000])
CUSTOMERS = st.dictionaries(st.sampled_from(sorted(BY_FIELD)), MEASURES, max_size=6).map(
    lambda found: replace(CALM, **{field: given_as(field, found[field]) for field in found})
)


def colour(inputs: model.Inputs) -> int:
    return model.ORDER.index(model.answer(inputs, PARAMETERS).colour)


@SOME
@given(inputs=CUSTOMERS, names=st.sets(st.sampled_from(nullable(model.Inputs)), min_size=1))
def test_a_signal_left_out_never_makes_the_colour_lighter(
    inputs: model.Inputs, names: set[str]
) -> None:
    assert colour(without(inputs, names)) >= colour(inputs)


@SOME
@given(inputs=CUSTOMERS, field=st.sampled_from(sorted(BY_FIELD)), more=MEASURES)
def test_more_of_a_signal_never_makes_the_colour_lighter(
    inputs: model.Inputs, field: str, more: int
) -> None:
    now = int(getattr(inputs, field)) * (-1 if BY_FIELD[field].falls else 1)

    assert colour(replace(inputs, **{field: given_as(field, now + more)})) >= colour(inputs)


@pytest.mark.parametrize(("field", "expected", "bound"), BOUNDS)
def test_every_bound_is_reached_exactly(field: str, expected: str, bound: int) -> None:
    found = model.answer(replace(CALM, **{field: given_as(field, bound)}), PARAMETERS)
    below = model.answer(replace(CALM, **{field: given_as(field, bound - 1)}), PARAMETERS)

    assert found.colour == expected
    assert [(one.code, one.bound) for one in found.warnings] == [(field.upper(), bound)]
    assert model.ORDER.index(below.colour) < model.ORDER.index(found.colour)


@SOME
@given(inputs=CUSTOMERS)
def test_every_colour_makes_a_task_within_four_hours(inputs: model.Inputs) -> None:
    found = model.answer(inputs, PARAMETERS)

    assert found.task_due_seconds == (None if found.colour == "none" else 4 * 60 * 60)
    assert (
        found.colour_name
        == {"none": "无", "yellow": "黄", "orange": "橙", "red": "红"}[found.colour]
    )


def test_two_yellow_domains_stay_yellow_and_two_signals_of_one_domain_count_once() -> None:
    two = replace(CALM, sales_change_ppm=-300_000, new_case_count=1)
    same = replace(two, red_letter_ppm=100_000, silent_months=1)

    assert model.answer(two, PARAMETERS).colour == "yellow"
    assert model.answer(same, PARAMETERS).colour == "yellow"


def test_rules_and_model_are_a_union() -> None:
    by_rule = replace(CALM, dishonest=True, probability_ppm=0)
    by_model = replace(CALM, probability_ppm=250_000)

    assert model.answer(by_rule, PARAMETERS).colour == "red"
    assert model.answer(by_model, PARAMETERS).colour == "orange"


def test_warnings_are_told_with_the_gravest_first() -> None:
    found = model.answer(replace(CALM, address_changed=True, dishonest=True), PARAMETERS)

    assert [one.colour for one in found.warnings] == ["red", "yellow"]
    assert [one.text for one in found.reasons] == ["成为失信被执行人（红）", "住所变更（黄）"]


def test_negative_days_and_a_signal_without_bounds_are_refused() -> None:
    blind = parameters_of(model, overdue_days=model.Steps())

    with pytest.raises(ModelInputNotValid, match="overdue_days"):
        model.answer(replace(CALM, overdue_days=-1), PARAMETERS)
    with pytest.raises(ModelInputNotValid, match="no bound"):
        model.answer(CALM, blind)


def test_every_field_of_the_inputs_is_a_signal() -> None:
    fields: set[Any] = set(model.Inputs.__slots__)  # type: ignore[attr-defined]

    assert set(BY_FIELD) == fields
