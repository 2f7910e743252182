"""Checks of a flow as a graph: every node is reached, leads on, and reads what is given by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from risk.domain.policy.findings import Findings
from risk.domain.policy.kinds import Branch, Node, Result, Split, SubFlow
from risk.domain.policy.model import MAIN, Flow

BPS: Final = 10_000
MAX_BRANCHES: Final = 8
"""Where nothing is known every branch doubles the ways that are walked."""
KEYS: Final = ("request.application_id", "request.customer_id", "request.branch_id")


def check_flows(flows: Mapping[str, Flow], findings: Findings) -> bool:
    """Check every flow; whether they can be walked to an end."""
    before = len(findings.found)
    _check_ids(flows, findings)
    for flow in flows.values():
        _check_graph(flow, findings)
        for node in flow.nodes.values():
            _check_calls(flow, node, flows, findings)
    _check_calls_end(flows, findings)
    branches = sum(
        isinstance(one, Branch) for flow in flows.values() for one in flow.nodes.values()
    )
    if branches > MAX_BRANCHES:
        findings.add("FIELD_INVALID", "flow", f"{branches} conditions, at most {MAX_BRANCHES}")
    if len(findings.found) == before:
        _GivenBy(flows, findings).out_of(MAIN, frozenset())
    return len(findings.found) == before


def path_of(flow: Flow, node_id: str = "") -> str:
    """Where a flow or one of its nodes stands in the document."""
    place = "flow" if flow.id == MAIN else f"subflows.{flow.id}"
    return f"{place}.nodes[{node_id}]" if node_id else place


def _check_ids(flows: Mapping[str, Flow], findings: Findings) -> None:
    """An id names one node of the whole policy: a record's tree says no more than the id."""
    seen: set[str] = set()
    for flow in flows.values():
        for node_id in flow.nodes:
            if node_id in seen:
                findings.add("NODE_DUPLICATE", path_of(flow, node_id), node_id)
            seen.add(node_id)


def _check_graph(flow: Flow, findings: Findings) -> None:
    if flow.start not in flow.nodes:
        findings.add("NODE_UNKNOWN", f"{path_of(flow)}.start", flow.start)
    for node in flow.nodes.values():
        for target in node.successors:
            if target not in flow.nodes:
                findings.add("NODE_UNKNOWN", f"{path_of(flow, node.id)}.next", target)
    _check_ends(flow, findings)
    reached = _reached(flow)
    for node_id in flow.nodes:
        if node_id not in reached:
            findings.add("NODE_UNREACHABLE", path_of(flow, node_id), node_id)
    edges = {key: [t for t in one.successors if t in flow.nodes] for key, one in flow.nodes.items()}
    for node_id in _on_cycles(edges):
        findings.add("CYCLE", path_of(flow, node_id), node_id)


def _check_ends(flow: Flow, findings: Findings) -> None:
    """The flow ends with a result; a sub-flow ends where it has no next node."""
    results = [one for one in flow.nodes.values() if isinstance(one, Result)]
    if flow.id != MAIN:
        for result in results:
            findings.add("NODE_KIND_UNKNOWN", path_of(flow, result.id), "a sub-flow has no result")
        return
    if not results:
        findings.add("RESULT_MISSING", path_of(flow), "no node is of kind result")
    for node in flow.nodes.values():
        if not node.successors and not isinstance(node, Result):
            findings.add("NEXT_MISSING", path_of(flow, node.id), "only a result ends the flow")


def _reached(flow: Flow) -> set[str]:
    reached: set[str] = set()
    waiting = [flow.start]
    while waiting:
        node_id = waiting.pop()
        if node_id in reached or node_id not in flow.nodes:
            continue
        reached.add(node_id)
        waiting.extend(flow.nodes[node_id].successors)
    return reached


def _on_cycles(edges: Mapping[str, list[str]]) -> Iterator[str]:
    """Whoever can come back to itself."""
    for start in edges:
        seen: set[str] = set()
        waiting = list(edges[start])
        while waiting:
            found = waiting.pop()
            if found == start:
                yield start
                break
            if found not in seen:
                seen.add(found)
                waiting.extend(edges.get(found, ()))


def _check_calls(flow: Flow, node: Node, flows: Mapping[str, Flow], findings: Findings) -> None:
    path = path_of(flow, node.id)
    for called, version, place in _calls(node):
        target = flows.get(called)
        if called == MAIN or target is None or target.version != version:
            findings.add("SUBFLOW_UNKNOWN", f"{path}{place}", f"{called}@{version}")
    if not isinstance(node, Split):
        return
    weights = [arm.weight_bp for arm in node.arms]
    if sum(weights) != BPS or any(weight <= 0 for weight in weights):
        findings.add("WEIGHTS_NOT_WHOLE", f"{path}.arms", f"{weights}")
    if node.key not in KEYS:
        findings.add("KEY_NOT_STABLE", f"{path}.key", node.key)


def _calls(node: Node) -> Iterator[tuple[str, str, str]]:
    if isinstance(node, SubFlow):
        yield node.flow, node.version, ".flow"
    if isinstance(node, Split):
        for arm in node.arms:
            yield arm.flow, arm.version, f".arms[{arm.name}].flow"


def _check_calls_end(flows: Mapping[str, Flow], findings: Findings) -> None:
    edges = {
        key: [called for node in flow.nodes.values() for called, _, _ in _calls(node)]
        for key, flow in flows.items()
    }
    for flow_id in _on_cycles(edges):
        findings.add("SUBFLOW_CYCLE", f"subflows.{flow_id}", flow_id)
    called = {target for targets in edges.values() for target in targets}
    for flow_id in flows:
        if flow_id != MAIN and flow_id not in called:
            findings.add("SUBFLOW_UNUSED", f"subflows.{flow_id}", flow_id)


class _GivenBy:
    """Which values are given for sure when a node begins, on every way to it."""

    def __init__(self, flows: Mapping[str, Flow], findings: Findings) -> None:
        self.flows = flows
        self.findings = findings
        self.all = {
            name for flow in flows.values() for node in flow.nodes.values() for name in node.gives
        }

    def out_of(self, flow_id: str, entry: frozenset[str]) -> frozenset[str]:
        """What is given at every end of a flow."""
        flow = self.flows[flow_id]
        coming: dict[str, frozenset[str]] = {flow.start: entry}
        ends: list[frozenset[str]] = []
        for node_id in _in_order(flow):
            node, given = flow.nodes[node_id], coming[node_id]
            for name in sorted((node.reads & self.all) - given):
                self.findings.add("INPUT_NOT_YET_GIVEN", path_of(flow, node_id), name)
            leaving = given | frozenset(node.gives) | self._of_calls(node, given)
            if not node.successors:
                ends.append(leaving)
            for target in node.successors:
                coming[target] = coming.get(target, leaving) & leaving
        return frozenset.intersection(*ends) if ends else entry

    def _of_calls(self, node: Node, given: frozenset[str]) -> frozenset[str]:
        called = [self.out_of(flow, given) for flow, _, _ in _calls(node)]
        return frozenset.intersection(*called) if called else frozenset()


def _in_order(flow: Flow) -> list[str]:
    """Every reachable node after all that lead to it."""
    order: list[str] = []
    done: set[str] = set()

    def visit(node_id: str) -> None:
        if node_id in done:
            return
        done.add(node_id)
        for target in flow.nodes[node_id].successors:
            visit(target)
        order.append(node_id)

    visit(flow.start)
    return order[::-1]
