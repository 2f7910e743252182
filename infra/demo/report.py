"""What the demonstration found: the JSON report, and the same as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from infra.demo.run import Journey
from puhui.contracts.factory import OUTCOME_NAMES, STATION_NAMES
from puhui.money import Money

VERDICT_KEYS: Final = {"approve": "approved", "refer": "referred", "decline": "declined"}
VERDICT_TEXTS: Final = {"approved": "系统通过", "referred": "转人工", "declined": "系统拒绝"}
FEN_PER_WAN: Final = 1_000_000
"""10,000 yuan in 分: the unit in which bankers read loan amounts."""
BPS_PER_PERCENT: Final = 100


def build(
    journeys: Sequence[Journey],
    verdicts: Mapping[str, str],
    stations: Mapping[str, Mapping[str, float | int]],
    figures: Mapping[str, Any],
) -> dict[str, Any]:
    """The report; `verdicts` are risk's by application id, absent where intake declined first."""
    by_verdict = Counter(verdict_of(journey, verdicts) for journey in journeys)
    disbursed = [j for j in journeys if j.ending.get("outcome") == "disbursed"]
    finished = [j for j in journeys if j.finished]
    return {
        "applicants": len(journeys),
        "finished": len(finished),
        "stuck": len(journeys) - len(finished),
        "verdicts": {key: by_verdict.get(key, 0) for key in VERDICT_KEYS.values()},
        "outcomes": dict(Counter(str(j.ending["outcome"]) for j in finished)),
        "disbursed_count": len(disbursed),
        "disbursed_fen": sum(_principal(j) for j in disbursed),
        "stations": {station: dict(stations[station]) for station in STATION_NAMES},
        "example_application_id": next(
            (j.application_id for j in (*disbursed, *journeys) if j.application_id), None
        ),
        "troubles": {j.applicant: j.trouble for j in journeys if j.trouble},
        **figures,
    }


def verdict_of(journey: Journey, verdicts: Mapping[str, str]) -> str:
    """The first verdict on a firm; one declined at intake never came before the engine."""
    return VERDICT_KEYS[verdicts.get(journey.application_id or "", "decline")]


def _principal(journey: Journey) -> int:
    offer = journey.ending.get("offer") or {}
    return int(offer.get("principal_fen", 0))


def print_report(
    console: Console,
    report: Mapping[str, Any],
    journeys: Sequence[Journey],
    verdicts: Mapping[str, str],
) -> None:
    """The tables that a person reads at the end."""
    console.print(_verdict_table(journeys, verdicts))
    console.print(_station_table(report["stations"]))
    gap = report["trial_balance_fen"]
    console.print(
        f"[bold]Books 账务[/]: {report['disbursed_count']} loans, "
        f"{Money(report['disbursed_fen'])} disbursed; trial balance 试算平衡差额 = {gap} 分"
        + ("" if gap == 0 else " [red]NOT BALANCED[/]")
    )
    console.print(
        f"[bold]Work 用量[/]: {report['wall_seconds']:.1f} s, "
        f"{report['lambda_invocations']} Lambda invocations, "
        f"{report['state_transitions']} state transitions"
    )
    if report["external_data"]["queries"]:
        console.print(_external_data(report["external_data"]))
    for applicant, trouble in report["troubles"].items():
        console.print(f"[red]stuck[/] {applicant}: {trouble}")


def _external_data(asked: Mapping[str, Any]) -> str:
    return (
        f"[bold]External data 外部数据[/]: {asked['queries']} queries, {asked['hits']} hits 查得, "
        f"{asked['cache_hits']} from the cache; {Money(asked['cost_fen'])}, "
        f"{Money(asked['cost_per_application_fen'])} an application 每笔申请"
    )


def _verdict_table(journeys: Sequence[Journey], verdicts: Mapping[str, str]) -> Table:
    table = Table(title="Verdicts and outcomes 决策与结果")
    for heading, right in (
        ("First verdict\n首次决策", False),
        ("Outcome\n结果", False),
        ("Firms\n户数", True),
        ("Requested\n申请 万元", True),
        ("Disbursed\n放款 万元", True),
        ("Rate\n年利率 %", True),
    ):
        table.add_column(heading, justify="right" if right else "left", no_wrap=True)
    groups: dict[tuple[str, str], list[Journey]] = {}
    for journey in journeys:
        outcome = str(journey.ending.get("outcome", "stuck"))
        groups.setdefault((verdict_of(journey, verdicts), outcome), []).append(journey)
    for (verdict, outcome), members in sorted(groups.items()):
        disbursed = outcome == "disbursed"
        table.add_row(
            f"{verdict}\n{VERDICT_TEXTS[verdict]}",
            f"{outcome}\n{OUTCOME_NAMES.get(outcome, '未结束')}",
            str(len(members)),
            _wan(sum(member.requested_fen for member in members)),
            _wan(sum(_principal(member) for member in members)) if disbursed else "–",
            _rates(members) if disbursed else "–",
        )
    return table


def _wan(fen: int) -> str:
    return f"{fen / FEN_PER_WAN:,.1f}"


def _rates(members: Sequence[Journey]) -> str:
    rates = sorted(int(member.ending["offer"]["annual_rate_bps"]) for member in members)
    low, high = rates[0] / BPS_PER_PERCENT, rates[-1] / BPS_PER_PERCENT
    return f"{low:.2f}–{high:.2f}"


def _station_table(stations: Mapping[str, Mapping[str, float | int]]) -> Table:
    table = Table(title="Time per station 各环节耗时 (waiting for the demo's people included)")
    table.add_column("Station 环节")
    for heading in ("Applications 笔数", "p50 ms", "p95 ms"):
        table.add_column(heading, justify="right")
    for station, name in STATION_NAMES.items():
        row = stations[station]
        table.add_row(
            f"{station} {name}",
            str(row["count"]),
            f"{row['p50_ms']:,.0f}",
            f"{row['p95_ms']:,.0f}",
        )
    return table
