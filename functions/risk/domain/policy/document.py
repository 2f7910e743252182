"""Reads a policy from its JSON document and refuses one that a decision could stumble over."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from puhui.contracts.facts import FACT_PRODUCTS
from puhui.errors import BadRequest
from puhui.strict_json import loads
from risk.domain.errors import PolicyNotValid
from risk.domain.inputs import Catalogue, InputDefinition, definition_of
from risk.domain.policy.fields import CODE, Fields
from risk.domain.policy.findings import Findings
from risk.domain.policy.graph import check_flows
from risk.domain.policy.kinds import ConditionSet, Node, RuleSet
from risk.domain.policy.model import MAIN, Flow, Policy
from risk.domain.policy.nodes import LOOKUPS, TEMPLATES, NodeReader, given_definition
from risk.domain.policy.rules import MAX_TEXT, check_codes
from risk.domain.policy.tables import TableReader

SCHEMA: Final = "policy/2"
TOP: Final = (
    "schema", "id", "name", "version", "valid_from", "valid_to", "models", "required_products",
    "grades", "texts", "waivable", "tables", "flow", "subflows",
)  # fmt: skip
TEXTS: Final = ("approval", "incomplete")
"""What is said of an approval, and where the flow ends without a limit or a price."""


def read_policy(body: bytes, lookup: Catalogue = definition_of) -> Policy:
    """Read and check a policy; its hash is the hash of the bytes."""
    policy, findings = parse_policy(body, lookup)
    if policy is None or findings.errors:
        first = findings.errors[0]
        raise PolicyNotValid(f"{first.code} {first.path}: {first.message}")
    return policy


def parse_policy(body: bytes, lookup: Catalogue = definition_of) -> tuple[Policy | None, Findings]:
    """Read as much as can be read, with everything that is wrong."""
    findings = Findings()
    try:
        document = loads(body)
    except BadRequest as error:
        findings.add("NOT_JSON", "", str(error))
        return None, findings
    fields = Fields(document, "policy", findings)
    if fields.body.get("schema") != SCHEMA:
        findings.add("SCHEMA_UNKNOWN", "policy.schema", repr(fields.body.get("schema")))
        return None, findings
    return _Reader(fields, findings, lookup).policy(body), findings


class _Reader:
    """Reads one document."""

    def __init__(self, fields: Fields, findings: Findings, lookup: Catalogue) -> None:
        self.fields = fields
        self.findings = findings
        self.outside = lookup
        self.catalogue: dict[str, InputDefinition] = {}
        self.given: dict[str, InputDefinition] = {}

    def policy(self, body: bytes) -> Policy:
        fields = self.fields
        fields.only(*TOP)
        begins, ends = fields.day("valid_from"), fields.optional_text("valid_to")
        valid_to = None if ends is None else fields.day("valid_to")
        if valid_to is not None and valid_to < begins:
            self.findings.add("DATES_INVERTED", "policy.valid_to", f"{valid_to} < {begins}")
        flows, nodes = self._flows()
        policy = Policy(
            id=fields.coded("id"),
            name=fields.text("name"),
            version=fields.coded("version"),
            sha256=hashlib.sha256(body).hexdigest(),
            source=body,
            valid_from=begins,
            valid_to=valid_to,
            models={str(k): str(v) for k, v in fields.object("models").items()},
            required_products=self._products(),
            grades=self._grades(),
            texts=self._texts(),
            tables=nodes.used,
            flows=flows,
            catalogue=self.catalogue,
            waivable=self._waivable(),
        )
        self._check_codes(policy)
        self._check_waivable(policy)
        for table_id in fields.object("tables"):
            if table_id not in nodes.used:
                self.findings.add("TABLE_UNUSED", f"tables.{table_id}", table_id)
        check_flows(flows, self.findings)
        return policy

    def lookup(self, name: str) -> InputDefinition | None:
        """An input from outside, or one that some node gives."""
        found = self.given.get(name) or self.outside(name)
        if found is not None:
            self.catalogue[name] = found
        return found

    def _flows(self) -> tuple[Mapping[str, Flow], NodeReader]:
        fields = self.fields
        bodies = {MAIN: fields.inside("flow")}
        bodies[MAIN].only("start", "nodes")
        if "subflows" in fields.body:
            for name in fields.object("subflows"):
                bodies[name] = fields.inside("subflows").inside(name)
                bodies[name].only("version", "start", "nodes")
        for body in bodies.values():
            for node in body.each("nodes"):
                self._collect(node)
        tables = TableReader(self.lookup, self.findings)
        nodes = NodeReader(tables, fields.object("tables"), self.findings)
        return {name: nodes.flow(name, body) for name, body in bodies.items()}, nodes

    def _collect(self, fields: Fields) -> None:
        """Note what a node gives before any table is read."""
        silent = Fields(fields.body, fields.path, Findings())
        kind = str(silent.body.get("kind"))
        found: list[InputDefinition] = []
        if kind in LOOKUPS:
            found = [given_definition(one) for one in silent.each("gives")]
        elif kind == "scorecard":
            found = [given_definition(silent.inside("gives"), nullable=False)]
        elif kind in TEMPLATES:
            found = list(_template(kind, silent).gives.values())
        for one in found:
            if self.outside(one.name) is not None:
                self.findings.add("NAME_CONFLICT", fields.path, one.name)
            self.given[one.name] = one

    def _products(self) -> tuple[str, ...]:
        products = self.fields.texts("required_products")
        for product in products:
            if product not in FACT_PRODUCTS:
                self.findings.add("PRODUCT_UNKNOWN", "policy.required_products", product)
        return products

    def _grades(self) -> tuple[str, ...]:
        grades = self.fields.texts("grades")
        if not all(CODE.fullmatch(grade) for grade in grades) or len(set(grades)) != len(grades):
            self.findings.add("GRADES_INVALID", "policy.grades", f"{list(grades)}")
        if not grades:
            self.findings.add("GRADES_INVALID", "policy.grades", f"{list(grades)}")
        return grades

    def _texts(self) -> Mapping[str, tuple[str, str, str]]:
        texts = self.fields.inside("texts")
        texts.only(*TEXTS)
        found = {}
        for name in TEXTS:
            one = texts.inside(name)
            one.only("code", "text", "customer_text")
            found[name] = (one.coded("code"), one.text("text"), one.text("customer_text"))
            if any(len(text) > MAX_TEXT for text in found[name]):
                self.findings.add("TEXT_TOO_LONG", one.path, f"> {MAX_TEXT}")
        return found

    def _waivable(self) -> frozenset[str]:
        """None, where the document does not say otherwise."""
        if "waivable" not in self.fields.body:
            return frozenset()
        return frozenset(self.fields.texts("waivable"))

    def _check_waivable(self, policy: Policy) -> None:
        for code in sorted(policy.waivable - {rule.code for rule in policy.rules}):
            self.findings.add("WAIVABLE_UNKNOWN", "policy.waivable", code)

    def _check_codes(self, policy: Policy) -> None:
        codes = [(text[0], f"policy.texts.{name}") for name, text in policy.texts.items()]
        # Several nodes may use one table; its reasons are then the same reasons.
        tables: set[str] = set()
        for node in policy.nodes:
            reasons = (
                node.rules
                if isinstance(node, RuleSet)
                else node.conditions
                if isinstance(node, ConditionSet)
                else ()
            )
            if not reasons or node.table.id in tables:  # type: ignore[attr-defined]
                continue
            tables.add(node.table.id)  # type: ignore[attr-defined]
            codes += [
                (reason.code, f"tables.{node.table.id}.rules[{row.id}].code")  # type: ignore[attr-defined]
                for reason, row in zip(reasons, node.table.rows, strict=True)  # type: ignore[attr-defined]
            ]
        check_codes(codes, self.findings)


def _template(kind: str, fields: Fields) -> Node:
    """A node with nothing but what its names depend on."""
    blanks: Mapping[str, dict[str, Any]] = {
        "limit": {"sales": "", "grade": "", "caps": ()},
        "price": {"pd": "", "grade": "", "max_rate_bps": 0},
        "model": {"model": "", "version": "", "prefix": fields.text("prefix")},
        "condition_set": {"table": None, "conditions": ()},
    }
    return TEMPLATES[kind](id=fields.text("id"), name="", **blanks[kind])
