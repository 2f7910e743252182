"""Decision tables on zen-engine: the reference, and what runs tables that are not compiled."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import zen

from risk.domain.errors import PolicyNotValid

ROW: Final = "row_number"
KEY: Final = "table"


class ZenTables:
    """`risk.domain.evaluation.TableEngine` over zen."""

    def rows(self, content: Mapping[str, Any], contexts: Sequence[str]) -> list[tuple[int, ...]]:
        """The places of the rows that match, for each context in JSON."""
        results = self._results(_numbered(content, keep=False), contexts)
        return [tuple(found[ROW] for found in _listed(result)) for result in results]

    def outputs(self, content: Mapping[str, Any], contexts: Sequence[str]) -> list[list[Any]]:
        """What the matching rows give, with the place of each row under `row_number`."""
        results = self._results(_numbered(content, keep=True), contexts)
        return [_listed(result) for result in results]

    def _results(self, table: dict[str, Any], contexts: Sequence[str]) -> list[Any]:
        engine = zen.ZenEngine({"loader": {"type": "static", "content": {KEY: _decision(table)}}})
        answers = engine.evaluate_batch([{"key": KEY, "context": one} for one in contexts])
        for answer in answers:
            if not answer["success"]:
                raise PolicyNotValid(f"zen refuses the table: {answer.get('error')}")
        return [answer["data"]["result"] for answer in answers]


def _listed(result: Any) -> list[Any]:
    """A first table answers one object, empty when nothing matched; a collect table a list."""
    if isinstance(result, list):
        return result
    return [result] if result else []


def _numbered(content: Mapping[str, Any], *, keep: bool) -> dict[str, Any]:
    """The table with the place of each row as an output, which zen itself does not tell."""
    rules = [rule | {ROW: str(place)} for place, rule in enumerate(content["rules"])]
    extra = {"id": ROW, "name": ROW, "field": ROW}
    outputs = [*content["outputs"], extra] if keep else [extra]
    return {
        "hitPolicy": content["hitPolicy"],
        "inputs": [{"name": one["id"], **one} for one in content["inputs"]],
        "outputs": [{"name": one["id"], **one} for one in outputs],
        "rules": rules,
    }


def _decision(table: dict[str, Any]) -> dict[str, Any]:
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": table},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "table"},
        {"id": "2", "sourceId": "table", "targetId": "out"},
    ]
    decision: dict[str, Any] = json.loads(json.dumps({"nodes": nodes, "edges": edges}))
    return decision
