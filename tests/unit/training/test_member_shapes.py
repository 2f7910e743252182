"""Which trees a champion is made of follows from the number of training rows alone."""

from __future__ import annotations

import pytest

from layers.models.training.member_shapes import (
    ENOUGH_TO_CHOOSE,
    TINY,
    WIDE_BELOW,
    bags,
    members,
    rounds_of_all,
)
from layers.models.training.trees import HELD_BACK


def test_only_a_tiny_sample_fixes_its_rounds() -> None:
    few, enough = members(TINY - 1), members(TINY)

    assert all("rounds" in shape for shape in few)
    assert not any("rounds" in shape for shape in enough)


def test_one_shape_more_sees_nearly_all_features_between_few_rows_and_many() -> None:
    few, between, many = (members(n) for n in (ENOUGH_TO_CHOOSE - 1, 5_000, WIDE_BELOW))

    assert between[:-1] == few == many
    assert between[-1]["feature_fraction"] > max(s.get("feature_fraction", 0.6) for s in few)


@pytest.mark.parametrize(("rows", "seeds"), [(66, 3), (800, 2), (5_000, 3), (20_000, 1)])
def test_fewer_rows_are_fitted_with_more_seeds(rows: int, seeds: int) -> None:
    assert bags(rows) == seeds


def test_all_rows_bear_more_trees_than_those_that_were_stopped() -> None:
    found = rounds_of_all((170.0, 85.0), ENOUGH_TO_CHOOSE)

    assert found == (round(170 / (1 - HELD_BACK)), round(85 / (1 - HELD_BACK)))


@pytest.mark.parametrize("rows", [ENOUGH_TO_CHOOSE - 1, WIDE_BELOW])
def test_the_rounds_of_few_and_of_many_rows_stay_as_found(rows: int) -> None:
    assert rounds_of_all((170.4, 85.0), rows) == (170, 85)
