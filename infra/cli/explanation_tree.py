"""The evaluation tree of a decision for a person: each step, what it read, which rows matched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from rich.markup import escape
from rich.tree import Tree

from risk.domain.explained_models import HIDDEN
from risk.domain.explanation import Explanation
from risk.domain.indicators.values import STATE_NAMES, State
from risk.domain.inputs import DERIVED, decimal_text
from risk.domain.model_fields import FIELDS
from risk.domain.policy import Policy
from risk.domain.policy.kinds import RuleSet
from risk.domain.policy.trace import trace_of

KIND_NAMES: Final = {
    "rule_set": "规则集 rules",
    "decision_table": "决策表 table",
    "decision_tree": "决策树 tree",
    "matrix": "矩阵 matrix",
    "scorecard": "评分表 scorecard",
    "model": "模型 model",
    "branch": "分支 branch",
    "split": "冠军挑战者 champion/challenger",
    "sub_flow": "子流程 sub-flow",
    "limit": "额度 limit",
    "price": "定价 price",
    "result": "结论 result",
}
MARKS: Final = {True: "[green]✓[/]", False: "[dim]✗[/]", None: "[yellow]?[/]"}
"""A condition that holds, one that does not, one about which nothing is known."""
FEN_DECIMALS: Final = 2


def evaluation_tree(found: Explanation, policy: Policy, *, full: bool) -> Tree:
    """Every node in the order in which it was walked; `full` tells also why rows did not match."""
    tree = Tree("[bold]评估树 Evaluation tree[/]  ● 命中 matched  ✓ 成立  ✗ 不成立  ? 资料缺失")
    names = {node.id: node.name for node in policy.nodes}
    for entry in found.tree:
        kind = str(entry.get("kind", ""))
        title = f"[bold]{escape(names.get(entry['id'], entry['id']))}[/] {entry['id']}"
        branch = tree.add(f"{title}  [dim]{KIND_NAMES.get(kind, kind)}[/]")
        for line in _lines(entry, policy, full=full):
            branch.add(line)
    return tree


def _lines(entry: Mapping[str, Any], policy: Policy, *, full: bool) -> Iterator[str]:
    titles = {name: one.name_zh for name, one in {**DERIVED, **policy.catalogue}.items()}
    for name, seen in entry.get("inputs", {}).items():
        yield escape(f"{titles.get(name, name)} = {_value(name, seen)}")
    if entry.get("true") is not None and HIDDEN not in entry.values():
        yield from _rows(entry, policy, titles, full=full)
    for name, value in entry.get("gave", {}).items():
        yield escape(f"→ {titles.get(name, name)} {_amount(name, value)}")
    if entry.get("kind") == "model":
        yield escape(f"{entry['model']} {entry['version']}")
    for code, exception in entry.get("waived", {}).items():
        yield escape(f"豁免 waived: {code} ({exception})")
    if "verdict" in entry:
        yield escape(f"{entry['verdict']}  {', '.join(entry['codes'])}")


def _rows(
    entry: Mapping[str, Any], policy: Policy, titles: Mapping[str, str], *, full: bool
) -> Iterator[str]:
    """The rows that matched; with `full` the others too, each with the cells that decided."""
    matched = set(entry.get("rows", ()))
    labels = _labels(entry, policy)
    skipped = 0
    for row, cells in groupby(trace_of(policy, entry), key=lambda cell: cell.row):
        if row not in matched and not full:
            skipped += 1
            continue
        mark = "[red]●[/]" if row in matched else "[dim]○[/]"
        told = "  ".join(
            f"{MARKS[cell.holds]} {escape(f'{titles.get(cell.input, cell.input)} {cell.cell}')}"
            for cell in cells
        )
        yield f"{mark} [bold]{escape(labels.get(row, row))}[/]  {told}"
    if skipped:
        yield f"[dim]○ {skipped} 行未命中 rows did not match (--full)[/]"


def _labels(entry: Mapping[str, Any], policy: Policy) -> dict[str, str]:
    """What rows are called: a rule by its reason code and text, any other row by its id."""
    for node in policy.nodes:
        if node.id == entry["id"] and isinstance(node, RuleSet):
            return {
                row.id: f"{rule.code} {rule.text}"
                for row, rule in zip(node.table.rows, node.rules, strict=True)
            }
    return {}


def _value(name: str, seen: Any) -> str:
    if seen == HIDDEN:
        return HIDDEN
    if seen["value"] is None:
        return STATE_NAMES[State(seen["state"])]
    told = FIELDS.get(name)
    if told is not None and told.words is not None:
        return told.words.get(seen["value"], seen["value"])
    return _amount(name, seen["value"])


def _amount(name: str, value: Any) -> str:
    """Amounts in 分 are read in yuan, everything else as it is."""
    if name.endswith(("_fen", ".fen")) and str(value).lstrip("-").isdigit():
        return f"{decimal_text(int(value), FEN_DECIMALS)} 元"
    return str(value)
