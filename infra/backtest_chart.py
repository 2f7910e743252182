"""A back-test's report as one picture: verdicts, swap set, and what changed in limit and price."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from infra.chart_words import Words, use_chinese_font

VERDICTS: Final = {"approve": "通过", "refer": "人工", "decline": "拒绝"}
COLOURS: Final = {"approve": "#3a7d5d", "refer": "#d9a441", "decline": "#a94442"}
FEN_PER_WAN: Final = 1_000_000


def draw(report: Mapping[str, Any], path: Path) -> None:
    """Write the picture; the file's ending says which kind."""
    import matplotlib

    matplotlib.use("svg" if path.suffix == ".svg" else "agg")
    with matplotlib.rc_context({"svg.hashsalt": "backtest"}):
        from matplotlib import pyplot

        words = Words(use_chinese_font(matplotlib))
        figure, axes = pyplot.subplots(2, 2, figsize=(11, 8), layout="constrained")
        old, new = (report["policies"][side]["version"] for side in ("old", "new"))
        count = report["population"]["count"]
        figure.suptitle(
            words("策略回测", f"Back-test: {old} → {new}, as of {report['as_of']}, n = {count}")
        )
        _shares(axes[0][0], report, words)
        _swaps(axes[0][1], report, words)
        limit, rate = report["limit_change_fen"], report["rate_change_bps"]
        _bars(axes[1][0], limit["histogram"], FEN_PER_WAN)
        axes[1][0].set_title(words("额度变化（万元）", "limit change, 10,000 yuan"))
        _bars(axes[1][1], rate["histogram"], 1)
        axes[1][1].set_title(words("利率变化（基点）", "rate change, basis points"))
        for axis, change in ((axes[1][0], limit), (axes[1][1], rate)):
            axis.set_ylabel(words("户数", f"applicants, {change['count']} approved by both"))
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
        pyplot.close(figure)


def _shares(axis: Any, report: Mapping[str, Any], words: Words) -> None:
    sides = (("new", words("新策略", "new")), ("old", words("旧策略", "old")))
    for place, (side, _) in enumerate(sides):
        left = 0.0
        for verdict, colour in COLOURS.items():
            share = report["verdicts"][side][verdict]["share_bp"] / 100
            label = _verdict(words, verdict) if place == 0 else None
            axis.barh(place, share, left=left, color=colour, label=label)
            if share >= 5:
                axis.text(left + share / 2, place, f"{share:.1f}%", ha="center", va="center")
            left += share
    axis.set_yticks(range(len(sides)), [name for _, name in sides])
    axis.set_xlim(0, 100)
    axis.set_title(words("审批结果占比", "verdicts, %"))
    axis.legend(ncols=3, fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.06))


def _swaps(axis: Any, report: Mapping[str, Any], words: Words) -> None:
    found = {(one["old"], one["new"]): one for one in report["swap_set"]}
    counts = [[found[old, new]["count"] for new in VERDICTS] for old in VERDICTS]
    most = max(max(row) for row in counts)
    axis.imshow(counts, cmap="Blues", vmin=0, vmax=max(most, 1))
    for row, old in enumerate(VERDICTS):
        for column, new in enumerate(VERDICTS):
            one = found[old, new]
            bad = f"\n{one['bad']}/{one['labelled']}" if one["labelled"] else ""
            colour = "white" if one["count"] * 2 > most else "black"
            axis.text(column, row, f"{one['count']}{bad}", ha="center", va="center", color=colour)
    names = [_verdict(words, verdict) for verdict in VERDICTS]
    axis.set_xticks(range(len(names)), names)
    axis.set_yticks(range(len(names)), names)
    axis.set_xlabel(words("新策略", "new"))
    axis.set_ylabel(words("旧策略", "old"))
    axis.set_title(words("换入换出：户数，违约/有结果\n", "swap set: count, bad/labelled"))


def _bars(axis: Any, histogram: list[dict[str, Any]], unit: int) -> None:
    labels = [_label(bar, unit) for bar in histogram]
    axis.bar(range(len(labels)), [bar["count"] for bar in histogram], color="#4a6fa5")
    axis.set_xticks(range(len(labels)), labels, rotation=45, ha="right", fontsize="small")
    axis.yaxis.get_major_locator().set_params(integer=True)


def _verdict(words: Words, verdict: str) -> str:
    return words(VERDICTS[verdict], verdict)


def _label(bar: Mapping[str, Any], unit: int) -> str:
    """What a bar holds; the one from −1 to 0 is what did not change."""
    over, up_to = bar["over"], bar["up_to"]
    if (over, up_to) == (-1, 0):
        return "0"
    if over is None:
        return f"≤ {up_to // unit}"
    if up_to is None:
        return f"> {over // unit}"
    return f"{int(over / unit)} … {int(up_to / unit)}"
