"""M07: money that comes back from the same counterparty within days, in a similar amount."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.models import document_authenticity as model
from risk.domain.models.statement_patterns import (
    loop_rows,
)
from risk.domain.models.statement_rows import columns_of
from tests.support.statements import FIRST, a_row, statements

SOME = settings(max_examples=25)
"""Statements are long to draw."""


@pytest.mark.parametrize(
    ("days", "amount", "party", "kind", "looped"),
    [
        (7, 10_000_00, "甲公司", "business", True),
        (8, 10_000_00, "甲公司", "business", False),
        (-7, 10_500_00, "甲公司", "business", True),
        (0, 10_526_32, "甲公司", "business", False),
        (1, 10_000_00, "乙公司", "business", False),
        (1, 10_000_00, None, "business", True),
        (1, 10_000_00, None, "cash", False),
    ],
)
def test_a_similar_amount_back_within_a_week_is_a_loop(
    days: int, amount: int, party: str | None, kind: Any, looped: bool
) -> None:
    back = a_row(
        2,
        direction="out",
        booked_on=FIRST + timedelta(days=days),
        amount_fen=amount,
        counterparty=party,
        kind=kind,
    )
    columns = columns_of([a_row(1, amount_fen=10_000_00), back])

    found = loop_rows(columns, days=7, similar_ppm=50_000, least_fen=100_000)

    assert bool(found[columns.incoming].all()) == looped


def brute_loops(rows: tuple[model.Row, ...]) -> list[bool]:
    """The definition, line by line."""
    fit = [one for one in rows if one.kind not in ("cash", "interest", "fee", "tax")]
    return [
        one in fit
        and any(
            other.direction != one.direction
            and abs((other.booked_on - one.booked_on).days) <= 7
            and abs(other.amount_fen - one.amount_fen) <= one.amount_fen * 50_000 // 1_000_000
            and (
                other.counterparty == one.counterparty
                or None in (other.counterparty, one.counterparty)
            )
            for other in fit
        )
        for one in rows
    ]


@SOME
@given(inputs=statements(), hidden=st.sets(st.integers(0, 13), max_size=4))
def test_loops_are_those_of_the_definition(inputs: model.Inputs, hidden: set[int]) -> None:
    rows = tuple(
        replace(one, account=f"{place:02}", counterparty=None if place in hidden else "甲公司")
        for place, one in enumerate(inputs.rows)
    )

    found = loop_rows(columns_of(rows), days=7, similar_ppm=50_000, least_fen=1)

    assert found.tolist() == brute_loops(rows)
