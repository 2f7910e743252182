"""What the external-data demonstration found: the JSON report, and the same as tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from extdata.domain.query import STATUS_NAMES
from puhui.money import Money

PERCENTILES: Final = (50, 95, 99)
SIMULATED: Final = "（沙箱模拟）"
HEADINGS: Final = (
    "Calls\n调用",
    "Hits\n查得",
    "Fails\n失败",
    "Yuan\n费用 元",
    "p50/p95/p99\nms",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSeen:
    """One call of a provider as its query tells it."""

    provider_id: str
    outcome: str
    provider_ms: int
    cost_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSeen:
    """A question's final answer as its caller got it."""

    kind: str
    query_id: str
    status: str
    reason: str | None
    cached: bool
    elapsed_ms: float
    gateway_ms: int
    calls: tuple[CallSeen, ...] = ()


def build(answers: Sequence[AnswerSeen], asked: int, checks: Mapping[str, Any]) -> dict[str, Any]:
    """The report; `checks` are what only the run can know: gaps, overruns, chains, seconds."""
    by_status = Counter(answer.status for answer in answers)
    refused = Counter(answer.reason or "" for answer in answers if answer.status == "refused")
    unavailable = Counter(
        answer.reason or "" for answer in answers if answer.status == "unavailable"
    )
    final = sum(count for status, count in by_status.items() if status != "pending")
    hits, misses = by_status["hit"], by_status["miss"]
    return {
        "queries": asked,
        "answered": hits + misses,
        "lost": asked - final,
        "hits": hits,
        "misses": misses,
        "hit_rate": _share(hits, hits + misses),
        "cache_hits": sum(answer.cached for answer in answers),
        "cache_rate": _share(sum(answer.cached for answer in answers), hits + misses),
        "refused": dict(sorted(refused.items())),
        "unavailable": dict(sorted(unavailable.items())),
        "latency_ms": _percentiles([answer.elapsed_ms for answer in answers]),
        "gateway_ms": _percentiles([float(answer.gateway_ms) for answer in answers]),
        "by_provider": _by_provider(answers),
        **checks,
    }


def _by_provider(answers: Sequence[AnswerSeen]) -> dict[str, dict[str, Any]]:
    calls: dict[str, list[CallSeen]] = defaultdict(list)
    for answer in answers:
        for call in answer.calls:
            calls[call.provider_id].append(call)
    return {provider: _provider(seen) for provider, seen in sorted(calls.items())}


def _provider(calls: Sequence[CallSeen]) -> dict[str, Any]:
    made = [call for call in calls if call.provider_ms or call.outcome in ("hit", "miss")]
    outcomes = Counter(call.outcome for call in calls)
    known = outcomes["hit"] + outcomes["miss"]
    return {
        "calls": len(made),
        "hit_rate": _share(outcomes["hit"], known),
        "failed": {
            rule: count
            for rule, count in sorted(outcomes.items())
            if rule not in ("hit", "miss", "pending")
        },
        "cost_fen": sum(call.cost_fen for call in calls),
        "latency_ms": _percentiles([float(call.provider_ms) for call in made]),
    }


def _percentiles(values: Sequence[float]) -> dict[str, float]:
    """Nearest-rank percentiles, in milliseconds."""
    ordered = sorted(values)
    if not ordered:
        return {f"p{rank}": 0.0 for rank in PERCENTILES}
    return {
        f"p{rank}": round(ordered[max(-(-len(ordered) * rank // 100) - 1, 0)], 1)
        for rank in PERCENTILES
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def print_report(console: Console, report: Mapping[str, Any]) -> None:
    """The tables that a person reads at the end."""
    console.print(_summary(report))
    console.print(_providers(report["by_provider"], report.get("provider_names", {})))
    for title, counts in (("Refused 拒绝", "refused"), ("Unavailable 未取得", "unavailable")):
        lines = ", ".join(f"{reason} {count}" for reason, count in report[counts].items())
        console.print(f"[bold]{title}[/]: {lines or '–'}", soft_wrap=True)
    console.print(f"[bold]Breakers 熔断[/]: {_counts(report['breaker_transitions'])}")
    console.print(f"[bold]Quota stops 配额拦截[/]: {_counts(report['quota_stops'])}")
    _print_books(console, report)


def _print_books(console: Console, report: Mapping[str, Any]) -> None:
    gap = report["reconciliation_gap_fen"]
    console.print(
        f"[bold]Bill 账单[/]: metered 计量 {Money(report['cost_fen'])}, statements 服务商账单 "
        f"{Money(report['statement_fen'])}, disputed 争议 {report['disputes']} lines "
        f"{Money(report['disputed_fen'])}; gap 差额 = {gap} 分"
        + ("" if gap == 0 else " [red]NOT RECONCILED[/]"),
        soft_wrap=True,
    )
    audit = report["audit"]
    faults = audit["faults"]
    console.print(
        f"[bold]Audit chain 审计链[/]: {audit['records']} records in {audit['chains']} chains, "
        + ("verified 校验通过" if not faults else f"[red]{len(faults)} faults[/]")
    )
    console.print(
        f"[bold]Proofs 检查[/]: lost 丢失 {report['lost']}, overrun quotas 超配额 "
        f"{report['overrun_quotas']}, unconsented calls 无授权调用 {report['unconsented_calls']}, "
        f"replays 重放一致 {report['replays']['identical']}/{report['replays']['tried']}"
    )
    console.print(f"[bold]Time 用时[/]: {report['wall_seconds']:.1f} s")


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "–"


def _summary(report: Mapping[str, Any]) -> Table:
    table = Table(title="Queries 查询")
    for heading in (
        "Queries\n查询",
        f"Hits\n{STATUS_NAMES['hit']}",
        f"Misses\n{STATUS_NAMES['miss']}",
        "Cached\n缓存",
        "Hit rate\n查得率",
        "p50\nms",
        "p95\nms",
        "p99\nms",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    latency = report["latency_ms"]
    table.add_row(
        f"{report['queries']:,}",
        f"{report['hits']:,}",
        f"{report['misses']:,}",
        f"{report['cache_hits']:,}",
        f"{report['hit_rate']:.1%}",
        *(f"{latency[f'p{rank}']:,.1f}" for rank in PERCENTILES),
    )
    return table


def _providers(providers: Mapping[str, Any], names: Mapping[str, str]) -> Table:
    table = Table(title="Providers 服务商（沙箱模拟 simulated）")
    table.add_column("Provider\n服务商", no_wrap=True)
    for heading in HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for provider, row in providers.items():
        latency = row["latency_ms"]
        table.add_row(
            f"{provider}\n{names.get(provider, '').removesuffix(SIMULATED)}",
            f"{row['calls']:,}",
            f"{row['hit_rate']:.0%}",
            str(sum(row["failed"].values())),
            f"{Money(row['cost_fen']).yuan:,.2f}",
            "/".join(f"{latency[f'p{rank}']:,.0f}" for rank in PERCENTILES),
        )
    return table
