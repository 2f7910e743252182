"""The published JSON Schema of a connector's specification says what the reader accepts."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from extdata.domain import connector_spec, document_spec, request_spec, security_spec
from extdata.domain.connector_spec import parse_spec
from extdata.domain.errors import ConfigurationRefused
from tests.support.extdata import a_specification

DOCS = Path(__file__).parents[3] / "docs"
SCHEMA = json.loads((DOCS / "schemas/connector.json").read_text("utf-8"))
PAGE = (DOCS / "extdata-connectors.md").read_text("utf-8")
EXAMPLES = [
    connector["spec"]
    for path in sorted((DOCS / "examples/extdata").glob("sbx-*.yaml"))
    for connector in yaml.safe_load(path.read_text("utf-8"))["connectors"]
]
WORDS = (
    *connector_spec.MODES,
    *connector_spec.MEANINGS,
    *connector_spec.CHARGES,
    *document_spec.FIELD_KINDS,
    *request_spec.METHODS,
    *request_spec.FORMATS,
    *security_spec.SIGNATURES,
    *security_spec.CIPHERS,
    *security_spec.DIGESTS,
    *security_spec.PARTS,
    *security_spec.OUTGOING,
    *security_spec.INCOMING,
)


def enumerated(schema: Any) -> set[str]:
    """Every word that the schema lists somewhere."""
    if isinstance(schema, list):
        return set().union(*map(enumerated, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    found = {word for word in (*schema.get("enum", ()), schema.get("const")) if word}
    return found.union(*(enumerated(value) for value in schema.values()))


def keys_of(schema: Any) -> set[str]:
    """Every key that a file may have somewhere."""
    if isinstance(schema, list):
        return set().union(*map(keys_of, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    own = set(schema.get("properties", {}))
    return own.union(*(keys_of(value) for value in schema.values()))


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_every_example_follows_the_schema(number: int) -> None:
    jsonschema.validate(EXAMPLES[number], SCHEMA)


def test_the_schema_lists_the_words_that_the_reader_knows() -> None:
    assert set(WORDS) - enumerated(SCHEMA) == set()


@pytest.mark.parametrize("word", sorted({*WORDS, *keys_of(SCHEMA)}))
def test_the_page_explains_every_key_and_word(word: str) -> None:
    assert f"`{word}`" in PAGE


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("surprise",), 1),
        (("mode",), "later"),
        (("request", "tries"), 6),
        (("request", "url"), "http://a.example/x"),
        (("request", "method"), "PUT"),
        (("request", "headers"), {"X A": "b"}),
        (("response", "codes"), []),
        (("response", "document", "source"), "T A X"),
        (("response", "document", "tables", "returns", "fields", "period", "type"), "float"),
        (("response", "document", "tables", "returns", "fields", "period", "map"), {"a": "b"}),
        (("response", "document", "tables", "returns", "rows"), "a b"),
    ],
)
def test_what_the_schema_refuses_the_reader_refuses(path: tuple[str, ...], value: Any) -> None:
    specification: Any = deepcopy(a_specification())
    place = specification
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(specification, SCHEMA)
    with pytest.raises(ConfigurationRefused):
        parse_spec(specification)
