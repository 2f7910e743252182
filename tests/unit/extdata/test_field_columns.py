"""Columns that are read at once are read as their values are, one by one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extdata.adapters.field_columns import column_reader
from extdata.adapters.field_types import MAX_TEXT, MAX_WHOLE, NotOfType, converter
from extdata.domain.document_spec import FieldSpec

SPECS = {
    "yuan": {},
    "wan_yuan": {},
    "int": {},
    "fen": {},
    "decimal": {},
    "text": {},
    "code": {"mapping": {"01": "vat", "02": "cit", "true": "yes", "1": "one"}},
    "bool": {"mapping": {"Y": True, "N": False}},
}
USUAL = {
    "yuan": ["1.00", "-0.29", "12345.67", "0.00"],
    "int": [0, -1, MAX_WHOLE],
    "fen": [5, 7],
    "text": ["北方", "x" * MAX_TEXT],
    "code": ["01", "02"],
    "bool": ["Y", "N"],
}
ODD = st.one_of(
    st.integers(-(2**60), 2**60),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.booleans(),
    st.text(max_size=4),
    st.sampled_from(
        ["", "1.0", "1.000", "1.00\n", "1.00\n2.00", "\n", " 1.00", "１.００", "+1.00", "1e5", "-"]
    ),
    st.sampled_from([None, [], {}, 1.5, Decimal("0.29"), "x" * (MAX_TEXT + 1), MAX_WHOLE + 1]),
)


def a_field(kind: str) -> FieldSpec:
    return FieldSpec(name="x", source=("x",), kind=kind, path="x", **SPECS[kind])  # type: ignore[arg-type]


def one_by_one(spec: FieldSpec, values: list[Any]) -> Any:
    try:
        return [converter(spec)(value) for value in values]
    except (NotOfType, TypeError):
        return "refused"


def at_once(spec: FieldSpec, values: list[Any]) -> Any:
    try:
        return column_reader(spec)(values)
    except (NotOfType, TypeError):
        return "refused"


@settings(max_examples=400, deadline=None)
@given(data=st.data(), kind=st.sampled_from(sorted(SPECS)))
def test_a_column_is_read_like_its_values(data: st.DataObject, kind: str) -> None:
    usual = st.sampled_from(USUAL.get(kind, ["1.5"]))
    values = data.draw(st.lists(usual, max_size=5)) + data.draw(st.lists(ODD, max_size=1))
    shuffled = data.draw(st.permutations(values))

    found, expected = at_once(a_field(kind), shuffled), one_by_one(a_field(kind), shuffled)

    assert [found, list(map(type, found))] == [expected, list(map(type, expected))]


@pytest.mark.parametrize("kind", sorted(USUAL))
def test_the_usual_spellings_are_all_read(kind: str) -> None:
    values = USUAL[kind] * 50

    assert at_once(a_field(kind), values) == one_by_one(a_field(kind), values) != "refused"
