"""Sums of trees as arrays: what rounding keeps, what contributions add up to, what is joined."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.models.training.lightgbm_nodes import NotExportable, nodes_of, refuse_unfaithful
from layers.models.training.nodes import LEAF, Nodes, joined, narrow, rounded_down
from layers.models.training.scorecard import Feature, Points, Scorecard
from layers.models.training.scorecard_nodes import scorecard_nodes

DOUBLES = st.floats(-1e12, 1e12, allow_nan=False)
CARD = Scorecard(
    -1.0,
    (
        Points(Feature("size", (1.0, 2.0, 3.0), riskier_upwards=False), (0.9, 0.4, 0.0, -0.5), 0.9),
        Points(Feature("nothing", (), riskier_upwards=True), (0.0,), 0.0),
        Points(Feature("swing", (0.5,), riskier_upwards=True), (-0.2, 0.3), 0.1),
    ),
)


def a_stump() -> Nodes:
    """x0 ≤ 0.5 → -1, else 2; missing goes right; nine rows in ten are left."""
    return Nodes(
        np.array([0]), np.array([0, LEAF, LEAF]), np.array([0.5, 0.0, 0.0]),
        np.array([1, 0, 0]), np.array([2, 0, 0]), np.array([False, False, False]),
        np.array([-0.7, -1.0, 2.0]), 2,
    )  # fmt: skip


@given(DOUBLES, DOUBLES)
def test_a_threshold_rounded_down_parts_float32_values_as_before(
    threshold: float, value: float
) -> None:
    seen = float(np.float32(value))

    assert (seen <= threshold) == (seen <= rounded_down(threshold))


@given(DOUBLES)
def test_a_value_at_a_threshold_stays_on_its_side(threshold: float) -> None:
    at = np.float32(threshold)

    for value in (np.nextafter(at, np.float32(-np.inf)), at, np.nextafter(at, np.float32(np.inf))):
        assert (float(value) <= threshold) == (float(value) <= rounded_down(threshold))


@given(st.floats(width=64))
def test_what_is_narrow_is_narrow_already(value: float) -> None:
    once = narrow(np.array([[value]]))

    assert np.array_equal(narrow(once), once, equal_nan=True)
    assert np.isfinite(once).all() or np.isnan(value)


def test_contributions_and_bias_are_the_log_odds() -> None:
    rows = np.array([[0.0, 9.0], [0.5, 9.0], [0.6, 9.0], [np.nan, 9.0]])

    assert a_stump().logits(rows).tolist() == pytest.approx([-1.0, -1.0, 2.0, 2.0])
    assert a_stump().contributions(rows)[:, 1].tolist() == [0.0] * 4
    assert a_stump().bias == pytest.approx(-0.7)


def test_a_sum_of_sums_is_their_sum() -> None:
    rows = np.array([[0.0, 1.0], [1.0, 1.0]])

    both = joined([a_stump().scaled(0.25), a_stump().scaled(2.0, offset=3.0)])

    assert both.logits(rows) == pytest.approx(2.25 * a_stump().logits(rows) + 3.0)


@given(st.lists(st.tuples(*[st.floats(-5, 5) | st.just(np.nan)] * 3), min_size=1, max_size=30))
def test_a_scorecard_as_trees_says_the_same(rows: list[tuple[float, ...]]) -> None:
    values = narrow(np.array(rows))

    nodes = scorecard_nodes(CARD, values)

    expected = CARD.intercept + CARD.contributions(values).sum(axis=1)
    assert nodes.logits(values) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    "settings", [{"boosting": "rf"}, {"linear_tree": True}, {"zero_as_missing": True}]
)
def test_modes_whose_graphs_are_silently_wrong_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(NotExportable, match=next(iter(settings))):
        refuse_unfaithful(settings)


class Dumped:
    """A booster of one tree, as LightGBM dumps it."""

    def __init__(self, **split: Any) -> None:
        self.params: dict[str, Any] = {}
        self.split = {
            "split_index": 0, "split_feature": 0, "threshold": 0.1, "decision_type": "<=",
            "default_left": True, "missing_type": "NaN",
            "left_child": {"leaf_value": -1.0, "leaf_count": 30},
            "right_child": {"leaf_value": 1.0, "leaf_count": 10},
        } | split  # fmt: skip

    def dump_model(self) -> dict[str, Any]:
        return {"tree_info": [{"tree_structure": self.split}], "max_feature_idx": 0}


@pytest.mark.parametrize(
    ("split", "left"),
    [
        ({"missing_type": "NaN", "default_left": True}, True),
        ({"missing_type": "NaN", "default_left": False}, False),
        ({"missing_type": "None", "threshold": 0.1}, True),
        ({"missing_type": "None", "threshold": -0.1}, False),
    ],
)
def test_a_missing_value_goes_where_the_library_sends_it(split: dict[str, Any], left: bool) -> None:
    nodes = nodes_of(Dumped(**split))

    assert bool(nodes.missing_left[0]) is left
    assert nodes.mean[0] == pytest.approx(-0.5)


def test_a_missing_value_goes_where_a_caller_sends_it() -> None:
    assert not nodes_of(Dumped(), {0: False}).missing_left[0]


@pytest.mark.parametrize("split", [{"decision_type": "=="}, {"missing_type": "Zero"}])
def test_a_split_that_the_graph_cannot_ask_is_refused(split: dict[str, Any]) -> None:
    with pytest.raises(NotExportable):
        nodes_of(Dumped(**split))
