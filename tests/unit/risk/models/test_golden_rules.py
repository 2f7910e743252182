"""The golden vectors of the rule models, and what their parameters say of their sources."""

from __future__ import annotations

import dataclasses
import importlib
from typing import Any

import msgspec
import pytest

from tests.support.rule_models import document, parameters_of, vectors_of

IDS = (
    "admission_policy",
    "name_list_match",
    "identity_consistency",
    "document_authenticity",
    "fund_use_monitor",
    "early_warning",
    "renewal_decision",
    "five_tier_ecl",
)
MARKS = ("✔", "◐", "✎")
CARD_KEYS = {
    "id",
    "catalogue_id",
    "name_zh",
    "name_en",
    "version",
    "stage",
    "segments",
    "kind",
    "algorithm",
    "output",
    "missing_policy",
    "limitations",
    "fallback",
    "sources",
}
VECTORS = [(model_id, name) for model_id in IDS for name in vectors_of(model_id)]


def module_of(model_id: str) -> Any:
    return importlib.import_module(f"risk.domain.models.{model_id}")


@pytest.mark.parametrize(("model_id", "name"), VECTORS)
def test_a_golden_vector_is_answered_as_it_was_by_hand(model_id: str, name: str) -> None:
    module = module_of(model_id)
    given, expected = vectors_of(model_id)[name]
    inputs = msgspec.convert(given, module.Inputs, strict=True)

    found = module.answer(inputs, parameters_of(module))

    assert msgspec.json.decode(msgspec.json.encode(found)) == expected


@pytest.mark.parametrize("model_id", IDS)
def test_an_answer_goes_into_json_and_back(model_id: str) -> None:
    module = module_of(model_id)

    for inputs, expected in vectors_of(model_id).values():
        again = msgspec.convert(inputs, module.Inputs, strict=True)
        assert msgspec.convert(msgspec.to_builtins(again), module.Inputs) == again
        answer = msgspec.convert(expected, module.Answer, strict=True)
        assert msgspec.json.decode(msgspec.json.encode(answer)) == expected
        assert answer.reasons


@pytest.mark.parametrize("model_id", IDS)
def test_every_parameter_names_its_source_and_how_sure_it_is(model_id: str) -> None:
    module = module_of(model_id)
    sources = document(model_id, "parameters")["sources"]

    assert set(sources) == {one.name for one in dataclasses.fields(module.Parameters)}
    assert all(any(mark in source for mark in MARKS) for source in sources.values())


@pytest.mark.parametrize("model_id", IDS)
def test_a_card_explains_every_field_of_the_answer(model_id: str) -> None:
    module = module_of(model_id)
    card = document(model_id, "card")

    assert set(card) == CARD_KEYS
    assert set(card["output"]) == {one.name for one in dataclasses.fields(module.Answer)}


@pytest.mark.parametrize("model_id", IDS)
def test_an_unknown_field_or_a_wrong_type_is_refused(model_id: str) -> None:
    module = module_of(model_id)
    given, _ = next(iter(vectors_of(model_id).values()))
    name = next(key for key, value in given.items() if not isinstance(value, dict))

    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(given | {name: 1.5}, module.Inputs, strict=True)
