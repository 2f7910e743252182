"""Writes docs/indicators.md: every indicator of the library, with worked examples of each grid.

python -m infra.indicator_catalogue [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from infra.config import ROOT
from infra.generated import write_or_check
from infra.indicator_examples import AS_OF, Example, examples
from infra.indicator_sections import SECTIONS, Section, definitions_by_section, section_of
from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.definition import Definition, Unit
from risk.domain.indicators.library import ALL_DEFINITIONS, DOMAIN_NAMES, LIBRARY_SHA256
from risk.domain.indicators.rules import RULES
from risk.domain.indicators.terms import WINDOWS
from risk.domain.indicators.values import STATE_NAMES

PAGE: Final = ROOT / "docs" / "indicators.md"
MOST_ROWS: Final = 8
"""Of a longer example table the last ones are shown; the file has all."""
SUBJECTS: Final = {"ent": "企业 enterprise", "own": "企业主 owner", "hh": "农户 farmer household"}
UNIT_NAMES: Final = {
    Unit.YUAN: "元",
    Unit.COUNT: "个",
    Unit.RATIO: "比率",
    Unit.DAY: "天",
    Unit.MONTH: "月",
    Unit.YEAR: "年",
    Unit.FLAG: "是否",
    Unit.LEVEL: "级",
    Unit.POINT: "分",
    Unit.MU: "亩",
    Unit.KG: "公斤",
    Unit.ENERGY: "千瓦时或立方米",
    Unit.KVA: "千伏安",
    Unit.INDEX: "指数",
    Unit.SECOND: "秒",
}
HEAD: Final = """\
# 指标目录 Indicator catalogue

{count:,} indicators in {domains} domains, generated from the grids in
`functions/risk/domain/indicators/grids`; this page is written by
`python -m infra.indicator_catalogue`. Library `{sha}`.

```
.venv/bin/puhui indicators list                     # --json, --only 'own.bur.*'
.venv/bin/puhui indicators explain ent.inv.out_valid_amt.all.l12m.sum
.venv/bin/puhui indicators compute --facts docs/examples/indicators/invoice.json \\
    --as-of {as_of} --only 'ent.inv.*' --explain ent.inv.out_valid_amt.all.l1m.sum
```

A name is `subject.domain.measure.filter.window.aggregate`; its Chinese and English names are
composed from the same terms. The version of an indicator is a hash of its whole definition: another
rule, filter, window or unit is another version.

**Windows** look back from the day `as_of`. A window of months (`l12m`) ends with the last full
month before the day, a window of days (`d7`) with the day itself; `now` is everything up to the
day. Rows dated after the day never count.

**States**: {states}. Only 有值 (ok) has a value, and zero only where the source says zero. A
document that ends too early is 已过期; a row of which it is not known whether it counts, or a
month that the document does not cover, makes the value 缺失. Whoever uses an indicator treats one
without a value as at least as bad as any value.

**Worked examples**: each grid has some, from the tiny documents in
[examples/indicators](examples/indicators), as of {as_of}. They were worked out by hand
([by-hand.json](examples/indicators/by-hand.json)); the engine agrees, or this page is not written.
"""


def documents() -> dict[Path, str]:
    """Write the page as text."""
    return {PAGE: "\n".join(_page())}


def _page() -> Iterator[str]:
    states = "、".join(f"{name} ({state.value})" for state, name in STATE_NAMES.items())
    yield HEAD.format(
        count=len(ALL_DEFINITIONS),
        domains=len(DOMAIN_NAMES),
        sha=LIBRARY_SHA256,
        as_of=AS_OF.isoformat(),
        states=states,
    )
    sections = definitions_by_section()
    worked: dict[Section, list[Example]] = {section: [] for section in SECTIONS}
    for example in examples():
        worked[section_of(example.definition)].append(_agreed(example))
    yield from _contents(sections)
    for domain, title in DOMAIN_NAMES.items():
        mine = {one: found for one, found in sections.items() if one.domain == domain}
        yield from _domain(domain, title, mine, worked)
    yield from _rules()


def _agreed(example: Example) -> Example:
    if example.computed != example.expected:
        raise SystemExit(
            f"{example.file}: {example.name} is {example.expected} by hand, "
            f"{example.computed} by the engine"
        )
    return example


def _contents(sections: dict[Section, list[Definition]]) -> Iterator[str]:
    yield "## 目录 Contents"
    yield ""
    yield "| 领域 | 数量 | 网格 grids |"
    yield "|---|---:|---|"
    for domain, title in DOMAIN_NAMES.items():
        mine = {one: found for one, found in sections.items() if one.domain == domain}
        links = " · ".join(f"[{one.zh}](#{one.anchor}) {len(found)}" for one, found in mine.items())
        total = sum(map(len, mine.values()))
        yield f"| [{domain.upper()} {title}](#{domain}) | {total} | {links} |"
    yield f"| | {len(ALL_DEFINITIONS):,} | [规则 rules](#rules) |"
    yield ""


def _domain(
    domain: str,
    title: str,
    sections: dict[Section, list[Definition]],
    worked: dict[Section, list[Example]],
) -> Iterator[str]:
    found = [one for definitions in sections.values() for one in definitions]
    sources = dict.fromkeys(one.source for one in found if one.source)
    subjects = dict.fromkeys(SUBJECTS[one.subject] for one in found)
    yield f'## <a id="{domain}"></a>{domain.upper()} {title}'
    yield ""
    told = ", ".join(f"`{code}` {PRODUCTS[code].title}" for code in sources)
    if any(not one.source for one in found):
        told = f"other indicators 其他指标, {told}"
    yield f"{len(found)} indicators of {'、'.join(subjects)}, from {told}."
    yield ""
    for section, definitions in sections.items():
        yield f'### <a id="{section.anchor}"></a>{section.zh} {section.en}'
        yield ""
        yield from _worked(worked[section])
        yield from _table(definitions)


def _worked(found: Sequence[Example]) -> Iterator[str]:
    yield f"示例 ([{found[0].file}.json](examples/indicators/{found[0].file}.json)):"
    yield ""
    by_table: dict[str, list[Example]] = {}
    for one in found:
        by_table.setdefault(one.definition.calculation.table, []).append(one)
    for table, mine in by_table.items():
        yield from _numbers(table, mine)
    yield "| 指标 | 值 | 手算 by hand |"
    yield "|---|---:|---|"
    for one in found:
        yield f"| `{one.name}` | {one.computed} | {one.working} |"
    yield ""


def _numbers(table: str, found: Sequence[Example]) -> Iterator[str]:
    """The example's rows, with the fields that its indicators read."""
    read = dict.fromkeys(
        path.partition(".")[2]
        for one in found
        for path in one.definition.fields
        if path.startswith(f"{table}.")
    )
    rows = found[0].rows()
    shown = [name for name in read if any(row.get(name) is not None for row in rows)]
    if not rows or not shown:
        return
    yield "| " + " | ".join(f"`{table}.{name}`" for name in shown) + " |"
    yield "|" + "---|" * len(shown)
    if len(rows) > MOST_ROWS:
        yield f"| … {len(rows) - MOST_ROWS} |" + " |" * (len(shown) - 1)
    for row in rows[-MOST_ROWS:]:
        yield "| " + " | ".join(_cell(row.get(name)) for name in shown) + " |"
    yield ""


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _table(definitions: Sequence[Definition]) -> Iterator[str]:
    yield f"<details><summary>{len(definitions)} 项指标 indicators</summary>"
    yield ""
    yield "| 指标 | 名称 | 单位 | 规则 | 历史月 | 级别 | 版本 |"
    yield "|---|---|---|---|---:|---:|---|"
    for one in definitions:
        unit = UNIT_NAMES[one.unit] + (f" .{one.decimals}" if one.decimals else "")
        yield (
            f"| `{one.id}` | {one.name_zh} | {unit} | `{one.calculation.agg}` "
            f"| {one.history_months} | {one.sensitivity} | `{one.version}` |"
        )
    yield ""
    yield "</details>"
    yield ""


def _rules() -> Iterator[str]:
    used = {one.calculation.agg for one in ALL_DEFINITIONS}
    yield '## <a id="rules"></a>规则 Rules'
    yield ""
    yield (
        "Rows count when they lie in the window and every condition holds. Where one is not known, "
        "or a value or entity that counts is null, the indicator is 缺失. Whatever is divided by "
        "nothing or by less than nothing is 无意义. Results are rounded once, half away from zero."
    )
    yield ""
    yield "| 规则 | 名称 | Meaning |"
    yield "|---|---|---|"
    for name, rule in RULES.items():
        if name in used:
            yield f"| `{name}` | {rule.zh} | {rule.meaning} |"
    yield ""
    yield "| 窗口 window | 名称 |"
    yield "|---|---|"
    for window, term in WINDOWS.items():
        yield f"| `{window.value}` | {term.zh}, {term.en} |"
    yield ""


def main() -> int:
    """Write the page, or check that it is what would be written."""
    return write_or_check("infra.indicator_catalogue", __doc__, documents)


if __name__ == "__main__":
    sys.exit(main())
