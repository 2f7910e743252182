"""Small policies and their evaluation, for tests of one kind of node at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from risk.domain.evaluation import Evaluation, TableEngine
from risk.domain.indicators.values import IndicatorValue, State
from risk.domain.inputs import Input, InputDefinition, Word, number
from risk.domain.policy import Policy
from risk.domain.policy.document import read_policy
from risk.domain.policy.walk import evaluate
from risk.domain.scorecard import Score
from tests.support.risk import AS_OF, PARAMETERS

UNITS: Final = {"x.months": "month", "x.share": "ratio", "x.count": "count", "x.word": "text"}
SCORE: Final = Score(
    model="m", version="1", sha256="0" * 64, logit_e4=0, points=600, pd_ppm=20_000, contributions=()
)
REQUEST: Final[dict[str, Input]] = {
    "request.amount_fen": number(50_000_000),
    "request.min_amount_fen": number(10_000_000),
    "request.max_amount_fen": number(100_000_000),
    "request.min_rate_bps": number(400),
    "request.max_rate_bps": number(1_500),
    "request.application_id": Word("app-1"),
    "ent.inv.out_valid_amt.all.l12m.sum": IndicatorValue(State.OK, 10**9, 2),
    "x.months": number(12),
    "x.share": IndicatorValue(State.OK, 5_000, 4),
    "x.count": number(1),
    "x.word": Word("a"),
}
RULE_OUTPUTS: Final = ("code", "stage", "effect", "text", "customer_text", "source", "confidence")
GRADE: Final = {
    "field": "grade", "name": "grade", "name_zh": "等级", "unit": "text", "worse": ["A", "B"],
}  # fmt: skip
ENDING: Final = (
    {"id": "score", "kind": "model", "name": "评分", "model": "m", "version": "1",
     "prefix": "score", "next": "grade"},
    {"id": "grade", "kind": "decision_table", "name": "定级", "table": "grade", "gives": [GRADE],
     "next": "limit"},
    {"id": "limit", "kind": "limit", "name": "额度", "grade": "grade", "caps": [],
     "sales": "ent.inv.out_valid_amt.all.l12m.sum", "next": "price"},
    {"id": "price", "kind": "price", "name": "定价", "pd": "score.pd_ppm", "grade": "grade",
     "max_rate_bps": 2400, "next": "result"},
    {"id": "result", "kind": "result", "name": "结论", "limit": "limit.fen",
     "price": "price.rate_bps", "grade": "grade", "score": "m"},
)  # fmt: skip
"""What every small policy ends with; its own nodes lead to `score`."""


def catalogue(name: str) -> InputDefinition | None:
    """The library, and four inputs that are easy to read."""
    from risk.domain.inputs import definition_of

    if name in UNITS:
        decimals = 4 if UNITS[name] == "ratio" else 0
        return InputDefinition(name=name, name_zh=name, unit=UNITS[name], decimals=decimals)
    return definition_of(name)


def a_table(
    inputs: Mapping[str, str], rows: list[dict[str, str]], outputs: tuple[str, ...], hit: str
) -> dict[str, Any]:
    """A table over named columns."""
    return {
        "hitPolicy": hit,
        "inputs": [{"id": k, "field": name, "unit": unit_of(name)} for k, name in inputs.items()],
        "outputs": [{"id": name, "field": name} for name in outputs],
        "rules": [{"_id": f"r{place}", **row} for place, row in enumerate(rows)],
    }


def unit_of(name: str) -> str:
    """The unit that a column states."""
    found = catalogue(name)
    return "text" if found is None else found.unit


def a_rule(code: str, effect: str, **cells: str) -> dict[str, str]:
    """A row of a rule set."""
    words = {
        "code": code, "stage": "test", "effect": effect, "text": f"内部{code}",
        "customer_text": f"客户{code}", "source": "tests", "confidence": "✎",
    }  # fmt: skip
    return cells | {key: f'"{word}"' for key, word in words.items()}


def rules(inputs: Mapping[str, str], *rows: dict[str, str]) -> dict[str, Any]:
    """A rule set's table."""
    return a_table(inputs, list(rows), RULE_OUTPUTS, "collect")


def a_policy(
    nodes: list[dict[str, Any]],
    tables: Mapping[str, Any] | None = None,
    subflows: Mapping[str, Any] | None = None,
    changes: Mapping[str, Mapping[str, Any]] | None = None,
) -> bytes:
    """A policy whose first node is the first of `nodes`; then it scores, limits and prices."""
    grade = a_table(
        {"p": "score.points"},
        [{"p": ">= 590", "grade": '"A"'}, {"p": ">= 0", "grade": '"B"'}],
        ("grade",),
        "first",
    )
    grade["inputs"][0]["unit"] = "point"
    ending = [node | dict((changes or {}).get(str(node["id"]), {})) for node in ENDING]
    text = {"code": "OK", "text": "通过", "customer_text": "通过"}
    document = {
        "schema": "policy/2",
        "id": "small",
        "name": "小策略",
        "version": "1",
        "valid_from": "2020-01-01",
        "valid_to": None,
        "models": {"m": "1"},
        "required_products": ["invoice/1"],
        "grades": ["A", "B"],
        "texts": {"approval": text, "incomplete": text | {"code": "INCOMPLETE"}},
        "tables": {"grade": grade, **(tables or {})},
        "flow": {"start": nodes[0]["id"] if nodes else "score", "nodes": [*nodes, *ending]},
        "subflows": dict(subflows or {}),
    }
    return json.dumps(document, ensure_ascii=False).encode()


def read(body: bytes) -> Policy:
    """Read a small policy."""
    return read_policy(body, catalogue)


def evaluated(
    policy: Policy,
    *,
    waived: Mapping[str, str] | None = None,
    engine: TableEngine | None = None,
    **inputs: Input,
) -> Evaluation:
    """Evaluate with ordinary values; inputs are named with `_` for the dot."""
    changed = {key.replace("_", ".", 1): value for key, value in inputs.items()}
    return evaluate(
        policy,
        REQUEST | changed,
        scores={"m": SCORE},
        parameters=PARAMETERS.on(AS_OF),
        waived=waived or {},
        engine=engine,
    )


NOTHING: Final = IndicatorValue(State.VENDOR_ERROR)


def entry(evaluation: Any, node_id: str) -> dict[str, Any]:
    """What the tree tells of a node."""
    found = (one for one in evaluation.tree if one["id"] == node_id)
    return next(found)  # type: ignore[no-any-return]


RULES: Final = rules(
    {"m": "x.months", "s": "x.share"},
    a_rule("YOUNG", "refer", m="null, < 6"),
    a_rule("NARROW", "decline", s="null, > 0.9"),
    a_rule("YOUNG_AND_NARROW", "decline", m="null, < 10", s="null, > 0.7"),
)
RULE_NODE: Final = {
    "id": "rules",
    "kind": "rule_set",
    "name": "规则",
    "table": "rules",
    "next": "score",
}
CAP: Final = [
    {"field": "cap", "name": "cap.fen", "name_zh": "上限", "unit": "fen", "worse": "lower"}
]
CAPPED: Final = {"limit": {"caps": ["cap.fen"]}}
