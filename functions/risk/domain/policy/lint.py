"""The linter: everything that is wrong with a policy's document, each finding with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from risk.domain.inputs import Catalogue, definition_of
from risk.domain.policy.document import parse_policy
from risk.domain.policy.findings import Finding, Findings
from risk.domain.policy.graph import path_of
from risk.domain.policy.kinds import (
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
    TableNode,
)
from risk.domain.policy.lint_rules import lint_rows
from risk.domain.policy.lint_tables import Codes, lint_lookup
from risk.domain.policy.model import Flow, Policy
from risk.domain.policy.parts import Table
from risk.domain.policy.waivable import why_never

RATE_LINE_BPS: Final = 2_400
"""The all-in cost line of 24 % (domain/rules.md §3.15, 金规〔2025〕9号, ✎)."""


def lint_policy(
    body: bytes,
    *,
    served: Mapping[str, str] | None = None,
    lookup: Catalogue = definition_of,
) -> tuple[Finding, ...]:
    """Everything that is wrong; `served` is the version of each served model, where known."""
    policy, findings = parse_policy(body, lookup)
    if policy is not None:
        _check_grades(policy, findings)
        _check_waivable(policy, findings)
        for flow in policy.flows.values():
            for node in flow.nodes.values():
                _check_node(policy, flow, node, findings)
                _check_rates(flow, node, findings)
                if isinstance(node, ModelCall):
                    _check_model(policy, flow, node, served, findings)
    return tuple(findings.found)


def _check_node(policy: Policy, flow: Flow, node: Node, findings: Findings) -> None:
    if not isinstance(node, TableNode) or not node.table.compiled or not node.table.rows:
        return
    table, path = node.table, path_of(flow, node.id)
    _check_products(policy, table, findings)
    if isinstance(node, RuleSet | ConditionSet):
        lint_rows(node, findings)
        return
    if isinstance(node, Branch):
        _check_branch(policy, node, path, findings)
        return
    if isinstance(node, Scorecard):
        for column, alone in _characteristics(table):
            codes = Codes("BAND_GAP", "BAND_OVERLAP")
            lint_lookup(alone, {"points": node.points}, f"{path}.{column}", findings, codes)
    elif isinstance(node, Lookup):
        place = f"tables.{table.id}" if node.kind == "decision_table" else path
        codes = Codes(
            gap="GRADE_FLOOR_MISSING" if _is_grade(policy, node) else "GAP",
            overlap="BAND_OVERLAP" if node.kind == "matrix" else "OVERLAP",
        )
        lint_lookup(table, node.given, place, findings, codes)


def _check_branch(policy: Policy, node: Branch, path: str, findings: Findings) -> None:
    """What a node gives gets worse where data is missing, and could then choose the milder way."""
    given = {name for one in policy.nodes for name in one.gives}
    for name in sorted(node.table.inputs & given):
        findings.add("BRANCH_NOT_FAIR", path, name)


def _characteristics(table: Table) -> list[tuple[str, Table]]:
    """Each column of a scorecard alone: points are added, so that each can be proven alone."""
    found = []
    for place, column in enumerate(table.columns):
        rows = tuple(
            replace(row, cells=(row.cells[place],)) for row in table.rows if row.cells[place]
        )
        found.append((column.name, replace(table, columns=(column,), rows=rows)))
    return found


def _is_grade(policy: Policy, node: Lookup) -> bool:
    """Whether what a node gives is the grade of limit and price, by points alone."""
    names = {one.grade for one in policy.nodes if isinstance(one, LimitNode | PriceNode | Result)}
    by_points = [column.definition.unit for column in node.table.columns] == ["point"]
    return by_points and bool(names & set(node.gives))


def _check_grades(policy: Policy, findings: Findings) -> None:
    """The order of what is given as the grade is the policy's own."""
    for flow in policy.flows.values():
        for node in flow.nodes.values():
            if not isinstance(node, LimitNode | PriceNode):
                continue
            found = policy.catalogue.get(node.grade)
            if found is not None and found.words is not None and found.words != policy.grades:
                findings.add("GRADES_INVALID", f"{path_of(flow, node.id)}.grade", node.grade)


def _check_products(policy: Policy, table: Table, findings: Findings) -> None:
    """A policy lists what it reads: an applicant without it is then known to lack it."""
    for column in table.columns:
        for product in column.definition.products:
            if product not in policy.required_products:
                findings.add("PRODUCT_NOT_LISTED", f"tables.{table.id}.{column.id}", product)


def _check_waivable(policy: Policy, findings: Findings) -> None:
    """Law and missing data are not for a bank's own people to waive."""
    for rule in policy.rules:
        why = why_never(policy, rule) if rule.code in policy.waivable else None
        if why is not None:
            findings.add("WAIVABLE_NEVER", "policy.waivable", f"{rule.code}: {why}")


def _check_rates(flow: Flow, node: Node, findings: Findings) -> None:
    path = path_of(flow, node.id)
    if isinstance(node, PriceNode) and not 0 < node.max_rate_bps <= RATE_LINE_BPS:
        findings.add("RATE_ABOVE_LINE", f"{path}.max_rate_bps", str(node.max_rate_bps))
    if not isinstance(node, Lookup):
        return
    for name, definition in node.given.items():
        for row in node.table.rows:
            value = row.outputs.get(name)
            is_rate = definition.unit == "bps" and isinstance(value, int)
            if is_rate and not 0 <= value <= RATE_LINE_BPS:  # type: ignore[operator]
                findings.add("RATE_ABOVE_LINE", f"{path}.rules[{row.id}].{name}", str(value))


def _check_model(
    policy: Policy,
    flow: Flow,
    node: ModelCall,
    served: Mapping[str, str] | None,
    findings: Findings,
) -> None:
    path = path_of(flow, node.id)
    for known in (policy.models, served):
        if known is None:
            continue
        if node.model not in known:
            findings.add("MODEL_UNKNOWN", f"{path}.model", node.model)
        elif known[node.model] != node.version:
            detail = f"{node.version} is not {known[node.model]}"
            findings.add("MODEL_VERSION", f"{path}.version", detail)
