"""Reads a JDM decision table into cells and constants, noting everything that is odd."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from risk.domain.inputs import InputDefinition
from risk.domain.policy.cells import Cell, CellNotValid, parse_cell
from risk.domain.policy.fields import Fields
from risk.domain.policy.findings import Findings
from risk.domain.policy.parts import COLLECT, FIRST, Column, Constant, Row, Table

TABLE_FIELDS: Final = ("name", "hitPolicy", "unique", "inputs", "outputs", "rules")
_INDICATOR: Final = re.compile(r"^(ent|own|hh|grp|acct)\.[a-z0-9_]+(\.[a-z0-9_]+){4}$")
_TEXT: Final = re.compile(r'"([^"\\]*)"')
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?")
LARGEST_RATIO: Final = 10
Lookup = Callable[[str], InputDefinition | None]
_PLACEHOLDER_UNIT: Final = "?"


class TableReader:
    """Reads one table after the other with the same catalogue."""

    def __init__(self, lookup: Lookup, findings: Findings) -> None:
        """Keep what every table needs."""
        self.lookup = lookup
        self.findings = findings

    def read(self, table_id: str, body: Any, path: str | None = None) -> Table:
        """Read one table; what is not understood is left out and noted."""
        fields = Fields(body, path or f"tables.{table_id}", self.findings)
        fields.only(*TABLE_FIELDS)
        fields.named()
        hit = fields.text("hitPolicy")
        if hit not in (FIRST, COLLECT):
            self.findings.add("HIT_POLICY_UNSUPPORTED", f"{fields.path}.hitPolicy", repr(hit))
        columns = [self._column(one) for one in fields.each("inputs")]
        outputs, output_ids = [], []
        for one in fields.each("outputs", ("field", "id")):
            one.only("id", "name", "field")
            outputs.append(one.text("field"))
            output_ids.append(one.text("id"))
            one.named()
        rows, good = [], True
        operands: dict[str, InputDefinition] = {}
        for one in fields.each("rules", ("_id",)):
            cells, fine = self._cells(one, columns, operands)
            good = good and fine
            one.only("_id", "_description", *(c.id for c in columns), *output_ids)
            rows.append(
                Row(
                    id=one.text("_id"),
                    cells=tuple(cells),
                    outputs=self._outputs(one, outputs, output_ids),
                )
            )
        self._check_rows(fields, rows)
        return Table(
            id=table_id,
            hit=hit,
            unique=bool(fields.body.get("unique", False)),
            columns=tuple(columns),
            outputs=tuple(outputs),
            rows=tuple(rows),
            operands=operands,
            content=fields.body,
            compiled=good,
        )

    def _check_rows(self, fields: Fields, rows: Sequence[Row]) -> None:
        if not rows:
            self.findings.add("TABLE_EMPTY", f"{fields.path}.rules", "no rows")
        for row_id, count in Counter(row.id for row in rows).items():
            if count > 1:
                self.findings.add("ROW_DUPLICATE", f"{fields.path}.rules[{row_id}]", row_id)

    def _column(self, fields: Fields) -> Column:
        fields.only("id", "name", "field", "unit")
        fields.named()
        name = fields.text("field")
        definition = self.known(name, f"{fields.path}.field")
        unit = fields.body.get("unit")
        if unit is None:
            self.findings.add("UNIT_MISSING", f"{fields.path}.unit", name)
        elif definition.unit not in (_PLACEHOLDER_UNIT, unit):
            detail = f"{name} is in {definition.unit}, the column says {unit}"
            self.findings.add("UNIT_MISMATCH", f"{fields.path}.unit", detail)
        return Column(id=fields.text("id"), definition=definition)

    def known(self, name: str, path: str) -> InputDefinition:
        """The definition of an input; an unknown one is noted and stands for itself."""
        found = self.lookup(name)
        if found is not None:
            return found
        code = "INDICATOR_UNKNOWN" if _INDICATOR.match(name) else "INPUT_UNKNOWN"
        self.findings.add(code, path, name)
        return InputDefinition(name=name or "?", name_zh=name, unit=_PLACEHOLDER_UNIT)

    def _cells(
        self, fields: Fields, columns: Sequence[Column], operands: dict[str, InputDefinition]
    ) -> tuple[list[Cell | None], bool]:
        cells: list[Cell | None] = []
        good = True
        for column in columns:
            path = f"{fields.path}.{column.id}"
            found, fine = self.cell(fields.body.get(column.id, ""), column.definition, path)
            for against in found.against if found is not None else ():
                operand = self.known(against.name, path)
                operands[against.name] = operand
                fine = self._comparable(column.definition, operand, path) and fine
            cells.append(found)
            good = good and fine
        return cells, good

    def cell(self, text: Any, definition: InputDefinition, path: str) -> tuple[Cell | None, bool]:
        """Read one cell; the second answer is whether it can be compiled."""
        if not isinstance(text, str):
            self.findings.add("BAD_NUMBER", path, f"{text!r} is not in quotes")
            return None, False
        try:
            found = parse_cell(text)
        except CellNotValid as error:
            self.findings.add(error.code, path, str(error))
            return None, False
        if found is None or definition.unit == _PLACEHOLDER_UNIT:
            return found, found is None
        if definition.is_text != bool(found.words) and (found.words or found.numbers):
            self.findings.add("UNIT_MISMATCH", path, f"{text} of {definition.unit}")
            return found, False
        if definition.unit == "ratio":
            self._check_ratio(found, path)
        return found, True

    def _check_ratio(self, cell: Cell, path: str) -> None:
        bounds = [bound for one in cell.numbers for bound in (one.low, one.high)]
        if any(bound is not None and abs(bound) > LARGEST_RATIO for bound in bounds):
            self.findings.add("RATIO_SUSPECT", path, cell.text)

    def _comparable(self, left: InputDefinition, right: InputDefinition, path: str) -> bool:
        if _PLACEHOLDER_UNIT in (left.unit, right.unit):
            return False
        if left.unit != right.unit or left.is_text:
            detail = f"{left.name} is in {left.unit}, {right.name} in {right.unit}"
            self.findings.add("UNIT_MISMATCH", path, detail)
            return False
        if right.nullable:
            detail = f"{right.name} may be missing and would let the row pass"
            self.findings.add("MISSING_HELPS", path, detail)
        if left.decimals != right.decimals:
            self.findings.add("CELL_NOT_COMPILED", path, "other decimals")
            return False
        return True

    def _outputs(
        self, fields: Fields, names: Sequence[str], ids: Sequence[str]
    ) -> Mapping[str, Constant]:
        found: dict[str, Constant] = {}
        for name, key in zip(names, ids, strict=True):
            text = fields.body.get(key, "")
            if text == "":
                continue
            try:
                found[name] = constant(text)
            except ValueError:
                self.findings.add("OUTPUT_INVALID", f"{fields.path}.{key}", repr(text))
        return found


def constant(text: Any) -> Constant:
    """A text without quotes or backslashes inside, an integer, a decimal, or null.

    zen does not know escapes: a row whose output it cannot read is dropped without a word.
    """
    if not isinstance(text, str):
        raise ValueError(text)
    stripped = text.strip()
    if stripped == "null":
        return None
    if found := _TEXT.fullmatch(stripped):
        return found[1]
    if number := _NUMBER.fullmatch(stripped):
        return Decimal(stripped) if number[1] else int(stripped)
    raise ValueError(text)
