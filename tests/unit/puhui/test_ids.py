"""Ids are opaque, unique and sortable; derived ids are the same each time."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from puhui.contracts.common import Identifier
from puhui.ids import derived_id, new_id

PARTS = st.lists(st.text(max_size=12), min_size=1, max_size=4)


def test_an_id_is_its_prefix_and_a_lower_case_ulid() -> None:
    assert re.fullmatch(r"app-[0-9a-hjkmnp-tv-z]{26}", new_id("app"))


def test_ids_are_unique() -> None:
    assert len({new_id("app") for _ in range(5_000)}) == 5_000


def test_a_later_id_sorts_later() -> None:
    first = new_id("app")
    time.sleep(0.002)

    assert first < new_id("app")


@given(PARTS)
def test_a_derived_id_is_the_same_each_time_and_a_valid_identifier(parts: list[str]) -> None:
    made = derived_id("dis", *parts)

    assert made == derived_id("dis", *parts)
    assert TypeAdapter(Identifier).validate_python(made) == made


@given(PARTS, PARTS)
def test_other_parts_give_another_id(one: list[str], other: list[str]) -> None:
    if one != other:
        assert derived_id("dis", *one) != derived_id("dis", *other)


def test_parts_do_not_run_into_each_other() -> None:
    assert derived_id("dis", "ab", "c") != derived_id("dis", "a", "bc")


@pytest.mark.parametrize("prefix", ["", "App", "a-b", "1a", "a" * 17, "应用"])
def test_a_prefix_is_a_short_lower_case_word(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        new_id(prefix)
