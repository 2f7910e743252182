"""Draws the pictures of a model from their numbers, one PNG of six and one of the effects."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

CHAMPION: Final = "#1f5a8a"
SCORECARD: Final = "#d9822b"
GOOD: Final = "#3a7d5d"
BAD: Final = "#a94442"
COLOURS: Final = {"champion": CHAMPION, "scorecard": SCORECARD}
DOTS_PER_INCH: Final = 110

Numbers = Mapping[str, Any]


def draw(numbers: Numbers, folder: Path, title: str) -> tuple[str, ...]:
    """Write `performance.png` and `effects.png` into a folder; answer their names."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, 3, figsize=(14, 8.5), layout="constrained")
    figure.suptitle(f"{title}: rows left out of the fit")
    _roc(axes[0][0], numbers["roc"])
    _ks(axes[0][1], numbers["ks"])
    _calibration(axes[0][2], numbers["calibration"])
    _scores(axes[1][0], numbers["scores"])
    _lift(axes[1][1], numbers["lift"])
    _stability(axes[1][2], numbers)
    figure.savefig(folder / "performance.png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    pyplot.close(figure)
    _effects(pyplot, numbers["effects"], folder / "effects.png", title)
    return "performance.png", "effects.png"


def _roc(axis: Any, curves: Numbers) -> None:
    for name, curve in curves.items():
        axis.plot(curve["goods_refused"], curve["bads_refused"], color=COLOURS[name], label=name)
    axis.plot([0, 1], [0, 1], color="#999999", linewidth=0.8)
    _label(axis, "ROC", "share of goods refused", "share of bads refused")
    axis.legend()


def _ks(axis: Any, shares: Numbers) -> None:
    axis.plot(shares["share_of_all"], shares["goods"], color=GOOD, label="goods")
    axis.plot(shares["share_of_all"], shares["bads"], color=BAD, label="bads")
    gaps = [good - bad for good, bad in zip(shares["goods"], shares["bads"], strict=True)]
    widest = max(range(len(gaps)), key=lambda place: gaps[place])
    at = shares["share_of_all"][widest]
    axis.plot([at, at], [shares["bads"][widest], shares["goods"][widest]], color="#333333")
    _label(axis, f"KS = {gaps[widest]:.3f} (champion)", "rows, least risky first", "share reached")
    axis.legend()


def _calibration(axis: Any, lines: Numbers) -> None:
    top = 0.0
    for name, line in lines.items():
        axis.plot(line["predicted"], line["observed"], "o-", color=COLOURS[name], label=name)
        top = max(top, *line["predicted"], *line["observed"])
    axis.plot([0, top], [0, top], color="#999999", linewidth=0.8)
    _label(axis, "Calibration by tenths", "predicted probability", "observed bad rate")
    axis.legend()


def _scores(axis: Any, histogram: Numbers) -> None:
    edges = histogram["edges"]
    for name, colour in (("goods", GOOD), ("bads", BAD)):
        total = sum(histogram[name])
        shares = [count / total for count in histogram[name]]
        axis.stairs(shares, edges, fill=True, alpha=0.5, color=colour, label=name)
    _label(axis, "Scores (champion)", "probability, top 0.5 % in the last bar", "share of class")
    axis.legend()


def _lift(axis: Any, lifts: Numbers) -> None:
    for place, (name, values) in enumerate(lifts.items()):
        tenths = [number + 0.4 * place + 0.8 for number in range(len(values))]
        axis.bar(tenths, values, width=0.4, color=COLOURS[name], label=name)
    axis.axhline(1, color="#999999", linewidth=0.8)
    _label(axis, "Lift", "tenth, riskiest first", "bad rate / bad rate of all")
    axis.legend()


def _stability(axis: Any, numbers: Numbers) -> None:
    values = {f"fold {n}": one for n, one in enumerate(numbers["psi_between_folds"], start=1)}
    if "psi_over_time" in numbers:
        values["over time"] = numbers["psi_over_time"]
    axis.bar(list(values), list(values.values()), color=CHAMPION)
    for limit, colour in ((0.10, SCORECARD), (0.25, BAD)):
        if max(values.values()) > limit / 2:
            axis.axhline(limit, color=colour, linewidth=1, linestyle="--")
    _label(axis, "PSI of the score (0.10 look, 0.25 act)", "", "PSI")


def _effects(pyplot: Any, effects: list[Numbers], path: Path, title: str) -> None:
    columns = min(3, len(effects))
    rows = math.ceil(len(effects) / columns)
    figure, axes = pyplot.subplots(
        rows, columns, figsize=(4.7 * columns, 3.3 * rows), layout="constrained", squeeze=False
    )
    figure.suptitle(f"{title}: mean path attribution (bars) and bad rate (points) by value")
    for axis, effect in zip(axes.flat, effects, strict=False):
        _effect(axis, effect)
    for axis in list(axes.flat)[len(effects) :]:
        axis.axis("off")
    figure.savefig(path, dpi=DOTS_PER_INCH, metadata={"Software": None})
    pyplot.close(figure)


def _effect(axis: Any, effect: Numbers) -> None:
    groups = effect["groups"]
    names = ["none" if one["middle"] is None else f"{one['middle']:g}" for one in groups]
    places = list(range(len(groups)))
    values = [one["contribution"] for one in groups]
    axis.bar(places, values, color=[BAD if value > 0 else GOOD for value in values], alpha=0.7)
    axis.axhline(0, color="#666666", linewidth=0.8)
    axis.set_xticks(places, names, rotation=60, fontsize=7)
    axis.set_title(effect["feature"][-44:], fontsize=9)
    axis.set_ylabel("log-odds", fontsize=8)
    other = axis.twinx()
    other.plot(places, [one["bad_rate"] for one in groups], "o-", color="#333333", markersize=3)
    other.set_ylim(bottom=0)
    other.tick_params(labelsize=7)


def _label(axis: Any, title: str, across: str, up: str) -> None:
    axis.set_title(title)
    axis.set_xlabel(across)
    axis.set_ylabel(up)
