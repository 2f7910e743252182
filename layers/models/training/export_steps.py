"""The steps of an isotonic calibration as nodes of a graph, after the sigmoid.

A line that bends at knots is a sum of hinges: y = y₀ + Σ wᵢ · max(0, x − kᵢ), where wᵢ is by how
much the slope changes at a knot. Below the first knot and above the last the line is level. The
hinges are added up in double precision: each is large where all of them together are small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from onnx import TensorProto, helper

Knots = Sequence[tuple[float, float]]
"""Pairs of raw and calibrated probability, rising."""
DOUBLE: Final = TensorProto.DOUBLE


@dataclass(frozen=True, slots=True)
class Steps:
    """What a graph is given more: nothing without knots."""

    nodes: tuple[Any, ...] = ()
    constants: tuple[Any, ...] = ()


def steps_of(knots: Knots) -> Steps:
    """From `uncalibrated` to `probability`, both float [N, 1]."""
    if not knots:
        return Steps()
    count = len(knots)
    nodes = (
        helper.make_node("Cast", ["uncalibrated"], ["raw"], to=DOUBLE),
        helper.make_node("Sub", ["raw", "knots"], ["beyond"]),
        helper.make_node("Relu", ["beyond"], ["hinges"]),
        helper.make_node("MatMul", ["hinges", "bends"], ["rise"]),
        helper.make_node("Add", ["rise", "lowest"], ["calibrated"]),
        helper.make_node("Cast", ["calibrated"], ["probability"], to=TensorProto.FLOAT),
    )
    constants = (
        helper.make_tensor("knots", DOUBLE, [1, count], [place for place, _ in knots]),
        helper.make_tensor("bends", DOUBLE, [count, 1], bends_of(knots)),
        helper.make_tensor("lowest", DOUBLE, [1], [knots[0][1]]),
    )
    return Steps(nodes, constants)


def bends_of(knots: Knots) -> list[float]:
    """By how much the slope changes at each knot."""
    slopes = [(after[1] - before[1]) / (after[0] - before[0]) for before, after in pairwise(knots)]
    return [new - old for old, new in zip([0.0, *slopes], [*slopes, 0.0], strict=True)]
