"""Grades A to E (信用等级) from a score in points, and the village board's points for farmers.

A village credit board (信用村评议小组) knows its people; its points move a farmer's score by at
most a declared bound. A farmer whom no board has rated gets the board's lowest points: what is
not known never helps.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from risk.domain.models.answer import ModelReason, require

GRADES = ("A", "B", "C", "D", "E")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a grade follows from."""

    points: int | None
    """The score of the scorecard; None where there is no score."""
    village_board_points: int | None = None
    """What the board gave, from -bound to +bound; None where no board has rated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Lowest points of the grades A, B, C and D, and how far a board may move a score."""

    lowest_points: tuple[int, int, int, int]
    village_board_points_at_most: int
    """0 for models without a board."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The grade and the points that it follows from."""

    grade: str
    points: int | None
    """Score and board together; None where there is no score."""
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """Grade a score; without one the grade is E."""
    lowest, bound = parameters.lowest_points, parameters.village_board_points_at_most
    falling = all(high > low for high, low in pairwise(lowest))
    require(falling, "lowest_points", "must fall from A to D")
    require(bound >= 0, "village_board_points_at_most", "must not be negative")
    board = inputs.village_board_points
    require(board is None or abs(board) <= bound, "village_board_points", "is beyond its bound")
    if inputs.points is None:
        return Answer(
            grade="E",
            points=None,
            reasons=(ModelReason("GRADE_NO_SCORE", "无评分，按最低等级处理"),),
        )
    added = -bound if board is None else board
    points = inputs.points + added
    grade = next((g for g, least in zip(GRADES, lowest, strict=False) if points >= least), "E")
    return Answer(grade=grade, points=points, reasons=tuple(_reasons(board, bound, added)))


def _reasons(board: int | None, bound: int, added: int) -> list[ModelReason]:
    if board is None and bound:
        return [ModelReason("GRADE_BOARD_UNKNOWN", f"无村级评议结果，按最低评议分{added}分计入")]
    if added:
        return [ModelReason("GRADE_BOARD_POINTS", f"村级评议小组加减分{added:+d}分")]
    return []
