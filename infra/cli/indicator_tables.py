"""Indicators as readable text: one line each, with the Chinese names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from unicodedata import east_asian_width

from infra.indicator_views import DERIVED, described
from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.definition import Definition
from risk.domain.indicators.library import DEFINITIONS, DOMAIN_NAMES
from risk.domain.indicators.values import STATE_NAMES, State, Values

WIDE: Final = "WF"
OPS: Final = {"in": "∈", "ge": "≥", "lt": "<", "open": "is empty or later than the day"}
PARTS: Final = {
    "window": "期内 in the window",
    "earlier": "对比期 in the earlier window",
    "base": "基数 of the base",
    "snapshot": "快照 snapshot",
}


def listing(names: Sequence[str]) -> str:
    """Each indicator on a line, under its domain."""
    rows = [(name, DEFINITIONS[name].name_zh, DEFINITIONS[name].unit.value) for name in names]
    return "\n".join([*_by_domain(names, rows), "", f"{len(names)} 项指标 indicators"])


def values_table(names: Sequence[str], values: Values) -> str:
    """Each value, or the reason why there is none, on a line."""
    rows = []
    for name in names:
        number = values[name].decimal
        told = STATE_NAMES[values[name].state] if number is None else f"{number:,f}"
        rows.append((name, told, DEFINITIONS[name].unit.value, DEFINITIONS[name].name_zh))
    ok = sum(values[name].state is State.OK for name in names)
    return "\n".join(
        [*_by_domain(names, rows), "", f"{len(names)} 项指标 indicators，{ok} 项有值 with a value"]
    )


def explanation(definition: Definition) -> str:
    """Everything that the definition says."""
    data = described(definition)
    product = PRODUCTS.get(definition.source)
    source = data["source"] if product is None else f"{data['source']} {product.title}"
    rule, how = data["rule"], data["calculation"]
    lines = [
        (data["id"], data["version"]),
        ("名称", data["name_zh"]),
        ("Name", data["name_en"]),
        ("领域 domain", f"{data['domain']} {DOMAIN_NAMES[data['domain']]}"),
        ("来源 source", source),
        ("字段 fields", ", ".join(data["fields"])),
        ("条件 filter", _filter(data["filter"]["where"])),
        ("窗口 window", data["window"]),
        ("规则 rule", f"{rule['name']} {rule['zh']}: {rule['meaning']}"),
        ("参数 with", ", ".join(f"{key} {value}" for key, value in how.items() if value)),
        ("单位 unit", f"{data['unit']}, {data['decimals']} decimals"),
        ("缺失 missing", f"{data['missing_policy']}; needs {data['history_months']} full months"),
        ("级别 level", f"{data['sensitivity']} (JR/T 0197)"),
        ("负责 owner", data["owner"]),
        ("模型 models", ", ".join(data["models"]) or "无 none"),
    ]
    if data["source"] == DERIVED:
        lines.append(("由 made of", ", ".join(definition.calculation.operands)))
    return "\n".join(_aligned(lines))


def evidence_table(found: Mapping[str, Any]) -> str:
    """One value with the rows that made it."""
    definition = found["definition"]
    told = found["value"] or STATE_NAMES[State(found["state"])]
    window = found["window"]
    lines = [
        f"{found['name']} {definition['name_zh']}",
        f"  = {told} {definition['unit']}",
        f"  {definition['rule']['zh']}: {definition['rule']['meaning']}",
        f"  {window['from'] or '…'} – {window['to']}",
    ]
    for operand in found["operands"]:
        value = operand["value"] or STATE_NAMES[State(operand["state"])]
        lines.append(f"  {operand['name']} {DEFINITIONS[operand['name']].name_zh} = {value}")
    for part in dict.fromkeys(row["part"] for row in found["rows"]):
        lines.append(f"  {PARTS[part]}")
        lines += [_row(row) for row in found["rows"] if row["part"] == part]
    if not found["rows"] and not found["operands"]:
        lines.append("  没有相关记录 no row counts")
    return "\n".join(lines)


def _row(row: Mapping[str, Any]) -> str:
    fields = {key: value for key, value in row["fields"].items() if value is not None}
    told = json.dumps(fields, ensure_ascii=False)
    return f"    {row['number']:>5} {told}" + ("" if row["known"] else "  未知 not known")


def _filter(where: Sequence[Mapping[str, Any]]) -> str:
    if not where:
        return "无 none"
    return "; ".join(
        " ".join([one["field"], OPS[one["op"]], ", ".join(map(str, one["values"]))]).strip()
        for one in where
    )


def _by_domain(names: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    domain = ""
    for name, line in zip(names, _aligned(rows), strict=True):
        if DEFINITIONS[name].domain != domain:
            domain = DEFINITIONS[name].domain
            yield f"{'' if name == names[0] else chr(10)}{domain.upper()} {DOMAIN_NAMES[domain]}"
        yield f"  {line}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Columns under each other; a Chinese character is two wide."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in WIDE else 1 for character in text)
