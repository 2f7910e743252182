"""Hashed grams: one spelling, the same numbers everywhere, bounded, nothing to recover."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.domain.text.grams import BUCKETS, MAX_CHARACTERS, WEIGHT_UNIT, grams, tidy

MASK = 0xFFFF_FFFF
FIXED = [22338, 11853, 12723]
"""Of 停, 停业 and a: another hash would be another model."""
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


def plain_hash(gram: str) -> int:
    """The definition, character by character, in whole numbers of Python."""
    state = 2_166_136_261
    for character in gram:
        state = (state ^ ord(character)) * 16_777_619 & MASK
    state ^= state >> 16
    state = state * 0x85EBCA6B & MASK
    state ^= state >> 13
    state = state * 0xC2B2AE35 & MASK
    return (state ^ state >> 16) % BUCKETS


def plain_grams(text: str) -> dict[int, int]:
    """Weights by bucket, the obvious way."""
    plain = tidy(text)
    found = Counter(
        plain_hash(plain[at : at + length])
        for length in (1, 2, 3)
        for at in range(len(plain) - length + 1)
    )
    return {bucket: round(WEIGHT_UNIT * (1 + math.log(count))) for bucket, count in found.items()}


def as_dict(text: str) -> dict[int, int]:
    found = grams(text)
    return dict(zip(found.buckets.tolist(), found.weights.tolist(), strict=True))


@given(ANY_TEXT)
def test_the_fast_grams_are_the_obvious_ones(text: str) -> None:
    assert as_dict(text) == plain_grams(text)


def test_the_hash_is_fixed_for_ever() -> None:
    assert grams("停业").buckets.tolist() == sorted(map(plain_hash, ("停", "业", "停业")))
    assert [plain_hash(gram) for gram in ("停", "停业", "a")] == FIXED


@given(ANY_TEXT)
def test_a_tidy_text_stays_as_it_is_told(text: str) -> None:
    assert len(tidy(text)) <= MAX_CHARACTERS
    assert grams(tidy(text)).buckets.tolist() == grams(text).buckets.tolist()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("ＡＢＣ公司", "abc公司"),
        ("停业　整顿", "停业 整顿"),
        ("停业\r\n\t整顿 ", "停业 整顿"),
        ("①号", "1号"),
    ],
)
def test_two_spellings_of_one_text_are_one(first: str, second: str) -> None:
    assert as_dict(first) == as_dict(second)


@given(st.text(st.characters(categories=["Lo"]), min_size=3, max_size=40))
def test_a_text_has_no_more_buckets_than_runs_of_characters(text: str) -> None:
    length = len(tidy(text))
    assert 0 < len(grams(text).buckets) <= max(3 * length - 3, 1)


@pytest.mark.parametrize("text", ["", " ", "\u3000\n\t"])
def test_a_text_without_characters_has_no_grams(text: str) -> None:
    assert len(grams(text).buckets) == 0


@pytest.mark.parametrize("text", ["🙂", "👨‍👩‍👧", "\ud800", "a"])
def test_strange_characters_are_read_like_others(text: str) -> None:
    assert len(grams(text).buckets) > 0


def test_what_stands_far_behind_is_not_read() -> None:
    long = "甲" * MAX_CHARACTERS

    assert as_dict(long + "停业") == as_dict(long)


def test_one_character_that_becomes_eighteen_does_not_make_a_text_longer() -> None:
    assert len(tidy("\ufdfa" * 10_000)) <= MAX_CHARACTERS
