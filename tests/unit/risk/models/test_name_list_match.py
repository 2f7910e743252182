"""Which list somebody stands on: order, duplicates, gaps, and days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.models import name_list_match as model
from risk.domain.models.answer import ModelInputNotValid
from tests.support.rule_models import parameters_of

PARAMETERS = parameters_of(model)
TODAY = date(2026, 8, 1)
SOME = settings(max_examples=50)
"""Enough for the fast slice."""
FIRM, OTHER_FIRM = "91350100M000100Y43", "91340100MA2ABCD13N"
PERSON = "11010519491231002X"
NAMES = ("安徽鼎盛商贸有限公司", "安徽鼎盛商务有限公司", "合肥远山机械有限公司", "张伟", "")
CODES = (FIRM, OTHER_FIRM, PERSON, "91350100M000100Y4W")
PEOPLE = st.builds(
    model.Person,
    kind=st.sampled_from(["firm", "person"]),
    name=st.sampled_from(NAMES),
    code=st.sampled_from(CODES),
)
ENTRIES = st.lists(
    st.builds(
        lambda kind, on, name, code, ends: (kind, on, name, code, ends),
        st.sampled_from(["firm", "person"]),
        st.sampled_from(["black", "grey", "white"]),
        st.sampled_from(NAMES[:4]),
        st.sampled_from([*CODES, None]),
        st.sampled_from([None, TODAY, date(2026, 7, 31)]),
    ),
    max_size=6,
).map(
    lambda rows: tuple(
        model.Line(entry_id=f"e{place}", kind=kind, list=on, name=name, code=code, expires_on=ends)
        for place, (kind, on, name, code, ends) in enumerate(rows)
    )
)


def asked(subjects: tuple[Any, ...], entries: tuple[Any, ...]) -> model.Answer:
    inputs = model.Inputs(as_of=TODAY, subjects=subjects, entries=entries)
    return model.answer(inputs, PARAMETERS)


def severity(answer: model.Answer) -> int:
    """Black and unidentified stop alike."""
    return min(model.ORDER.index(answer.level), model.ORDER.index("black"))


@SOME
@given(person=PEOPLE, entries=ENTRIES, field=st.sampled_from(["name", "code"]))
def test_a_name_or_code_left_out_never_helps(
    person: model.Person, entries: tuple[model.Line, ...], field: str
) -> None:
    poorer = replace(person, **{field: None})

    assert severity(asked((poorer,), entries)) >= severity(asked((person,), entries))


@SOME
@given(person=PEOPLE, entries=ENTRIES, line=ENTRIES.filter(bool))
def test_another_black_or_grey_entry_never_helps(
    person: model.Person, entries: tuple[model.Line, ...], line: tuple[model.Line, ...]
) -> None:
    one = replace(line[0], entry_id="more", list="black")

    assert severity(asked((person,), (*entries, one))) >= severity(asked((person,), entries))


@SOME
@given(people=st.lists(PEOPLE, min_size=1, max_size=3), entries=ENTRIES, seed=st.randoms())
def test_neither_order_nor_repetition_matters(
    people: list[model.Person], entries: tuple[model.Line, ...], seed: Any
) -> None:
    mixed, twice = list(entries), [*people, *people]
    seed.shuffle(mixed)
    seed.shuffle(twice)

    one, other = asked(tuple(people), entries), asked(tuple(twice), tuple(mixed))

    assert (one.level, one.hits) == (other.level, other.hits)


def test_a_code_is_found_however_it_is_typed() -> None:
    entry = model.Line(entry_id="b", list="black", kind="firm", name="甲", code=FIRM)
    person = model.Person(kind="firm", name="乙公司", code=" 91350100m000100y43 ")

    assert asked((person,), (entry,)).level == "black"


def test_an_entry_counts_through_its_last_day() -> None:
    person = model.Person(kind="firm", name="甲公司", code=FIRM)
    entry = model.Line(entry_id="b", list="black", kind="firm", name="甲公司", code=FIRM)
    levels = [
        asked((person,), (replace(entry, expires_on=day),)).level
        for day in (date(2026, 8, 1), date(2026, 7, 31))
    ]

    assert levels == ["black", "none"]


@pytest.mark.parametrize(
    ("name", "code"), [(None, FIRM), ("甲公司", None), ("（）", FIRM), ("甲公司", FIRM[:17] + "W")]
)
def test_whoever_has_no_name_or_no_true_code_is_unidentified(
    name: str | None, code: str | None
) -> None:
    person = model.Person(kind="firm", name=name, code=code)

    assert asked((person,), ()).level == "unidentified"


def test_white_is_nothing_beside_grey() -> None:
    person = model.Person(kind="firm", name="甲公司", code=FIRM)
    white = model.Line(entry_id="w", list="white", kind="firm", name="甲公司", code=FIRM)
    grey = model.Line(entry_id="g", list="grey", kind="firm", name="甲公司")

    assert asked((person,), (white,)).level == "white"
    assert asked((person,), (white, grey)).level == "grey"


def test_a_bank_may_ask_for_more_likeness_than_the_book() -> None:
    person = model.Person(kind="firm", name="安徽鼎盛商务有限公司", code=OTHER_FIRM)
    entry = model.Line(entry_id="b", list="black", kind="firm", name="安徽鼎盛商贸有限公司")
    inputs = model.Inputs(as_of=TODAY, subjects=(person,), entries=(entry,))

    strict = parameters_of(model, name_from_ppm=900_000)

    assert model.answer(inputs, PARAMETERS).level == "grey"
    assert model.answer(inputs, strict).level == "none"


def test_reasons_tell_no_name_and_no_code_of_who_asks() -> None:
    person = model.Person(kind="person", name="张伟", code=PERSON)
    entry = model.Line(entry_id="b", list="black", kind="person", name="张伟", code=PERSON)

    told = "".join(one.text for one in asked((person,), (entry,)).reasons)

    assert "张伟" not in told
    assert PERSON not in told


def test_nobody_to_look_for_and_equal_ids_are_refused() -> None:
    entry = model.Line(entry_id="b", list="black", kind="firm", name="甲公司")
    person = model.Person(kind="firm", name="甲公司", code=FIRM)

    with pytest.raises(ModelInputNotValid, match="subjects"):
        asked((), (entry,))
    with pytest.raises(ModelInputNotValid, match="different ids"):
        asked((person,), (entry, entry))
