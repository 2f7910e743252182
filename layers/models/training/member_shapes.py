"""Which shapes of trees a champion is made of, and how often: it follows from the rows alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from layers.models.training.trees import HELD_BACK, Settings

ENOUGH_TO_CHOOSE: Final = 3_000
"""Training rows from which 15 % of them say enough about what each member should count."""
MANY_ROWS: Final = 50_000
"""Below so many training rows three parts are held back in turn: one would have too few bads."""
WIDE_BELOW: Final = 10_000
"""From so many training rows a shape that sees nearly all features, further seeds and further
rounds cost time and add nothing (AUC on `taiwan_default` 0.7861 with them, 0.7863 without)."""
TINY: Final = 500
"""Below so many training rows the scorecard is one of ranks with a fixed penalty and nothing is
stopped early: a few dozen bads cannot say when to. What is shrunk so much is too timid, so the
line of the log-odds is learned from parts of the rows held back in turn."""
TINY_ROUNDS: Final = 150


def members(rows: int) -> tuple[Settings, ...]:
    """The shapes of trees for a number of training rows.

    The usual shape; a deeper one that sees fewer features at a time; extremely randomised splits
    (Geurts 2006), whose errors are others'; and, where rows are enough to choose shares but not
    many, one that sees nearly all features at once: for risk that two or three tell together.
    """
    if rows < TINY:
        small = {"min_data_in_leaf": 5, "rounds": TINY_ROUNDS, "extra_trees": True}
        return (
            {**small, "num_leaves": 4, "feature_fraction": 0.3},
            {**small, "num_leaves": 3, "feature_fraction": 0.5, "lambda_l2": 10.0},
        )
    if rows < MANY_ROWS:
        deep = {"num_leaves": 31, "min_data_in_leaf": 10, "feature_fraction": 0.5}
        loose = {
            "extra_trees": True, "num_leaves": 31, "min_data_in_leaf": 10,
            "feature_fraction": 0.3, "learning_rate": 0.05,
        }  # fmt: skip
        wide = {
            "num_leaves": 15, "min_data_in_leaf": 10, "feature_fraction": 0.9, "lambda_l2": 1.0,
            "learning_rate": 0.05,
        }  # fmt: skip
        return ({}, deep, loose, wide) if _bears_more(rows) else ({}, deep, loose)
    narrow_one = {"num_leaves": 15, "feature_fraction": 0.5, "min_data_in_leaf": 200}
    return (
        {"learning_rate": 0.05},
        {**narrow_one, "learning_rate": 0.04},
        {"extra_trees": True, "num_leaves": 63, "min_data_in_leaf": 100, "learning_rate": 0.08},
    )


def bags(rows: int) -> int:
    """How many seeds of each shape are averaged."""
    if rows >= WIDE_BELOW:
        return 1
    return 3 if rows < TINY or _bears_more(rows) else 2


def rounds_of_all(found: Sequence[float], rows: int) -> tuple[int, ...]:
    """How many trees of each shape all rows bear, from the mean that was found without some.

    In proportion to the rows where these are enough to choose shares but not many (AUC +0.001 on
    `hmeq`); otherwise as many as were found.
    """
    grown = 1 / (1 - HELD_BACK) if _bears_more(rows) else 1.0
    return tuple(round(grown * number) for number in found)


def _bears_more(rows: int) -> bool:
    return ENOUGH_TO_CHOOSE <= rows < WIDE_BELOW
