"""Prints an explanation for a person: the verdict first, then what it came from, then the proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from puhui.china.rule_tables import CONFIDENCE_NAMES, Confidence
from puhui.money import Money
from risk.domain.explanation import Explanation
from risk.domain.indicators.values import STATE_NAMES, State
from risk.domain.inputs import DERIVED

COLOURS: Final = {"approve": "green", "refer": "yellow", "decline": "red"}
SIGNS: Final = {"lt": "<", "le": "≤", "gt": ">", "ge": "≥"}
EFFECTS: Final = {"refer": "转人工 refer", "decline": "拒绝 decline"}
VALUES: Final = {True: "是 yes", False: "否 no", None: "未定 undetermined"}
SIZES: Final = {"large": "大型", "medium": "中型", "small": "小型", "micro": "微型"}
TITLE_KEYS: Final = ("code", "id", "node", "kind")
BPS_PER_PERCENT: Final = 100
PPM_PER_PERCENT: Final = 10_000
NAMES: Final = {
    "fired": "命中",
    "holds": "成立",
    "stage": "阶段",
    "effect": "结果",
    "comparisons": "条件",
    "inputs": "输入",
    "rows": "规则行",
    "waived": "豁免",
}


def print_explanation(console: Console, found: Explanation, *, full: bool) -> None:
    """Everything that the record says, as a banker would ask for it."""
    record = found.record
    colour = COLOURS[record["verdict"]]
    console.print(f"\n[bold]{record['decision_id']}[/]  {record['request']['application_id']}")
    console.print(f"结论 verdict: [bold {colour}]{found.verdict_name} {record['verdict']}[/]")
    console.print(_terms(record))
    _section(console, "原因 Reasons", _reasons(record["reasons"]))
    _section(console, "评分 Score", _score(found))
    _section(console, "事实 Facts", _facts(found))
    console.print(_tree(found, full=full))
    _lines(console, "所用指标 Indicators used", _indicators(found))
    _section(console, "监管标识 Regulatory labels", _labels(record["labels"]))
    _lines(console, "凭据 Proof", _proof(record))


def _section(console: Console, title: str, rows: Iterable[Sequence[str]]) -> None:
    cells = [[escape(cell) for cell in row] for row in rows]
    table = Table.grid(padding=(0, 2))
    for _ in range(max(map(len, cells), default=0)):
        # Chinese names have no spaces to break at.
        table.add_column(overflow="fold")
    for row in cells:
        table.add_row(*row)
    if cells:
        console.print(f"[bold]{title}[/]")
        console.print(table)


def _lines(console: Console, title: str, rows: Iterable[Sequence[str]]) -> None:
    """Rows of names and hashes: a column would cut them."""
    console.print(f"[bold]{title}[/]")
    for row in rows:
        console.print(escape("  ".join(cell for cell in row if cell)))


def _terms(record: Mapping[str, Any]) -> str:
    rate = record["annual_rate_bps"] / BPS_PER_PERCENT
    return f"额度 limit: {Money(record['limit_fen'])}   年利率 annual rate: {rate:.2f}%"


def _reasons(reasons: Sequence[Mapping[str, Any]]) -> Iterable[Sequence[str]]:
    for reason in reasons:
        yield "  " + reason["code"], reason["text"], f"客户: {reason['customer_text'] or ''}"


def _score(found: Explanation) -> Iterable[Sequence[str]]:
    score = found.score
    if score is None:
        return
    chance = score["pd_ppm"] / PPM_PER_PERCENT
    yield f"  {score['points']} 分", f"等级 grade {score['grade']}", f"违约概率 PD {chance:.2f}%"
    titles = {one.name: one for one in found.indicators}
    for one in score["contributions"]:
        used = titles[one["indicator"]]
        yield f"  {used.title}", f"{used.value}", f"{one['points_e4']} (不利 {one['adverse_e4']})"


def _facts(found: Explanation) -> Iterable[Sequence[str]]:
    for fact in found.facts:
        period = f"{fact['period_from']} – {fact['period_to']}" if "period_from" in fact else ""
        rows = f"{fact['row_count']} rows" if "row_count" in fact else str(fact["reason"] or "")
        name = f"  {fact['product_name']} {fact['product']}"
        yield name, fact["state_name"], period, rows, str(fact["sha256"] or "")[:16]


def _tree(found: Explanation, *, full: bool) -> Tree:
    titles = {one.name: one.title for one in found.indicators}
    titles |= {name: one.name_zh for name, one in DERIVED.items()}
    tree = Tree("[bold]评估树 Evaluation tree[/]  ● 命中 fired  ○ 未命中 not fired")
    nodes = found.tree if isinstance(found.tree, list) else [found.tree]
    for node in nodes:
        _grow(tree, node, titles, full=full)
    return tree


def _grow(parent: Tree, node: Any, titles: Mapping[str, str], *, full: bool) -> None:
    """One node of whatever shape the policy's evaluation has."""
    if not isinstance(node, Mapping):
        parent.add(escape(_text(node)))
    elif "op" in node and "input" in node:
        parent.add(escape(_comparison(node, titles)))
    else:
        branch = parent.add(_title(node))
        if full or node.get("fired") is not False:
            _grow_inside(branch, node, titles, full=full)


def _grow_inside(
    branch: Tree, node: Mapping[str, Any], titles: Mapping[str, str], *, full: bool
) -> None:
    for key, inner in node.items():
        if key in (*TITLE_KEYS, "name", "fired", "holds", "effect", "stage"):
            continue
        if isinstance(inner, list):
            target = branch if key == "comparisons" else branch.add(NAMES.get(key, key))
            for one in inner:
                _grow(target, one, titles, full=full)
        elif isinstance(inner, Mapping):
            _grow_inside(branch.add(NAMES.get(key, key)), inner, titles, full=full)
        elif inner is not None:
            branch.add(escape(f"{titles.get(key, NAMES.get(key, key))}: {_text(inner)}"))


def _title(node: Mapping[str, Any]) -> str:
    mark = {True: "[red]●[/] ", False: "[dim]○[/] "}.get(node.get("fired"), "")  # type: ignore[arg-type]
    code = next((str(node[key]) for key in TITLE_KEYS if node.get(key)), "")
    effect = EFFECTS.get(str(node.get("effect")), "")
    unknown = " [yellow]资料缺失 unknown[/]" if node.get("holds", False) is None else ""
    return f"{mark}[bold]{escape(code)}[/] {escape(str(node.get('name', '')))} {effect}{unknown}"


def _comparison(node: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    title = titles.get(node["input"], node["input"])
    value = STATE_NAMES[State(node["state"])] if node["value"] is None else node["value"]
    against = node.get("threshold_input")
    right = f"{titles.get(against, against)} {node['threshold']}" if against else node["threshold"]
    return f"{title} = {value}    {SIGNS.get(node['op'], node['op'])} {right} ?"


def _indicators(found: Explanation) -> Iterable[Sequence[str]]:
    for one in found.indicators:
        unit = "" if one.unit == "ratio" else one.unit
        yield f"  {one.title}:", one.value, unit, f"({one.name})"
    counted = "  ".join(f"{STATE_NAMES[State(key)]} {n}" for key, n in found.states.items())
    yield "  指标库全部 whole library", counted


def _labels(labels: Sequence[Mapping[str, Any]]) -> Iterable[Sequence[str]]:
    for label in labels:
        value = label["value"]
        shown = SIZES.get(value) if isinstance(value, str) else VALUES[value]
        lacks = f" (缺 {', '.join(label['missing'])})" if label["missing"] else ""
        sure = CONFIDENCE_NAMES[Confidence(label["confidence"])]
        yield f"  {label['name']} {label['label']}", str(shown), label["clause"] + lacks, sure


def _proof(record: Mapping[str, Any]) -> Iterable[Sequence[str]]:
    manifest, given = record["manifest"], record["given"]
    yield "  时点 decided at", given["decided_at"], f"代码 code {given['code_version']}"
    for title, ones in (("策略 policy", "policies"), ("模型 model", "models")):
        for one in manifest[ones]:
            yield f"  {title}", f"{one['id']} {one['version']}", one["sha256"]
    yield "  指标库 library", "", manifest["library_sha256"]
    yield "  参数表 parameters", "", manifest["parameters_sha256"]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return VALUES[value]
    return str(value)
