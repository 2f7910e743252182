"""Prints an explanation for a person: the verdict first, then what it came from, then the proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from infra.cli.explanation_tree import evaluation_tree
from puhui.china.rule_tables import CONFIDENCE_NAMES, Confidence
from puhui.money import Money
from risk.domain.explanation import Explanation
from risk.domain.indicators.values import STATE_NAMES, State
from risk.domain.policy import Policy

COLOURS: Final = {"approve": "green", "refer": "yellow", "decline": "red"}
VALUES: Final = {True: "是 yes", False: "否 no", None: "未定 undetermined"}
SIZES: Final = {"large": "大型", "medium": "中型", "small": "小型", "micro": "微型"}
BPS_PER_PERCENT: Final = 100
PPM_PER_PERCENT: Final = 10_000


def print_explanation(console: Console, found: Explanation, policy: Policy, *, full: bool) -> None:
    """Everything that the record says, as a banker would ask for it."""
    record = found.record
    colour = COLOURS[record["verdict"]]
    console.print(f"\n[bold]{record['decision_id']}[/]  {record['request']['application_id']}")
    console.print(f"结论 verdict: [bold {colour}]{found.verdict_name} {record['verdict']}[/]")
    console.print(_terms(record))
    _section(console, "原因 Reasons", _reasons(record["reasons"]))
    _section(console, "评分 Score", _score(found))
    _lines(console, "模型 Models", _models(found))
    _section(console, "事实 Facts", _facts(found))
    console.print(evaluation_tree(found, policy, full=full))
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
    yield (
        f"  {score['points']} 分",
        f"等级 grade {found.record['grade']}",
        f"违约概率 PD {chance:.2f}%",
    )
    titles = {one.name: one for one in found.indicators}
    for one in score["contributions"]:
        used = titles[one["indicator"]]
        yield f"  {used.title}", f"{used.value}", f"{one['points_e4']} (不利 {one['adverse_e4']})"


def _models(found: Explanation) -> Iterable[Sequence[str]]:
    """What each model said, and why; one that was not asked says why not."""
    for one in found.models:
        said = one.silent or "  ".join(f"{name} {value}" for name, value in one.figures)
        yield f"  {one.catalogue_id} {one.name_zh}:", said
        if one.reasons:
            yield "     ", "；".join(one.reasons)


def _facts(found: Explanation) -> Iterable[Sequence[str]]:
    for fact in found.facts:
        period = f"{fact['period_from']} – {fact['period_to']}" if "period_from" in fact else ""
        rows = f"{fact['row_count']} rows" if "row_count" in fact else str(fact["reason"] or "")
        name = f"  {fact['product_name']} {fact['product']}"
        yield name, fact["state_name"], period, rows, str(fact["sha256"] or "")[:16]


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
