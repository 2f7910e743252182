"""Prints an application's story for a person: what a banker asks first comes first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from infra.local.story import Story

STATUS_NAMES = {
    "RUNNING": "办理中 running",
    "SUCCEEDED": "已结案 closed",
    "FAILED": "处理失败 failed",
    "TIMED_OUT": "已超时 timed out",
    "ABORTED": "已中止 aborted",
}
SHOWN_HASH_CHARACTERS = 12
MILLISECONDS = 1000
Lines = Iterator[tuple[str, str]]


def print_story(console: Console, story: Story) -> None:
    """Stations first, then what every module tells; `--json` has all of it."""
    console.print(f"\n[bold]{story.application_id}[/]  {STATUS_NAMES[story.status]}")
    console.print(_stations(story))
    for title, content in story.chapters.items():
        name = title.rpartition(" ")[2]
        chapter: Callable[[Any], Lines] = CHAPTERS.get(name, _anything)
        lines = list(chapter(content))
        if lines:
            console.print(f"[bold]{title}[/]")
            console.print(_grid(lines))
    facts = [(name, value) for name, value in story.facts.items() if name.endswith("_id")]
    console.print("[bold]编号 Identifiers[/]")
    console.print(_grid([("application_id", story.application_id), *facts]))


def _grid(lines: list[tuple[str, str]]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    for name, value in lines:
        grid.add_row(f"  {name}", value.replace("[", "\\["))
    return grid


def _stations(story: Story) -> Table:
    table = Table("环节", "state", "", "entered", "took", "tries", "errors")
    for step in story.steps:
        table.add_row(
            step.station,
            step.state,
            step.title if step.title != step.station else "",
            f"{step.entered:%H:%M:%S}",
            _duration(step.seconds),
            str(step.attempts) if step.attempts > 1 else "",
            ", ".join(step.errors),
        )
    return table


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "waiting"
    return f"{seconds * MILLISECONDS:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def yuan(fen: int) -> str:
    """Integer 分 as yuan for reading: 1234567 is 12,345.67."""
    sign, whole = "-" if fen < 0 else "", abs(fen)
    return f"{sign}{whole // 100:,}.{whole % 100:02d}"


def _rate(bps: int) -> str:
    return f"{bps / 100:.2f} %"


def _timeline(content: Mapping[str, Any]) -> Lines:
    for entry in content["entries"]:
        moment = str(entry["at"])[:19].replace("T", " ")
        yield moment, " ".join(filter(None, (entry["name"], entry.get("status"))))


def _application(content: Mapping[str, Any]) -> Lines:
    yield "状态 status", str(content["status_name"])
    if content.get("outcome_name"):
        yield "结果 outcome", str(content["outcome_name"])
    yield from _reasons(content)
    if offer := content.get("offer"):
        terms = f"{yuan(offer['principal_fen'])} × {_rate(offer['annual_rate_bps'])}"
        yield "报价 offer", f"{terms}, {offer['term_months']} months, {offer['method_name']}"
        yield "年化综合成本 all-in", f"{offer['apr_pct']} % a year; {offer['answer']}"


def _reasons(content: Mapping[str, Any]) -> Lines:
    for reason in content.get("reasons", ()):
        yield "原因 reason", f"{reason['code']}  {reason['text']}"


def _decision(content: Mapping[str, Any]) -> Lines:
    yield "结论 verdict", str(content["verdict_name"])
    probability = content["pd_ppm"] / 10_000
    yield "评分 score", f"{content['score']}, grade {content['grade']}, PD {probability:.2f} %"
    if content["limit_fen"]:
        yield "额度 limit", yuan(content["limit_fen"])
        yield "利率 rate", _rate(content["annual_rate_bps"])
    yield from _reasons(content)
    fired = [one["code"] for one in content.get("record", {}).get("tree", ()) if one.get("holds")]
    yield "触发规则 rules", ", ".join(fired) or "none"
    yield "策略版本 policy", str(content["policy_version"])
    yield "决策记录 record", f"sha256 {content['record_sha256'][:SHOWN_HASH_CHARACTERS]}…"


def _contract(content: Mapping[str, Any]) -> Lines:
    yield "状态 status", str(content["status_name"])
    yield "本金 principal", yuan(content["principal_fen"])
    for key, name in (("signed_at", "签署 signed"), ("sealed_at", "用印 sealed")):
        if content.get(key):
            yield name, str(content[key])[:19].replace("T", " ")
    if content.get("document_sha256"):
        yield "合同文件 PDF", f"sha256 {content['document_sha256'][:SHOWN_HASH_CHARACTERS]}…"


def _loan(content: Mapping[str, Any]) -> Lines:
    yield "状态 status", str(content["status_name"])
    rate = _rate(content["annual_rate_bps"])
    yield "本金 principal", f"{yuan(content['principal_fen'])} × {rate}"
    months = f"{content['term_months']} months, {content['method_name']}"
    yield "期限 term", f"{months}, {content['disbursement_date']} – {content['maturity_date']}"
    yield "利息 interest", f"{yuan(content['total_interest_fen'])} in all"
    checks = (f"{check['due_on']} {check['name']}" for check in content.get("checks", ()))
    yield "贷后检查 checks", ", ".join(checks)


def _ledger(content: Mapping[str, Any]) -> Lines:
    yield "转账 transfer", f"{content['state_name']} {yuan(content['amount_fen'])}"
    for voucher in content["vouchers"]:
        for entry in voucher["entries"]:
            yield f"{voucher['booked_on']} {voucher['step_name']}", _entry(entry)
    yield "账实核对 audit", "; ".join(content["violations"]) or "consistent 一致"


def _entry(entry: Mapping[str, Any]) -> str:
    account = f"{entry['account_code']} {entry['account_name']}"
    return f"{entry['side']:<6} {yuan(entry['amount_fen']):>14}  {account} ({entry['layer']})"


def _anything(content: Mapping[str, Any]) -> Lines:
    for name, value in content.items():
        if isinstance(value, str | int) and value != "":
            yield name, str(value)


CHAPTERS: Mapping[str, Callable[[Any], Lines]] = {
    "Timeline": _timeline,
    "Application": _application,
    "Decision": _decision,
    "Contract": _contract,
    "Loan": _loan,
    "Ledger": _ledger,
}
