"""Firm size: every bound of the standard, from both sides."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.china import firm_size
from puhui.china.firm_size import FirmSize
from puhui.china.rule_tables import NoRuleInForce
from puhui.errors import Unprocessable
from puhui.money import Money

TODAY = date(2026, 8, 3)

BOUNDS = {
    "agriculture": {"revenue": (20000, 500, 50)},
    "industry": {"headcount": (1000, 300, 20), "revenue": (40000, 2000, 300)},
    "construction": {"revenue": (80000, 6000, 300), "assets": (80000, 5000, 300)},
    "wholesale": {"headcount": (200, 20, 5), "revenue": (40000, 5000, 1000)},
    "retail": {"headcount": (300, 50, 10), "revenue": (20000, 500, 100)},
    "transport": {"headcount": (1000, 300, 20), "revenue": (30000, 3000, 200)},
    "storage": {"headcount": (200, 100, 20), "revenue": (30000, 1000, 100)},
    "post": {"headcount": (1000, 300, 20), "revenue": (30000, 2000, 100)},
    "lodging": {"headcount": (300, 100, 10), "revenue": (10000, 2000, 100)},
    "catering": {"headcount": (300, 100, 10), "revenue": (10000, 2000, 100)},
    "telecom": {"headcount": (2000, 100, 10), "revenue": (100000, 1000, 100)},
    "software": {"headcount": (300, 100, 10), "revenue": (10000, 1000, 50)},
    "real_estate": {"revenue": (200000, 1000, 100), "assets": (10000, 5000, 2000)},
    "property": {"headcount": (1000, 300, 100), "revenue": (5000, 1000, 500)},
    "leasing": {"headcount": (300, 100, 10), "assets": (120000, 8000, 100)},
    "other": {"headcount": (300, 100, 10)},
}
"""The standard's table once more, typed from rules.md §3.5: the data file must say the same."""

SIZES = (FirmSize.LARGE, FirmSize.MEDIUM, FirmSize.SMALL)
CASES = [(row, position) for row in BOUNDS for position in range(3)]
CASES_OF_ONE = [(row, m, position) for row in BOUNDS for m in BOUNDS[row] for position in range(3)]


def measured(values: dict[str, int], *, fen_less: int = 0) -> dict[str, int | Money]:
    """Numbers of the table as arguments of classify: amounts are in 万元."""
    return {
        name: value - fen_less if name == "headcount" else Money(value * 1_000_000 - fen_less)
        for name, value in values.items()
    }


def size_of(row: str, values: dict[str, int | Money]) -> FirmSize:
    return firm_size.classify(row, on=TODAY, **values)  # type: ignore[arg-type]


def test_the_table_has_every_row_of_the_standard() -> None:
    rows = firm_size.table().value_on(TODAY)

    assert {name: dict(row.bounds) for name, row in rows.items()} == BOUNDS


@pytest.mark.parametrize(("row", "position"), CASES)
def test_a_firm_exactly_on_all_bounds_has_that_size(row: str, position: int) -> None:
    on_bounds = measured({m: bounds[position] for m, bounds in BOUNDS[row].items()})

    assert size_of(row, on_bounds) == SIZES[position]


@pytest.mark.parametrize(("row", "measure", "position"), CASES_OF_ONE)
def test_one_person_or_one_fen_less_drops_a_size(row: str, measure: str, position: int) -> None:
    values = measured({m: bounds[position] for m, bounds in BOUNDS[row].items()})
    values |= measured({measure: BOUNDS[row][measure][position]}, fen_less=1)

    assert size_of(row, values) == FirmSize(SIZES[position] + 1)


@pytest.mark.parametrize(("row", "measure"), [(r, m) for r in BOUNDS for m in BOUNDS[r]])
def test_a_missing_number_makes_the_size_undetermined_never_micro(row: str, measure: str) -> None:
    values = measured({m: 10**6 for m in BOUNDS[row] if m != measure})

    assert size_of(row, values) is FirmSize.UNDETERMINED


def test_a_missing_number_that_the_row_does_not_ask_for_is_no_matter() -> None:
    assert firm_size.classify("other", headcount=5, on=TODAY) is FirmSize.MICRO


def test_an_unknown_row_and_another_currency_are_refused() -> None:
    with pytest.raises(Unprocessable, match="industry row"):
        firm_size.classify("space", headcount=5, on=TODAY)
    with pytest.raises(Unprocessable, match="CNY"):
        firm_size.classify("agriculture", revenue=Money(1, "EUR"), on=TODAY)


@given(st.integers(0, 2000), st.integers(0, 2000), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_larger_firm_is_never_of_a_smaller_size(
    people: int, more_people: int, wan: int, more_wan: int
) -> None:
    small = size_of("industry", measured({"headcount": people, "revenue": wan}))
    grown = {"headcount": people + more_people, "revenue": wan + more_wan}

    assert size_of("industry", measured(grown)) <= small


def test_before_the_standard_there_is_no_size() -> None:
    with pytest.raises(NoRuleInForce):
        firm_size.classify("other", headcount=5, on=date(2011, 6, 17))


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("01", "agriculture"),
        ("3311", "industry"),
        ("47", "construction"),
        ("51", "wholesale"),
        ("5211", "retail"),
        ("53", None),
        ("54", "transport"),
        ("5951", "storage"),
        ("60", "post"),
        ("6110", "lodging"),
        ("6210", "catering"),
        ("63", "telecom"),
        ("6510", "software"),
        ("66", None),
        ("7010", "real_estate"),
        ("7020", "property"),
        ("7030", "other"),
        ("72", "leasing"),
        ("83", None),
        ("99", None),
        ("x", None),
    ],
)
def test_a_class_finds_its_row(code: str, row: str | None) -> None:
    assert firm_size.row_of(code) == row


def test_every_size_has_a_name() -> None:
    assert set(firm_size.SIZE_NAMES) == set(FirmSize)
