"""Every model without statistics answers its golden vectors to the letter; its card is whole."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import msgspec
import pytest

from tests.support.risk_models import document, folders, module_of, parameters_of, plain

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
STAGES = {"pre_loan", "in_loan", "post_loan"}
KINDS = {"rules", "formula", "graph"}
MARKS = set("✔◐✎")
IDS = [folder.name for folder in folders()]
VECTORS = [
    pytest.param(model_id, vector, id=f"{model_id}: {vector['name']}")
    for model_id in IDS
    for vector in document(model_id, "golden")["vectors"]
]
MODELS = pytest.mark.parametrize("model_id", IDS)


@pytest.mark.parametrize(("model_id", "vector"), VECTORS)
def test_a_model_answers_its_golden_vector(model_id: str, vector: dict[str, Any]) -> None:
    module = module_of(model_id)
    inputs = msgspec.convert(vector["inputs"], module.Inputs, strict=True)

    answered = module.answer(inputs, parameters_of(model_id))

    assert plain(answered) == vector["answer"]


@pytest.mark.parametrize(("model_id", "vector"), VECTORS)
def test_an_answer_survives_the_journey_through_json(model_id: str, vector: dict[str, Any]) -> None:
    module = module_of(model_id)
    answer = msgspec.convert(vector["answer"], module.Answer, strict=True)

    assert plain(answer) == vector["answer"]
    assert not list(_floats(vector["answer"]))
    assert not list(_floats(vector["inputs"]))


@MODELS
def test_golden_vectors_are_at_least_five_cases_each_with_its_own_name(model_id: str) -> None:
    golden = document(model_id, "golden")
    names = [vector["name"] for vector in golden["vectors"]]

    assert golden["id"] == model_id
    assert len(set(names)) == len(names) >= 5


@MODELS
def test_a_card_says_what_the_model_is_and_answers(model_id: str) -> None:
    card = document(model_id, "card")
    fields = {field.name for field in dataclasses.fields(module_of(model_id).Answer)}

    assert card.keys() >= CARD_KEYS
    assert card["id"] == model_id
    assert re.fullmatch(r"M(0[1-9]|1\d|2[0-8])", card["catalogue_id"])
    assert card["stage"] in STAGES
    assert card["kind"] in KINDS
    assert set(card["segments"]) <= set("ESFCT")
    assert all(card[name] for name in CARD_KEYS)
    assert set(card["output"]) <= fields


@MODELS
def test_every_parameter_names_its_source_and_how_sure_it_is(model_id: str) -> None:
    body = document(model_id, "parameters")
    sources = body["sources"]

    assert body["id"] == model_id
    assert {name.partition(".")[0] for name in sources} == set(body["parameters"])
    assert all(MARKS & set(source) for source in sources.values())
    assert not list(_floats(body["parameters"]))


@MODELS
def test_inputs_parameters_and_answers_are_frozen_plain_data(model_id: str) -> None:
    module = module_of(model_id)

    for kind in (module.Inputs, module.Parameters, module.Answer):
        options = kind.__dataclass_params__
        assert options.frozen
        assert hasattr(kind, "__slots__")
        assert all(field.kw_only for field in dataclasses.fields(kind))


def _floats(value: Any) -> Any:
    """Money, shares and rates are whole numbers: there is no float anywhere."""
    if isinstance(value, dict):
        for part in value.values():
            yield from _floats(part)
    elif isinstance(value, list):
        for part in value:
            yield from _floats(part)
    elif isinstance(value, float):
        yield value


def test_the_search_for_floats_finds_one() -> None:
    assert list(_floats({"a": [1, {"b": 0.5}]})) == [0.5]
