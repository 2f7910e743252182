"""The canonical form: one value, one text; nothing that could be read in two ways."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from risk.domain.canonical import NotCanonical, canonical_json, sha256_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=127), max_size=6)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


class Colour(StrEnum):
    """A text that is more than a text."""

    RED = "red"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value=PLAIN)
def test_a_plain_value_survives_the_way_there_and_back(value: Any) -> None:
    assert json.loads(canonical_json(value)) == value


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value=PLAIN)
def test_what_is_written_is_what_rfc_8785_prescribes(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@given(value=st.dictionaries(st.text(alphabet="abc", max_size=3), st.integers(0, 9), max_size=6))
def test_the_order_of_keys_never_matters(value: dict[str, int]) -> None:
    turned = dict(reversed(list(value.items())))

    assert sha256_of(turned) == sha256_of(value)


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        Decimal(1),
        {"利率": 1},
        {1: 1},
        {None: 1},
        object(),
        b"x",
        {1, 2},
        date(2026, 8, 1),
        datetime(2026, 8, 1, tzinfo=UTC),
        UUID(int=1),
        "\ud800",
    ],
)
def test_what_has_no_single_form_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical_json({"inside": [value, {"deeper": [1, value]}]})


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value=PLAIN, deep=st.integers(0, 5))
def test_a_float_is_found_however_deep_it_lies(value: Any, deep: int) -> None:
    hidden: Any = 0.5
    for _ in range(deep):
        hidden = {"a": [value, hidden]}

    with pytest.raises(NotCanonical):
        canonical_json([value, hidden])


def test_integers_that_not_every_reader_keeps_are_text() -> None:
    value = [2**53 - 1, 2**53, -(2**53), 2**70]

    written = canonical_json({"a": value})

    assert json.loads(written)["a"] == [
        9007199254740991,
        "9007199254740992",
        "-9007199254740992",
        str(2**70),
    ]


def test_a_text_of_an_enumeration_is_its_text() -> None:
    assert canonical_json([Colour.RED]) == b'["red"]'


def test_a_record_of_a_thousand_indicators_is_written_in_well_under_a_millisecond() -> None:
    rule = {"code": "TOP_BUYER", "fired": False, "comparisons": [{"input": "a.b", "value": "1.5"}]}
    record = {"scaled": list(range(1_200)), "states": "o" * 1_200, "tree": [rule] * 60}

    def once() -> float:
        started = time.perf_counter()
        canonical_json(record)
        return time.perf_counter() - started

    assert min(once() for _ in range(20)) < 0.001
