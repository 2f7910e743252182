"""`puhui bench`: what a decision costs, beside what a team would write instead."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Annotated, Any, Final

import typer

from infra.cli.console import console, errors, fail

PEERS: Final = {
    "usual_stack": "pandas + sessions + zen 常用组合",
    "polars_expressions": "polars, one expression each",
    "polars_tuned": "polars, long frame 调优",
    "pure_python": "plain Python 纯 Python",
}
STAGES: Final = {
    "decode": "decode 解码",
    "indicators": "indicators 指标",
    "models": "models 模型",
    "policy": "policy 策略",
    "record": "record 决策记录",
}
DIFFERENT: Final = 1
"""Exit code when a peer answers otherwise."""


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="Measure what a decision costs.", no_args_is_help=True)
    group.callback()(_describe)
    group.command("decision")(decision)
    app.add_typer(group, name="bench")


def _describe() -> None:
    """Measure the product beside its peers, in one process and on this machine."""


def decision(
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    rounds: Annotated[int, typer.Option(min=1, help="Everybody runs in each round.")] = 15,
    seed: Annotated[int, typer.Option(help="Which applicant is made.")] = 1,
    scale: Annotated[bool, typer.Option("--scale", help="Up to 100,000 events besides.")] = False,
) -> None:
    """Decide from 1.5 MB of raw documents, against pandas, polars and plain Python."""
    from infra.bench import different, run_decision_bench
    from infra.own_environment import EnvironmentFailed

    try:
        figures = run_decision_bench(rounds=rounds, seed=seed, scale=scale, say=errors.print)
    except EnvironmentFailed as error:
        fail(str(error))
    if as_json:
        sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
    else:
        for line in _lines(figures):
            console.print(line)
    found = different(figures)
    if found:
        fail(found[0] + f" ({len(found)} in all)", code=DIFFERENT)


def _lines(figures: dict[str, Any]) -> Iterator[str]:
    """The figures for people; milliseconds of CPU unless said."""
    megabytes = figures["raw_bytes"] / 1_000_000
    yield (
        f"One decision 一笔决策: {megabytes:.2f} MB raw documents, "
        f"{figures['indicators']} indicators, verdict {figures['verdict']}"
    )
    yield _line("from raw bytes 从原始报文", figures["p50_ms"], _wall(figures, "p50_wall_ms"))
    yield _line("  99th percentile", figures["p99_ms"], _wall(figures, "p99_wall_ms"))
    yield _line("from stored columns 从列存", figures["p50_from_columns_ms"])
    for name, shown in STAGES.items():
        yield _line(f"  {shown}", figures["stages_ms"][name])
    yield f"Peers 对照, {figures['common_indicators']} common indicators, equal to ours:"
    for name, shown in PEERS.items():
        times = f"{figures['times_ours'][name]:.1f} × ours"
        yield _line(f"  {shown}", figures["peers_p50_ms"][name], times)
    yield _line("cold start 冷启动", figures["cold_start_ms"], _wall(figures, "cold_start_wall_ms"))
    yield f"{'peak memory 峰值内存':<34}{figures['peak_mib']:9.0f} MiB"
    for point in figures.get("scale", ()):
        yield (
            f"{point['events']:>9,} events: raw {point['p50_ms']:8.1f} ms, "
            f"columns {point['p50_from_columns_ms']:7.1f} ms, "
            f"indicators {point['indicators_ms']:7.1f} ms "
            f"({point['indicators_ms_of_n_log_n']:.2f} of n log n)"
        )


def _line(what: str, milliseconds: float, note: str = "") -> str:
    return f"{what:<34}{milliseconds:9.2f} ms  {note}".rstrip()


def _wall(figures: dict[str, Any], name: str) -> str:
    return f"(wall {figures[name]:.1f} ms)"
