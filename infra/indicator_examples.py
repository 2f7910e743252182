"""The worked examples of the indicator catalogue: tiny documents, and values worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from infra.config import ROOT
from infra.indicator_documents import read_facts
from risk.domain.indicators.definition import Definition
from risk.domain.indicators.engine import compute
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import State, Values

FOLDER: Final = ROOT / "docs" / "examples" / "indicators"
BY_HAND: Final = "by-hand.json"
AS_OF: Final = date(2026, 8, 1)


@dataclass(frozen=True, slots=True)
class Example:
    """One indicator of one of the documents, worked out by hand."""

    file: str
    name: str
    by_hand: str | None
    """The value as decimal text; None where there is none, and the working says why."""
    working: str

    @property
    def definition(self) -> Definition:
        """What the example is of."""
        return DEFINITIONS[self.name]

    @property
    def expected(self) -> str:
        """The value, or the name of the state: a working without a value begins with it."""
        return self.by_hand or self.working.partition(":")[0]

    @property
    def computed(self) -> str:
        """The same from the engine."""
        value = _values(self.file)[self.name]
        return f"{value.decimal:f}" if value.state is State.OK else value.state.value

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the document's table that the indicator looks at; the snapshot is one."""
        how = self.definition.calculation
        found = _documents(self.file).get(how.product, {}).get(how.table, [])
        return [found] if isinstance(found, dict) else list(found)


def examples() -> Iterator[Example]:
    """Every example, in the order of the file."""
    for one in json.loads((FOLDER / BY_HAND).read_text(encoding="utf-8")):
        yield Example(one["file"], one["name"], one["value"], one["working"])


@cache
def _documents(file: str) -> dict[str, Any]:
    whole = json.loads((FOLDER / f"{file}.json").read_text(encoding="utf-8"))
    documents: dict[str, Any] = whole["documents"]
    return documents


@cache
def _values(file: str) -> Values:
    return compute(read_facts(FOLDER / f"{file}.json"), AsOf(AS_OF))
