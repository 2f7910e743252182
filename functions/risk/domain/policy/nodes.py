"""Reads the nodes of a flow, each kind by its own method."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from risk.domain.inputs import TEXT, InputDefinition
from risk.domain.policy.fields import Fields
from risk.domain.policy.findings import Findings
from risk.domain.policy.kinds import (
    Arm,
    Branch,
    ConditionSet,
    LimitNode,
    Lookup,
    ModelCall,
    Node,
    PriceNode,
    Result,
    RuleSet,
    Scorecard,
    Split,
    SubFlow,
)
from risk.domain.policy.model import Flow
from risk.domain.policy.parts import Table
from risk.domain.policy.rules import CONDITION_OUTPUTS, RULE_OUTPUTS, conditions_of, rules_of
from risk.domain.policy.shapes import (
    condition_table,
    matrix_table,
    scorecard_table,
    tree_table,
)
from risk.domain.policy.tables import TableReader

COMMON: Final = ("id", "kind", "name", "next")
GIVES: Final = ("field", "name", "name_zh", "unit", "decimals", "worse")
LOOKUPS: Final = ("decision_table", "decision_tree", "matrix")
TEMPLATES: Final[Mapping[str, type[Node]]] = {
    "limit": LimitNode,
    "price": PriceNode,
    "model": ModelCall,
    "condition_set": ConditionSet,
}


class NodeReader:
    """Reads nodes with the tables of one policy."""

    def __init__(self, tables: TableReader, bodies: Mapping[str, Any], findings: Findings) -> None:
        """Tables are read when a node first uses them."""
        self.tables = tables
        self.bodies = bodies
        self.findings = findings
        self.used: dict[str, Table] = {}
        self.kinds: Mapping[str, Callable[[Fields, dict[str, Any]], Node]] = {
            "rule_set": self._rule_set,
            "condition_set": self._condition_set,
            "decision_table": self._lookup,
            "decision_tree": self._lookup,
            "matrix": self._lookup,
            "scorecard": self._scorecard,
            "model": self._model,
            "condition": self._condition,
            "split": self._split,
            "subflow": self._subflow,
            "limit": self._limit,
            "price": self._price,
            "result": self._result,
        }

    def flow(self, flow_id: str, fields: Fields) -> Flow:
        """Read a flow's nodes."""
        nodes: dict[str, Node] = {}
        for one in fields.each("nodes"):
            node = self._node(one)
            if node is None:
                continue
            if node.id in nodes:
                self.findings.add("NODE_DUPLICATE", one.path, node.id)
            nodes[node.id] = node
        return Flow(
            id=flow_id,
            version=str(fields.body.get("version", "")),
            start=fields.text("start"),
            nodes=nodes,
        )

    def _node(self, fields: Fields) -> Node | None:
        kind = fields.text("kind")
        if kind not in self.kinds:
            self.findings.add("NODE_KIND_UNKNOWN", f"{fields.path}.kind", kind)
            return None
        following = fields.optional_text("next")
        common = {"id": fields.text("id"), "name": fields.text("name"), "next": following}
        return self.kinds[kind](fields, common)

    def _table(self, fields: Fields, outputs: tuple[str, ...], *, exact: bool) -> Table:
        fields.only(*COMMON, "table", *(("gives",) if not exact else ()))
        table_id = fields.text("table")
        if table_id not in self.bodies:
            self.findings.add("TABLE_UNKNOWN", f"{fields.path}.table", table_id)
            return self.tables.read(table_id, {"hitPolicy": "first"} | _EMPTY, fields.path)
        if table_id not in self.used:
            self.used[table_id] = self.tables.read(table_id, self.bodies[table_id])
        table = self.used[table_id]
        self._check_outputs(table, outputs, f"tables.{table_id}")
        return table

    def _check_outputs(self, table: Table, wanted: tuple[str, ...], path: str) -> None:
        declared = set(table.outputs)
        for name in wanted:
            if name not in declared:
                self.findings.add("OUTPUT_MISSING", f"{path}.outputs.{name}", name)
                continue
            for row in table.rows:
                if name not in row.outputs and name not in OPTIONAL_OUTPUTS:
                    self.findings.add("OUTPUT_MISSING", f"{path}.rules[{row.id}].{name}", name)
        for name in sorted(declared - set(wanted)):
            self.findings.add("OUTPUT_UNKNOWN", f"{path}.outputs.{name}", name)

    def _rule_set(self, fields: Fields, common: dict[str, Any]) -> Node:
        table = self._table(fields, RULE_OUTPUTS, exact=True)
        return RuleSet(**common, table=table, rules=rules_of(table, self.findings))

    def _condition_set(self, fields: Fields, common: dict[str, Any]) -> Node:
        table = self._table(fields, CONDITION_OUTPUTS, exact=True)
        return ConditionSet(**common, table=table, conditions=conditions_of(table, self.findings))

    def _lookup(self, fields: Fields, common: dict[str, Any]) -> Node:
        kind = fields.text("kind")
        given = {
            one.text("field"): self._given(one)
            for one in fields.each("gives", ("name",))
            if one.text("field")
        }
        if kind == "decision_table":
            table = self._table(fields, tuple(given), exact=False)
        elif kind == "decision_tree":
            fields.only(*COMMON, "gives", "tree")
            body = tree_table(fields.inside("tree"), list(given))
            table = self.tables.read(common["id"], body, fields.path)
            self._check_outputs(table, tuple(given), fields.path)
        else:
            fields.only(*COMMON, "gives", "rows", "columns", "cells")
            body = matrix_table(fields, next(iter(given), "value"))
            table = self.tables.read(common["id"], body, fields.path)
        self._check_constants(table, given, fields.path)
        return Lookup(**common, kind=kind, table=table, given=given)

    def _check_constants(
        self, table: Table, given: Mapping[str, InputDefinition], path: str
    ) -> None:
        for row in table.rows:
            for name, definition in given.items():
                value = row.outputs.get(name)
                if value is None:
                    continue
                place = f"{path}.rules[{row.id}].{name}"
                if definition.is_text != isinstance(value, str):
                    self.findings.add("OUTPUT_INVALID", place, f"{value!r} as {definition.unit}")
                elif definition.words is not None and value not in definition.words:
                    self.findings.add("OUTPUT_INVALID", place, f"{value!r} is not ordered")
                elif isinstance(value, Decimal) and value.scaleb(definition.decimals) % 1:
                    self.findings.add("OUTPUT_INVALID", place, f"{value} has more decimals")

    def _given(self, fields: Fields) -> InputDefinition:
        return given_definition(fields)

    def _scorecard(self, fields: Fields, common: dict[str, Any]) -> Node:
        fields.only(*COMMON, "base", "characteristics", "gives")
        gives = fields.inside("gives")
        table = self.tables.read(common["id"], scorecard_table(fields), fields.path)
        return Scorecard(
            **common,
            table=table,
            base=fields.integer("base"),
            points=given_definition(gives, nullable=False),
        )

    def _model(self, fields: Fields, common: dict[str, Any]) -> Node:
        fields.only(*COMMON, "model", "version", "prefix")
        return ModelCall(
            **common,
            model=fields.text("model"),
            version=fields.text("version"),
            prefix=fields.text("prefix"),
        )

    def _condition(self, fields: Fields, common: dict[str, Any]) -> Node:
        fields.only("id", "kind", "name", "when", "yes", "no")
        table = self.tables.read(common["id"], condition_table(fields), fields.path)
        return Branch(**common, table=table, yes=fields.text("yes"), no=fields.text("no"))

    def _split(self, fields: Fields, common: dict[str, Any]) -> Node:
        fields.only(*COMMON, "key", "salt", "arms")
        key = fields.text("key")
        self.tables.known(key, f"{fields.path}.key")
        arms = []
        for one in fields.each("arms", ("name",)):
            one.only("name", "weight_bp", "flow", "version")
            arms.append(
                Arm(
                    name=one.text("name"),
                    weight_bp=one.integer("weight_bp"),
                    flow=one.text("flow"),
                    version=one.text("version"),
                )
            )
        for name, count in Counter(arm.name for arm in arms).items():
            if count > 1:
                self.findings.add("FIELD_INVALID", f"{fields.path}.arms[{name}]", "twice")
        return Split(**common, key=key, salt=fields.text("salt"), arms=tuple(arms))

    def _subflow(self, fields: Fields, common: dict[str, Any]) -> Node:
        fields.only(*COMMON, "flow", "version")
        return SubFlow(**common, flow=fields.text("flow"), version=fields.text("version"))

    def _limit(self, fields: Fields, common: dict[str, Any]) -> Node:
        fields.only(*COMMON, "sales", "grade", "caps")
        sales, grade = fields.text("sales"), fields.text("grade")
        self._unit(sales, "yuan", f"{fields.path}.sales")
        self._unit(grade, TEXT, f"{fields.path}.grade")
        caps = fields.texts("caps")
        for cap in caps:
            self._unit(cap, "fen", f"{fields.path}.caps")
        return LimitNode(**common, sales=sales, grade=grade, caps=caps)

    def _price(self, fields: Fields, common: dict[str, Any]) -> Node:
        fields.only(*COMMON, "pd", "grade", "max_rate_bps")
        pd, grade = fields.text("pd"), fields.text("grade")
        self._unit(pd, "ppm", f"{fields.path}.pd")
        self._unit(grade, TEXT, f"{fields.path}.grade")
        highest = fields.integer("max_rate_bps")
        return PriceNode(**common, pd=pd, grade=grade, max_rate_bps=highest)

    def _result(self, fields: Fields, common: dict[str, Any]) -> Node:
        fields.only("id", "kind", "name", "limit", "price", "grade", "score")
        for name, unit in (("limit", "fen"), ("price", "bps"), ("grade", TEXT)):
            mapped = fields.optional_text(name)
            if mapped is not None:
                self._unit(mapped, unit, f"{fields.path}.{name}")
            elif name != "grade":
                self.findings.add("MAPPING_MISSING", f"{fields.path}.{name}", name)
        return Result(
            **common,
            limit=fields.optional_text("limit"),
            price=fields.optional_text("price"),
            grade=fields.optional_text("grade"),
            score=fields.optional_text("score"),
        )

    def _unit(self, name: str, unit: str, path: str) -> None:
        found = self.tables.known(name, path)
        if found.unit not in ("?", unit):
            self.findings.add("UNIT_MISMATCH", path, f"{name} is in {found.unit}, not {unit}")


OPTIONAL_OUTPUTS: Final = frozenset({"limit_cap_fen", "term_cap_months", "customer_text", "text"})
_EMPTY: Final[dict[str, Any]] = {"inputs": [], "outputs": [], "rules": []}


def given_definition(fields: Fields, *, nullable: bool = True) -> InputDefinition:
    """What a node declares to give; a sum of points is never missing."""
    fields.only(*GIVES)
    worse = fields.body.get("worse")
    ordered = tuple(str(one) for one in worse) if isinstance(worse, list) else worse
    return InputDefinition(
        name=fields.text("name"),
        name_zh=fields.text("name_zh"),
        unit=fields.text("unit"),
        decimals=fields.integer("decimals") if "decimals" in fields.body else 0,
        nullable=nullable,
        worse=ordered if ordered in ("higher", "lower") or isinstance(ordered, tuple) else None,
    )
