"""Grades from points: every bound where it is declared, and an unknown board never helps."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.domain.models.answer import ModelInputNotValid
from risk.domain.models.grading import GRADES, Answer, Inputs, Parameters, answer

PARAMETERS = Parameters(lowest_points=(700, 670, 640, 610), village_board_points_at_most=30)
POINTS = st.integers(0, 1_000)
BOARD = st.integers(-30, 30)


@pytest.mark.parametrize(
    ("points", "board", "grade"),
    [
        (700, 0, "A"),
        (699, 0, "B"),
        (690, 10, "A"),
        (670, 0, "B"),
        (640, 0, "C"),
        (610, 0, "D"),
        (609, 0, "E"),
        (700, -30, "B"),
        (700, None, "B"),
        (None, 30, "E"),
    ],
)
def test_grades_begin_where_they_are_declared(
    points: int | None, board: int | None, grade: str
) -> None:
    found = answer(Inputs(points=points, village_board_points=board), PARAMETERS)

    assert found.grade == grade


@given(POINTS, BOARD, st.integers(0, 100))
def test_more_points_never_give_a_worse_grade(points: int, board: int, more: int) -> None:
    low = answer(Inputs(points=points, village_board_points=board), PARAMETERS)
    high = answer(Inputs(points=points + more, village_board_points=board), PARAMETERS)

    assert GRADES.index(high.grade) <= GRADES.index(low.grade)


@given(POINTS, BOARD)
def test_an_unknown_board_is_never_better_than_a_known_one(points: int, board: int) -> None:
    known = answer(Inputs(points=points, village_board_points=board), PARAMETERS)
    unknown = answer(Inputs(points=points), PARAMETERS)

    assert GRADES.index(unknown.grade) >= GRADES.index(known.grade)
    assert [reason.code for reason in unknown.reasons] == ["GRADE_BOARD_UNKNOWN"]


@pytest.mark.parametrize(
    ("inputs", "parameters", "field"),
    [
        (Inputs(points=1, village_board_points=31), PARAMETERS, "village_board_points"),
        (
            Inputs(points=1),
            Parameters(lowest_points=(1, 2, 3, 4), village_board_points_at_most=0),
            "lowest_points",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(inputs: Inputs, parameters: Parameters, field: str) -> None:
    with pytest.raises(ModelInputNotValid, match=field):
        answer(inputs, parameters)


def test_an_answer_travels_as_json() -> None:
    found = answer(Inputs(points=655), PARAMETERS)

    assert msgspec.convert(msgspec.to_builtins(found), Answer, strict=True) == found
