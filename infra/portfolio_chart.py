"""An allocated portfolio as three pictures: profit against budget, who gets it, rate against PD."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from infra.chart_words import Words, use_chinese_font
from puhui.china.industries import name_of

WAN: Final = 10_000
GRADE_COLOURS: Final = {"A": "#3a7d5d", "B": "#4a6fa5", "C": "#d9a441"}
OTHER_COLOUR: Final = "#888888"
BLUE: Final = "#4a6fa5"
RED: Final = "#a94442"

Report = Mapping[str, Any]


def draw(report: Report, folder: Path) -> list[Path]:
    """Write the pictures into a folder; the same report always gives the same bytes."""
    import matplotlib

    matplotlib.use("svg")
    folder.mkdir(parents=True, exist_ok=True)
    pictures: dict[str, Callable[[Any, Report, Words], None]] = {
        "frontier": _frontier,
        "grades": _grades,
        "rates": _rates,
    }
    written = []
    with matplotlib.rc_context({"svg.hashsalt": "portfolio", "axes.grid": True}):
        from matplotlib import pyplot

        words = Words(use_chinese_font(matplotlib))
        matplotlib.rcParams.update({"grid.alpha": 0.3, "axes.axisbelow": True})
        for name, picture in pictures.items():
            figure = pyplot.figure(figsize=(10, 6.5), layout="constrained")
            picture(figure, report, words)
            path = folder / f"portfolio-{name}.svg"
            figure.savefig(path, metadata={"Date": None})
            pyplot.close(figure)
            written.append(path)
    return written


def _frontier(figure: Any, report: Report, words: Words) -> None:
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    line = report["frontier"]
    budgets = [one["budget_yuan"] / WAN for one in line]
    above.plot(
        budgets,
        [one["bound_yuan"] / WAN for one in line],
        "--",
        color=RED,
        label=words("上界", "bound (relaxation)"),
    )
    above.plot(
        budgets,
        [one["expected_profit_yuan"] / WAN for one in line],
        "o",
        color=BLUE,
        markersize=4,
        label=words("最优分配", "best allocation"),
    )
    above.set_ylabel(words("预期利润（万元）", "profit, 10,000 yuan"))
    above.set_ylim(bottom=0)
    above.set_title(
        words("预算与预期利润", f"profit against budget, as of {report['as_of']}"), pad=10
    )
    below.plot(budgets, [one["budget_dual"] * 100 for one in line], "o-", color=BLUE, markersize=4)
    below.set_ylabel(words("影子价格（%）", "shadow price, %"))
    below.set_xlabel(words("预算（万元）", "budget, 10,000 yuan"))
    below.set_ylim(bottom=0)
    for axis in (above, below):
        axis.axvline(report["budget_yuan"] / WAN, color="black", linewidth=0.8, linestyle=":")
        axis.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    above.legend(loc="lower right")


def _grades(figure: Any, report: Report, words: Words) -> None:
    left, right = figure.subplots(1, 2, width_ratios=[2, 3])
    capable = _capable(report)
    grades = sorted({*capable, *report["by_grade"]})
    _bars(
        left,
        [(one, words(f"{one} 级", "").strip() or one) for one in grades],
        capable,
        report["by_grade"],
        words,
    )
    left.set_title(words("按等级", "by grade"))
    left.set_xlabel(words("万元", "10,000 yuan"))
    sectors = sorted(report["by_sector"].items(), key=lambda one: -one[1]["total_yuan"])
    names = [(one, f"{one} {_short(one)}" if words.chinese else one) for one, _ in sectors]
    _bars(right, names, {}, report["by_sector"], words)
    right.set_title(words("按行业（由名称推断）", "by sector, guessed from names"))
    right.set_xlabel(words("万元", "10,000 yuan"))
    left.legend(loc="lower right", fontsize="small")


def _bars(
    axis: Any,
    groups: list[tuple[str, str]],
    capable: Mapping[str, float],
    found: Mapping[str, Any],
    words: Words,
) -> None:
    """What could be offered, what is, and what is expected to be taken, one under the other."""
    places = range(len(groups))
    if capable:
        values = [capable.get(group, 0) for group, _ in groups]
        label = words("可授信上限", "caps of all eligible")
        axis.barh(places, values, height=0.8, color="#dddddd", label=label)
    for key, height, colour, label in (
        ("total_yuan", 0.6, BLUE, words("授信额度", "offered")),
        ("expected_taken_up_yuan", 0.3, "#d9a441", words("预计用信", "expected to be taken")),
    ):
        values = [found.get(group, {}).get(key, 0) / WAN for group, _ in groups]
        axis.barh(places, values, height=height, color=colour, label=label)
    for place, (group, _) in zip(places, groups, strict=True):
        one = found.get(group)
        if one is not None:
            count = f"{one['firms']} 户" if words.chinese else str(one["firms"])
            text = f"{count} · {one['mean_rate_pct']:.2f} %"
            wide = max(one["total_yuan"] / WAN, capable.get(group, 0))
            axis.annotate(
                text, (wide, place), xytext=(4, 0), textcoords="offset points", va="center",
                fontsize="small",
            )  # fmt: skip
    axis.set_yticks(list(places), [name for _, name in groups])
    axis.invert_yaxis()
    axis.margins(x=0.45)
    axis.grid(axis="y", visible=False)
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def _rates(figure: Any, report: Report, words: Words) -> None:
    axis = figure.subplots()
    grade_of = {one["enterprise"]: one["grade"] for one in report["firms"]}
    for grade in sorted(report["by_grade"]):
        found = [one for one in report["allocations"] if grade_of[one["enterprise"]] == grade]
        axis.scatter(
            [one["pd_ppm"] / 10_000 for one in found],
            [one["annual_rate_pct"] for one in found],
            s=[one["amount_yuan"] / 20_000 for one in found],
            color=GRADE_COLOURS.get(grade, OTHER_COLOUR),
            alpha=0.6,
            linewidth=0,
            label=words(f"{grade} 级", f"grade {grade}"),
        )
    axis.set_xlabel(words("违约概率（%）", "probability of default, %"))
    axis.set_ylabel(words("年利率（%）", "yearly rate, %"))
    axis.set_title(
        words("违约概率与利率（点的大小为额度）", "rate against PD, size is amount"), pad=10
    )
    axis.legend(loc="lower right")


def _capable(report: Report) -> dict[str, float]:
    """The caps of all who could have been offered something, in 万元 by grade."""
    found: dict[str, float] = {}
    for one in report["firms"]:
        if one["outcome"] in ("offered", "not_chosen"):
            found[one["grade"]] = found.get(one["grade"], 0) + one["cap_yuan"] / WAN
    return found


def _short(sector: str) -> str:
    """The first words of a sector's name."""
    return name_of(sector).split("、")[0].split("和")[0]
