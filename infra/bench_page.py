"""Writes `docs/performance.md` and its curve from the figures of one run.

puhui bench decision --scale --json > figures.json
python -m infra.bench_page figures.json
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from infra.config import ROOT

PAGE: Final = ROOT / "docs" / "performance.md"
IMAGE: Final = ROOT / "docs" / "images" / "decision-scale.svg"
CURVES: Final = {
    "p50_ms": "decision from raw",
    "p50_from_columns_ms": "decision from columns",
    "decode_ms": "decode",
    "indicators_ms": "indicators",
}
WHOLE: Final = ("p50_ms", "p50_from_columns_ms")
PEERS: Final = {
    "usual_stack": "`json` + pandas group-by + a session for each model + zen with trace",
    "polars_expressions": "orjson + polars, one expression for each indicator",
    "polars_tuned": "orjson + polars group-by on one long frame",
    "pure_python": "orjson + one pass of plain Python",
}
PACKAGES: Final = (
    "numpy", "onnxruntime", "msgspec", "orjson", "pandas", "polars", "zen-engine",
)  # fmt: skip
STAGES: Final = {
    "decode": "decode and check twelve documents",
    "indicators": "all indicators",
    "models": "models",
    "policy": "policy, limit, price",
    "record": "canonical record and its hash",
}


def page(figures: dict[str, Any]) -> str:
    """The whole page."""
    return "\n".join((_what(figures), _decision(figures), _peers(figures), _scale(figures)))


def _what(figures: dict[str, Any]) -> str:
    machine, megabytes = figures["machine"], figures["raw_bytes"] / 1_000_000
    return f"""# What a decision costs 决策性能

    puhui bench decision [--json] [--rounds N] [--seed S] [--scale]

One process, one thread, one applicant: 3,000 bank transactions, 2,000 invoices, a credit report
with 20 accounts and 200 queries, 36 tax returns and the other eight products, {megabytes:.2f} MB of
raw JSON (seed {figures["seed"]}). Ours is the use case that runs on Lambda, with its stores in
memory: raw bytes → check the hash, decode and validate → {figures["indicators"]:,} indicators →
models → policy, limit, price → canonical record. Nothing of AWS is in these figures.

Measured in {figures["rounds"]} rounds, in each of which everybody runs, on
{machine["processor"]} ({machine["cpus"]} CPUs, load {machine["load_1m"]:.1f}), Python
{machine["python"]}, {", ".join(f"{name} {machine[name]}" for name in PACKAGES)}.
**Milliseconds are process CPU time** (median), because a neighbour on the same machine doubles
the wall clock; the wall clock is given where it says so. Compare ratios between machines, not
milliseconds.
"""


def _decision(figures: dict[str, Any]) -> str:
    return f"""## One decision 一笔决策

{_table(("", "CPU ms", "wall ms"), _decision_rows(figures))}

Stages from raw bytes, medians; {figures["other_ms"]:.2f} ms are none of them:

{_table(("stage", "CPU ms"), _stage_rows(figures))}

A fresh process that decides once needs {figures["peak_mib"]:.0f} MiB at most, one that is only
ready {figures["idle_mib"]:.0f} MiB. From the start of the interpreter until imports, plan and
models are ready it takes {figures["cold_start_ms"]:.0f} ms of CPU
({figures["cold_start_wall_ms"]:.0f} ms by the wall clock), with bytecode that was compiled before.
"""


def _peers(figures: dict[str, Any]) -> str:
    return f"""## Against what a team would write instead 对照

The peers make the **{figures["common_indicators"]} common indicators only**, without states for
missing data; the usual stack runs models and rules besides. Ours makes all
{figures["indicators"]:,}, their states, limit, price and record. Before the first round every value
of every peer is compared with ours, rounded as ours is, to 10⁻⁶: {_equality(figures)}

{_table(("peer", "CPU ms", "× ours", "× ours from columns"), _peer_rows(figures))}

What is the same for every applicant (questions, expressions, models, rules) is made before anybody
is timed. The tuned polars groups one long frame of all tables; plain Python evaluates a condition
once for each combination of codes. A faster peer is welcome: `tests/benchmarks/decision/peer_*.py`.
"""


def _equality(figures: dict[str, Any]) -> str:
    count = sum(len(found) for found in figures["differences"].values())
    return "all are equal." if not count else f"**{count} differ**."


def _decision_rows(figures: dict[str, Any]) -> Iterable[Sequence[str]]:
    for what, cpu, wall in (
        ("from raw bytes, p50", "p50_ms", "p50_wall_ms"),
        ("from raw bytes, p99", "p99_ms", "p99_wall_ms"),
        ("from columns stored at arrival, p50", "p50_from_columns_ms", "p50_from_columns_wall_ms"),
    ):
        yield what, f"{figures[cpu]:.2f}", f"{figures[wall]:.2f}"


def _stage_rows(figures: dict[str, Any]) -> Iterable[Sequence[str]]:
    for stage, what in STAGES.items():
        yield what, f"{figures['stages_ms'][stage]:.2f}"


def _peer_rows(figures: dict[str, Any]) -> Iterable[Sequence[str]]:
    yield "**ours, everything, from raw bytes**", f"**{figures['p50_ms']:.2f}**", "1.0", ""
    stored = figures["p50_from_columns_ms"]
    for name, what in PEERS.items():
        milliseconds = figures["peers_p50_ms"][name]
        ratios = f"{figures['times_ours'][name]:.1f}", f"{milliseconds / stored:.1f}"
        yield what, f"{milliseconds:.1f}", *ratios


def _scale(figures: dict[str, Any]) -> str:
    rows = [
        (
            f"{point['events']:,}",
            f"{point['raw_bytes'] / 1_000_000:.1f}",
            *(f"{point[name]:.1f}" for name in CURVES),
            *(f"{point[f'{name}_of_n_log_n']:.2f}" for name in WHOLE),
            *(f"{point[f'{name}_step']:.2f}" for name in WHOLE),
        )
        for point in figures["scale"]
    ]
    heads = ("events", "MB", *CURVES.values(), *(f"{what} {one}" for what in "FG" for one in "rc"))
    return f"""## From 1,000 to 100,000 events 规模

Bank transactions and invoices together (three to two), the other ten documents as above; CPU ms.

{_table(heads, rows)}

F is the cost over n log n relative to the first row, G relative to the row before, of a decision
from raw bytes (r) and from columns (c): 1 or less is no worse than n log n. G is the stricter one,
because much of a small applicant's cost does not depend on its events and flatters F.

![Cost by number of events](images/{IMAGE.name})
"""


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ["---", *("---:" for _ in heads[1:])]
    lines = (heads, rule, *rows)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def curve(points: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw the cost by number of events on two logarithmic axes, beside n log n."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams |= {"svg.hashsalt": "decision-scale", "svg.fonttype": "none"}
    from matplotlib import pyplot

    events = [point["events"] for point in points]
    figure, axes = pyplot.subplots(figsize=(7, 4.2))
    for name, label in CURVES.items():
        axes.loglog(events, [point[name] for point in points], marker="o", label=label)
    first = points[0]
    unit = first["p50_ms"] / (events[0] * math.log(events[0]))
    bound = [unit * n * math.log(n) for n in events]
    axes.loglog(events, bound, linestyle="--", color="grey", label="n log n from the first point")
    axes.set_xlabel("bank transactions and invoices")
    axes.set_ylabel("CPU ms")
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend(fontsize="small")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)


def main() -> None:
    """Write both files from a file of figures."""
    if len(sys.argv) != 2:
        sys.exit("python -m infra.bench_page FIGURES.json")
    figures = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    if "scale" not in figures:
        sys.exit("the figures are those of a run without --scale")
    PAGE.write_text(page(figures), encoding="utf-8")
    curve(figures["scale"], IMAGE)


if __name__ == "__main__":
    main()
