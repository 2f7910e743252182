"""Values that a person worked out with pen and paper, at least one of every grid."""

from __future__ import annotations

import json

import pytest

from infra.indicator_examples import AS_OF, FOLDER, Example, examples
from infra.indicator_sections import SECTIONS, section_of
from tests.unit.risk.indicators.slow import slow_values

EXAMPLES = tuple(examples())


@pytest.mark.parametrize("example", EXAMPLES, ids=[one.name for one in EXAMPLES])
def test_the_engine_gives_what_a_person_works_out_by_hand(example: Example) -> None:
    assert example.computed == example.expected


@pytest.mark.parametrize("file", sorted({one.file for one in EXAMPLES}))
def test_the_slow_implementation_gives_what_a_person_works_out_by_hand(file: str) -> None:
    documents = json.loads((FOLDER / f"{file}.json").read_text(encoding="utf-8"))["documents"]
    slow = slow_values(documents, AS_OF)

    for example in EXAMPLES:
        if example.file == file:
            state, value = slow[example.name]
            assert (f"{value:f}" if value is not None else state) == example.expected, example.name


def test_every_grid_has_an_example() -> None:
    worked = {section_of(one.definition) for one in EXAMPLES}

    assert [section.anchor for section in SECTIONS if section not in worked] == []


def test_every_example_document_is_used() -> None:
    files = {path.stem for path in FOLDER.glob("*.json")} - {"by-hand"}

    assert files == {one.file for one in EXAMPLES}
