"""The canonical form: one value, one text; nothing that could be read in two ways."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.domain.canonical import NotCanonical, canonical_json, sha256_of

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(alphabet="abcXYZ_.09", max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(value=PLAIN)
def test_a_plain_value_survives_the_way_there_and_back(value: Any) -> None:
    assert json.loads(canonical_json(value)) == value


@given(value=st.dictionaries(st.text(alphabet="abc", max_size=3), st.integers(0, 9), max_size=6))
def test_the_order_of_keys_never_matters(value: dict[str, int]) -> None:
    turned = dict(reversed(list(value.items())))

    assert sha256_of(turned) == sha256_of(value)


@pytest.mark.parametrize("value", [1.0, Decimal(1), {"利率": 1}, {1: 1}, object(), b"x", {1, 2}])
def test_what_has_no_single_form_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical_json({"inside": [value]})


def test_integers_that_not_every_reader_keeps_are_text() -> None:
    assert canonical_json([2**53 - 1, 2**53]) == b'[9007199254740991,"9007199254740992"]'
