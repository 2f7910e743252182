"""What policies read of the models that are code: words, numbers, null for what nobody knows."""

from __future__ import annotations

import json

from risk.domain.inputs import TOLD, inputs_of, plain
from risk.domain.model_inputs.asking import AFTER_THE_POLICY, BEFORE_THE_POLICY
from risk.domain.model_told import Told
from tests.support.asked_models import (
    asked,
    known_of,
    screened,
    told_of,
    whole,
)


def test_a_policy_reads_null_where_a_model_knows_nothing() -> None:
    told = [*told_of(known_of({})).values(), screened({"state": "missing", "hits": []})]

    read = inputs_of(asked(), (), {}, told=told)

    # M18 prices whom no document speaks for: at the scorecard's worst probability.
    unknown = [name for name in TOLD if not name.startswith("model.rate_pricing.")]
    assert [name for name in unknown if plain(read[name]) is not None] == []
    assert plain(read["model.rate_pricing.status"]) == "above_cap"


def test_a_policy_reads_words_and_numbers_of_what_models_know() -> None:
    read = inputs_of(asked(), (), {}, told=told_of(known_of(whole())).values())

    assert plain(read["model.debt_burden.multi_lender_level"]) == "low"
    assert plain(read["model.document_authenticity.level"]) == "credible"
    assert plain(read["model.income_recognition.recognised_fen"]) == "696000000"
    assert plain(read["model.admission_policy.decision"]) is None


def test_nobody_asked_is_null() -> None:
    assert plain(inputs_of(asked(), (), {})["model.name_list_match.level"]) is None


def test_every_field_that_a_policy_may_read_is_one_that_the_model_answers() -> None:
    answers = {name: one.answer for name, one in told_of(known_of(whole())).items()}

    for name in TOLD:
        _, model, field = name.split(".")
        assert hasattr(answers[model], field), name


def test_no_policy_reads_what_answers_after_it_or_is_never_asked() -> None:
    unread = {one.id for one in AFTER_THE_POLICY} | {"collateral_guarantee"}

    assert {name.split(".")[1] for name in TOLD} == {one.id for one in BEFORE_THE_POLICY} - unread


def test_what_was_told_is_data_without_floats_or_classes() -> None:
    for one in told_of(known_of(whole())).values():
        assert isinstance(one, Told)
        assert json.loads(json.dumps(one.document)) == one.document
