"""JSON is read without its loopholes and written the same way each time."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.errors import BadRequest
from puhui.strict_json import MAX_DEPTH, dumps, loads

NUMBERS = st.integers(min_value=-(10**30), max_value=10**30)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_reads_back(value: object) -> None:
    assert loads(dumps(value)) == value


@given(st.dictionaries(st.text(), NUMBERS))
def test_the_order_of_keys_does_not_change_the_text(value: dict[str, int]) -> None:
    backwards = dict(reversed(list(value.items())))

    assert dumps(backwards) == dumps(value)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "json"),
        ("{", "json"),
        ("{'a': 1}", "json"),
        ('{"a": 1,}', "json"),
        ('{"a": 1} x', "json"),
        ("\ufeff{}", "json"),
        ('"\t"', "json"),
        (b"\xff", "json.utf8"),
        (b'"\xed\xa0\x80"', "json.utf8"),
        ("NaN", "json.number"),
        ('{"a": Infinity}', "json.number"),
        ("[-Infinity]", "json.number"),
        ("1e999", "json.number"),
        ("1" * 41, "json.number"),
        ("0." + "1" * 60, "json.number"),
        ('{"a": 1, "a": 1}', "json.duplicate_key"),
        ('[{"b": {"a": 1, "\\u0061": 2}}]', "json.duplicate_key"),
    ],
)
def test_a_loophole_is_refused_by_name(text: str | bytes, rule: str) -> None:
    with pytest.raises(BadRequest) as caught:
        loads(text)

    assert caught.value.rule == rule


@pytest.mark.parametrize("bracket", [("[", "]"), ('{"a":', "}")])
def test_nesting_has_a_limit(bracket: tuple[str, str]) -> None:
    opening, closing = bracket
    inner = "1" if opening != "[" else ""

    loads(opening * MAX_DEPTH + inner + closing * MAX_DEPTH)

    for depth in (MAX_DEPTH + 1, 100_000):
        with pytest.raises(BadRequest) as caught:
            loads(opening * depth + inner + closing * depth)
        assert caught.value.rule == "json.depth"


def test_nan_is_not_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        dumps({"a": math.nan})


def test_chinese_is_written_as_it_is() -> None:
    assert dumps({"名": "普惠"}) == '{"名":"普惠"}'


def test_a_document_of_34000_rows_is_read_whole() -> None:
    rows = [{"number": str(i), "amount_fen": i, "tags": ["a", "b"]} for i in range(34_000)]

    assert loads(json.dumps(rows)) == rows
