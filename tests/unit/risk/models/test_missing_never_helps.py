"""Whatever becomes unknown, no answer of an in-loan model gets better for the borrower.

Each figure of an answer is compared by itself, so that none improves while another one pays for it.
Inputs that a model refuses have no answer; to be refused is worst.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from risk.domain.models.answer import ModelInputNotValid
from tests.support.risk_models import answer_of, document, golden_inputs, holes, without
from tests.unit.risk.models.in_loan import MODELS, InLoan

EACH = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.model_id)


def favours(model: InLoan, inputs: Any) -> tuple[int, ...] | None:
    try:
        return model.favours(answer_of(model.model_id, inputs))
    except ModelInputNotValid:
        return None


def helps(before: tuple[int, ...], after: tuple[int, ...] | None) -> bool:
    return after is not None and any(b > a for a, b in zip(before, after, strict=True))


@EACH
def test_no_one_or_two_things_unknown_help_in_any_golden_vector(model: InLoan) -> None:
    helped = []
    for number, vector in enumerate(document(model.model_id, "golden")["vectors"]):
        inputs = golden_inputs(model.model_id, number)
        before = favours(model, inputs)
        assert before is not None
        places = list(holes(inputs))
        for taken in (*combinations(places, 1), *combinations(places, 2)):
            if helps(before, favours(model, without(inputs, taken))):
                helped.append((vector["name"], taken))

    assert helped == []


def _never_helps(model: InLoan, data: st.DataObject) -> None:
    inputs = data.draw(model.inputs)
    before = favours(model, inputs)
    assume(before is not None)
    assert before is not None
    places = list(holes(inputs))
    assume(places)
    taken = data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3, unique=True))

    after = favours(model, without(inputs, taken))

    assert not helps(before, after), (taken, before, after)


@EACH
@settings(max_examples=50)
@given(data=st.data())
def test_nothing_that_becomes_unknown_helps(model: InLoan, data: st.DataObject) -> None:
    _never_helps(model, data)


@pytest.mark.full
@EACH
@settings(max_examples=2_000)
@given(data=st.data())
def test_nothing_that_becomes_unknown_helps_in_many_cases(
    model: InLoan, data: st.DataObject
) -> None:
    _never_helps(model, data)


@EACH
def test_something_unknown_hurts_in_some_golden_vector(model: InLoan) -> None:
    """Otherwise the properties above would hold for nothing."""
    hurt = False
    for number in range(len(document(model.model_id, "golden")["vectors"])):
        inputs = golden_inputs(model.model_id, number)
        before = favours(model, inputs)
        hurt = hurt or any(
            favours(model, without(inputs, [place])) != before for place in holes(inputs)
        )

    assert hurt
