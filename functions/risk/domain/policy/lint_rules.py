"""What can be proven of rule and condition sets: every row may fire, and fires when in doubt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from risk.domain.inputs import InputDefinition
from risk.domain.policy.cells import HIGHEST, LOWEST, Cell
from risk.domain.policy.findings import Findings
from risk.domain.policy.kinds import ConditionSet, RuleSet
from risk.domain.policy.lint_tables import check_fair
from risk.domain.policy.parts import SEVERITY, Column, Row, Table
from risk.domain.policy.regions import regions_of


def lint_rows(node: RuleSet | ConditionSet, findings: Findings) -> None:
    """Check every row of a collect table whose rows are reasons."""
    table, path = node.table, f"tables.{node.table.id}"
    if table.hit != "collect":
        findings.add("HIT_POLICY_UNSUPPORTED", f"{path}.hitPolicy", "reasons are collected")
    seen: dict[tuple[str, ...], str] = {}
    for row in table.rows:
        place = f"{path}.rules[{row.id}]"
        for column, cell in zip(table.columns, row.cells, strict=True):
            if cell is not None:
                _check_cell(column, cell, f"{place}.{column.id}", findings)
        if not any(row.cells):
            findings.add("ROW_UNCONDITIONAL", place, "every cell is empty")
        alone = sum(cell is not None for cell in row.cells) == 1
        if not alone or isinstance(node, ConditionSet):
            _check_closed(table, row, place, findings)
        cells = tuple("" if cell is None else cell.text for cell in row.cells)
        key = (*cells, str(row.outputs.get("effect")))
        if key in seen:
            findings.add("ROW_SHADOWED", place, f"the same as {seen[key]}")
        seen[key] = row.id
    if isinstance(node, RuleSet):
        _check_severity(node, path, findings)


def _check_cell(column: Column, cell: Cell, path: str, findings: Findings) -> None:
    definition = column.definition
    if definition.nullable and not cell.null:
        findings.add("MISSING_HOLE", path, f"{cell.text} does not say what null means")
    for word in cell.words:
        if definition.words is not None and word not in definition.words:
            findings.add("ROW_UNREACHABLE", path, f"{word}: not one of {list(definition.words)}")
    if definition.lowest is None or definition.is_text or not cell.numbers:
        return
    spans = cell.spans(definition.decimals)
    if all(max(low, definition.lowest) > min(high, HIGHEST) for low, high in spans):
        findings.add("ROW_UNREACHABLE", path, f"{cell.text}: never below {definition.lowest}")


def _check_closed(table: Table, row: Row, path: str, findings: Findings) -> None:
    """A cell that stands beside others holds for every worse value of its input, too."""
    for column, cell in zip(table.columns, row.cells, strict=True):
        if cell is not None and not cell.against and not _is_closed(column.definition, cell):
            findings.add("WORSE_HELPS", f"{path}.{column.id}", f"{cell.text}: not for worse values")


def _is_closed(definition: InputDefinition, cell: Cell) -> bool:
    worse = definition.worse
    if isinstance(worse, tuple):
        return not cell.words or set(cell.words) == set(worse[-len(set(cell.words)) :])
    spans = cell.spans(definition.decimals)
    if worse is None or not spans:
        return True
    if len(spans) > 1:
        return False
    least = LOWEST if definition.lowest is None else definition.lowest
    return spans[0][1] == HIGHEST if worse == "higher" else spans[0][0] <= least


def _check_severity(node: RuleSet, path: str, findings: Findings) -> None:
    """Along an input that has an order, a worse value never makes the outcome milder."""
    table = node.table
    for column_place, column in enumerate(table.columns):
        if column.definition.worse is None:
            continue
        alone = [
            (row, rule)
            for row, rule in zip(table.rows, node.rules, strict=True)
            if row.cells[column_place] is not None
            and sum(cell is not None for cell in row.cells) == 1
            and not row.cells[column_place].against  # type: ignore[union-attr]
            and rule.effect in SEVERITY
        ]
        if not alone:
            continue
        rows = tuple(replace(row, cells=(row.cells[column_place],)) for row, _ in alone)
        small = Table(
            id=table.id,
            hit=table.hit,
            unique=False,
            columns=(column,),
            outputs=table.outputs,
            rows=rows,
            operands={},
            content={},
            compiled=True,
        )
        regions = regions_of(small)
        if regions is not None:
            effects = np.array([SEVERITY[rule.effect] for _, rule in alone], np.float64)
            worst = np.where(regions.rows, effects, 0.0).max(axis=1)
            check_fair(worst, regions, f"{path}.{column.id}", findings)
