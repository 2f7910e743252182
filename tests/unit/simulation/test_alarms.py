"""What warnings were worth: the middle of the known, and nothing of nothing."""

from __future__ import annotations

import pytest

from infra.simulation.alarms import median
from infra.simulation.vintages import VintageFigures


@pytest.mark.parametrize(
    ("days", "middle"), [([], None), ([None], None), ([5], 5), ([9, None, 1, 4], 4), ([1, 3], 1)]
)
def test_the_median_is_of_those_that_are_known(days: list[int | None], middle: int | None) -> None:
    assert median(days) == middle


def test_roa_is_the_result_of_a_year_on_the_balance() -> None:
    year = VintageFigures(
        income_fen=700, loss_fen=100, funding_fen=200, operating_fen=100, balance_days_fen=3_650_000
    )

    assert (year.result_fen, year.roa_ppm) == (300, 30_000)


def test_without_a_balance_there_is_no_roa() -> None:
    assert VintageFigures(income_fen=700).roa_ppm == 0
