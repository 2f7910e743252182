"""Whether the applicant is the person of the card: every factor, and every factor left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.models import identity_consistency as model
from risk.domain.models.answer import ModelInputNotValid
from tests.support.rule_models import first_inputs, nullable, parameters_of, without

PARAMETERS = parameters_of(model)
SAME = first_inputs(model)
SOME = settings(max_examples=50)
"""Enough for the fast slice."""
FACTORS = nullable(model.Inputs)
ADVERSE: dict[str, Any] = {
    "name": "李娜",
    "id_number": "37010119010203997" + "3",
    "phone": "12800138000",
    "card_name": "李娜",
    "card_number": "37010119010203997" + "3",
    "card_born_on": date(1950, 1, 1),
    "card_region_code": "340104",
    "card_expires_on": date(2026, 7, 31),
    "card_genuine": "fail",
    "three_factor": "fail",
    "liveness": "fail",
    "face_score": 100,
    "phone_months": 0,
    "device_accounts": 9,
    "device_staff": True,
    "device_emulator": True,
}
CHANGES = st.sets(st.sampled_from(FACTORS), max_size=4).map(
    lambda names: {name: ADVERSE[name] for name in names}
)


def result(inputs: model.Inputs) -> int:
    return model.ORDER.index(model.answer(inputs, PARAMETERS).result)


@SOME
@given(changes=CHANGES, names=st.sets(st.sampled_from(FACTORS), min_size=1))
def test_a_factor_left_out_never_makes_an_identity_consistent(
    changes: dict[str, Any], names: set[str]
) -> None:
    poorer = model.answer(without(replace(SAME, **changes), names), PARAMETERS)

    assert poorer.result != "consistent"
    assert poorer.checks_needed


@pytest.mark.parametrize("name", FACTORS)
def test_a_single_missing_factor_is_a_doubt_and_is_still_to_check(name: str) -> None:
    found = model.answer(without(SAME, [name]), PARAMETERS)

    assert found.result == "doubt"
    assert found.checks_needed
    assert all(one.code.endswith("_UNKNOWN") for one in found.reasons)


@SOME
@given(changes=CHANGES, name=st.sampled_from(FACTORS))
def test_an_adverse_factor_never_helps(changes: dict[str, Any], name: str) -> None:
    """Two things that are wrong alike agree with each other; so the number stays the card's."""
    before = replace(SAME, **{key: changes[key] for key in changes if "number" not in key})
    if name in ("name", "card_name", "id_number", "card_number"):
        before = SAME

    assert result(replace(before, **{name: ADVERSE[name]})) >= result(before)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (1_000, "consistent"),
        (800, "consistent"),
        (799, "doubt"),
        (600, "doubt"),
        (599, "inconsistent"),
        (0, "inconsistent"),
    ],
)
def test_a_face_is_the_same_another_or_not_certain(score: int, expected: str) -> None:
    assert model.answer(replace(SAME, face_score=score), PARAMETERS).result == expected


@SOME
@given(lower=st.integers(0, 1_000), higher=st.integers(0, 1_000))
def test_a_lower_face_score_never_helps(lower: int, higher: int) -> None:
    low, high = sorted((lower, higher))

    assert result(replace(SAME, face_score=low)) >= result(replace(SAME, face_score=high))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("110105194912310021", "校验码"),
        ("110105491231002", "18位"),
        ("00010519491231002X", "18位"),
        ("110105202702300012", "校验码"),
    ],
)
def test_a_number_that_breaks_gb_11643_is_inconsistent(number: str, said: str) -> None:
    found = model.answer(replace(SAME, id_number=number, card_number=number), PARAMETERS)

    assert found.result == "inconsistent"
    assert said in "".join(one.text for one in found.reasons)


def test_a_card_is_valid_through_its_last_day() -> None:
    last = replace(SAME, card_expires_on=SAME.as_of)

    assert model.answer(last, PARAMETERS).result == "consistent"


def test_traditional_and_simplified_spellings_are_one_name() -> None:
    spelt = replace(SAME, name="張偉")

    assert model.answer(spelt, PARAMETERS).result == "consistent"


def test_reasons_tell_nothing_of_the_person() -> None:
    found = model.answer(replace(SAME, **ADVERSE), PARAMETERS)
    told = "".join(one.text for one in found.reasons)

    assert found.result == "inconsistent"
    assert not any(str(ADVERSE[one]) in told for one in ("name", "id_number", "phone"))


def test_a_score_off_the_scale_is_refused() -> None:
    with pytest.raises(ModelInputNotValid, match="face_score"):
        model.answer(replace(SAME, face_score=1_001), PARAMETERS)
