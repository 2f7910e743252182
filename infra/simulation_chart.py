"""A simulation as four pictures: NPL by month, vintage curves, migration, how early warnings came.

Every picture is labelled as simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from infra.book_charts import GREEN, RED, balance_and_npl, migration, vintage_curves
from infra.chart_words import Words, use_chinese_font

LEAD_BIN_DAYS: Final = 30
Report = Mapping[str, Any]
Leads = Sequence[int | None]


def draw(report: Report, leads: Leads, folder: Path) -> list[Path]:
    """Write the pictures into a folder; the same simulation always gives the same bytes."""
    import matplotlib

    matplotlib.use("svg")
    folder.mkdir(parents=True, exist_ok=True)
    months, line = report["months"], report["npl_line_ppm"]
    pictures: dict[str, Callable[[Any, Words], None]] = {
        "npl": lambda figure, words: balance_and_npl(figure, months, words, line),
        "vintages": lambda figure, words: vintage_curves(figure, months, words),
        "migration": lambda figure, words: migration(figure, report["migration"], words),
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
