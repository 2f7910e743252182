"""A simulation as four pictures: NPL by month, vintage curves, migration, how early warnings came.

Every picture is labelled as simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from infra.chart_words import Words, use_chinese_font
from servicing.domain.portfolio.month_end import TIER_NAMES

FEN_PER_WAN: Final = 1_000_000
PPM_PER_PERCENT: Final = 10_000
BLUE, RED, GREEN, GREY = "#4a6fa5", "#a94442", "#3a7d5d", "#888888"
LEAD_BIN_DAYS: Final = 30
QUARTERS_SHOWN: Final = 8
"""Vintages are drawn by quarter; so many, the oldest first."""
Report = Mapping[str, Any]
Leads = Sequence[int | None]


def draw(report: Report, leads: Leads, folder: Path) -> list[Path]:
    """Write the pictures into a folder; the same simulation always gives the same bytes."""
    import matplotlib

    matplotlib.use("svg")
    folder.mkdir(parents=True, exist_ok=True)
    pictures: dict[str, Callable[[Any, Words], None]] = {
        "npl": lambda figure, words: _npl(figure, report, words),
        "vintages": lambda figure, words: _vintages(figure, report, words),
        "migration": lambda figure, words: _migration(figure, report, words),
        "lead": lambda figure, words: _lead(figure, leads, words),
    }
    written = []
    with matplotlib.rc_context({"svg.hashsalt": "simulation", "axes.grid": True}):
        from matplotlib import pyplot

        words = Words(use_chinese_font(matplotlib))
        matplotlib.rcParams.update({"grid.alpha": 0.3, "axes.axisbelow": True})
        for name, picture in pictures.items():
            figure = pyplot.figure(figsize=(9, 5), layout="constrained")
            picture(figure, words)
            figure.suptitle(words("模拟", "SIMULATION"), color=RED, fontsize="small")
            path = folder / f"simulation-{name}.svg"
            figure.savefig(path, metadata={"Date": None})
            pyplot.close(figure)
            written.append(path)
    return written


def _npl(figure: Any, report: Report, words: Words) -> None:
    axis = figure.subplots()
    months = [one["as_of"][:7] for one in report["months"]]
    owed = [one["outstanding"]["fen"] / FEN_PER_WAN for one in report["months"]]
    axis.bar(months, owed, color="#c9d4e5", label=words("贷款余额", "outstanding"))
    axis.set_ylabel(words("余额（万元）", "outstanding, 10,000 yuan"))
    ratio = axis.twinx()
    ratio.grid(visible=False)
    ratio.plot(
        months,
        [one["npl_ppm"] / PPM_PER_PERCENT for one in report["months"]],
        "o-",
        color=RED,
        markersize=4,
        label=words("不良率", "NPL ratio"),
    )
    line = report["npl_line_ppm"] / PPM_PER_PERCENT
    ratio.axhline(line, color="black", linewidth=0.8, linestyle=":", label=f"{line} %")
    ratio.set_ylim(bottom=0)
    ratio.set_ylabel(words("不良率（%）", "NPL ratio, %"))
    ratio.legend(loc="upper left")
    axis.tick_params(axis="x", rotation=60)
    axis.set_title(words("余额与不良率", "outstanding and NPL ratio"))


def _vintages(figure: Any, report: Report, words: Words) -> None:
    """Of each quarter's loans: what is bad or written off, by months since its end."""
    axis = figure.subplots()
    for quarter, curve in list(_curves(report["months"]).items())[:QUARTERS_SHOWN]:
        axis.plot(range(len(curve)), curve, "o-", markersize=3, label=quarter)
    axis.set_ylim(bottom=0)
    axis.set_xlabel(words("放款季末后月数", "months after the quarter of disbursement"))
    axis.set_ylabel(words("逾期90天以上与核销占放款（%）", "90+ and written off, % of disbursed"))
    axis.set_title(words("账龄曲线", "vintage curves"))
    axis.legend(title=words("放款季", "disbursed in"), fontsize="small")


def _curves(months: Sequence[Report]) -> dict[str, list[float]]:
    curves: dict[str, list[float]] = {}
    for month in months:
        bad: dict[str, int] = {}
        lent: dict[str, int] = {}
        for vintage, one in month["vintages"].items():
            quarter = _quarter(vintage)
            bad[quarter] = bad.get(quarter, 0) + one["overdue_90_fen"] + one["written_off_fen"]
            lent[quarter] = lent.get(quarter, 0) + one["disbursed_fen"]
        for quarter, fen in lent.items():
            if _quarter(month["as_of"][:7]) != quarter or month["as_of"][5:7] in (
                "03",
                "06",
                "09",
                "12",
            ):
                curves.setdefault(quarter, []).append(100 * bad[quarter] / fen)
    return curves


def _quarter(month: str) -> str:
    return f"{month[:4]}Q{(int(month[5:7]) + 2) // 3}"


def _migration(figure: Any, report: Report, words: Words) -> None:
    axis = figure.subplots()
    axis.grid(visible=False)
    was = [one for one in TIER_NAMES if one in report["migration"]]
    now = [one for one in TIER_NAMES if any(one in row for row in report["migration"].values())]
    shares = [[_share(report["migration"][one], other) for other in now] for one in was]
    axis.imshow(shares, cmap="Blues", vmin=0, vmax=100, aspect="auto")
    for place, row in enumerate(shares):
        for other, share in enumerate(row):
            if share:
                colour = "white" if share > 60 else "black"
                axis.text(other, place, f"{share:.1f}", ha="center", va="center", color=colour)
    axis.set_xticks(range(len(now)), [words(TIER_NAMES[one], one) for one in now], rotation=30)
    axis.set_yticks(range(len(was)), [words(TIER_NAMES[one], one) for one in was])
    axis.set_title(words("月度迁徙（余额占比 %）", "monthly migration, % of the balance"))


def _share(row: Mapping[str, int], now: str) -> float:
    whole = sum(row.values())
    return 100 * row.get(now, 0) / whole if whole else 0.0


def _lead(figure: Any, leads: Leads, words: Words) -> None:
    axis = figure.subplots()
    known = [one for one in leads if one is not None]
    most = max(known, default=LEAD_BIN_DAYS) + LEAD_BIN_DAYS
    axis.hist(known, bins=range(0, most + LEAD_BIN_DAYS, LEAD_BIN_DAYS), color=GREEN)
    axis.axvline(90, color="black", linewidth=0.8, linestyle=":")
    unwarned = len(leads) - len(known)
    axis.set_xlabel(
        words("首次非逾期类预警早于违约的天数", "days from the first warning to the default")
    )
    axis.set_ylabel(words("违约笔数", "defaults"))
    axis.set_title(
        words(
            f"预警提前量（{unwarned} 笔违约前无此类预警）",
            f"how early warnings came; {unwarned} defaults had none",
        )
    )
