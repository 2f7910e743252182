"""The portfolio's monthly report as one page for a person (资产组合月报): figures, charts, tables.

    page(months, bank="黄山示范村镇银行")        # documents of month ends, oldest first

The page is one file with everything in it: it is mailed, printed and kept as it is.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from infra import book_charts
from infra.chart_words import Words, use_chinese_font
from infra.portfolio_page_tables import tables
from infra.portfolio_page_words import (
    Month,
    Reading,
    headline,
    of_inclusion,
    of_migration,
    of_overdue,
    of_quality,
    of_size,
    of_vintages,
)

FIGURE_INCHES: Final = (7.2, 4.0)
NOTE: Final = "报送口径参考视图，非监管报送文件。"
STYLE: Final = """
:root { --ink:#1f2a37; --soft:#5b6776; --line:#dfe4ea; --brand:#274b7a; --bad:#a94442 }
* { box-sizing:border-box }
body { margin:0; background:#f3f5f8; color:var(--ink);
  font:15px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif }
main { max-width:1180px; margin:0 auto; padding:28px 24px 48px }
header { display:flex; justify-content:space-between; align-items:flex-end;
  border-bottom:3px solid var(--brand); padding-bottom:12px }
h1 { font-size:26px; margin:0 } h2 { font-size:17px; margin:30px 0 10px; color:var(--brand) }
header p { margin:0; color:var(--soft) } .label { color:var(--bad); font-weight:600 }
.tiles { display:grid; grid-template-columns:repeat(4,1fr); gap:14px; margin-top:18px }
.tile,figure { background:#fff; border:1px solid var(--line); border-radius:8px; margin:0 }
.tile { padding:12px 16px } .tile b { display:block; font-size:24px; line-height:1.35 }
.tile span,.tile small { color:var(--soft) } .tile small { font-size:13px }
.charts { display:grid; grid-template-columns:1fr 1fr; gap:16px }
figure { padding:14px 16px 10px } figure h3 { font-size:15px; margin:0 }
figure p { margin:2px 0 8px; color:var(--soft); font-size:13.5px; min-height:43px }
figure img { width:100%; display:block }
.tables { display:grid; grid-template-columns:1fr 1fr; gap:16px; align-items:start }
table { width:100%; border-collapse:collapse; background:#fff; font-size:13.5px;
  border:1px solid var(--line) }
caption { text-align:left; font-weight:600; padding:6px 0 }
th,td { padding:5px 10px; border-bottom:1px solid var(--line); text-align:right }
th { background:#eef2f7; font-weight:600 } th:first-child,td:first-child { text-align:left }
.wide { grid-column:1 / -1 }
footer { margin-top:28px; color:var(--soft); font-size:13px }
@media (max-width:820px) { .tiles { grid-template-columns:1fr 1fr }
  .charts,.tables { grid-template-columns:1fr } }
@page { size:A4; margin:12mm }
@media print { body { background:#fff; font-size:12px } main { padding:0; max-width:none }
  figure,.tile,table { break-inside:avoid } .tile b { font-size:18px } }
"""


@dataclass(frozen=True)
class Chart:
    """One picture with its name, and what a reader should take from it."""

    name: str
    reading: Reading
    draw: Callable[[Any, Words], None] | None
    """None where there is nothing to draw yet; the reading says why."""


def page(months: Sequence[Month], *, bank: str, label: str = "") -> str:
    """The page about the last of these months; equal documents give equal bytes."""
    last = months[-1]
    charts = "".join(_figures(_charts(months)))
    tiles = "".join(_tile(*one) for one in headline(months))
    lists = "".join(tables(last))
    month = last["as_of"][:7]
    marked = f'<p class="label">{escape(label)}</p>' if label else ""
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>资产组合月报 {month} · {escape(bank)}</title><style>{STYLE}</style></head>
<body><main>
<header><div>{marked}<h1>资产组合月报</h1><p>{escape(bank)}</p></div>
<p>截至 {last["as_of"]}</p></header>
<section class="tiles">{tiles}</section>
<h2>走势与结构</h2><section class="charts">{charts}</section>
<h2>附表</h2><section class="tables">{lists}</section>
<footer>{_footer(months)}</footer>
</main></body></html>
"""


def _charts(months: Sequence[Month]) -> Sequence[Chart]:
    moves = book_charts.moves_of(months[-1])
    return (
        Chart(
            "余额与不良率", of_size(months), lambda f, w: book_charts.balance_and_npl(f, months, w)
        ),
        Chart("关注及以下贷款", of_quality(months), lambda f, w: book_charts.tiers(f, months, w)),
        Chart(
            "逾期分布", of_overdue(months), lambda f, w: book_charts.overdue_buckets(f, months, w)
        ),
        Chart(
            "迁徙矩阵（上月末 → 本月末，余额占比 %）",
            of_migration(months[-1], moves),
            (lambda f, w: book_charts.migration(f, moves, w)) if moves else None,
        ),
        Chart(
            "账龄曲线（按放款季）",
            of_vintages(months),
            lambda f, w: book_charts.vintage_curves(f, months, w),
        ),
        Chart(
            "普惠型小微与首贷户",
            of_inclusion(months),
            lambda f, w: book_charts.inclusive_shares(f, months, w),
        ),
    )


def _figures(charts: Sequence[Chart]) -> Sequence[str]:
    import matplotlib

    matplotlib.use("svg")
    shown = []
    with matplotlib.rc_context({"svg.hashsalt": "portfolio", "axes.grid": True}):
        from matplotlib import pyplot

        words = Words(use_chinese_font(matplotlib), both=False)
        matplotlib.rcParams.update(LOOK)
        for chart in charts:
            picture = ""
            if chart.draw is not None:
                figure = pyplot.figure(figsize=FIGURE_INCHES, layout="constrained")
                chart.draw(figure, words)
                picture = _image(figure, chart)
                pyplot.close(figure)
            shown.append(
                f"<figure><h3>{chart.name}</h3><p>{escape(chart.reading)}</p>{picture}</figure>"
            )
    return shown


LOOK: Final[Any] = {
    "grid.alpha": 0.3,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "font.size": 9.5,
}


def _image(figure: Any, chart: Chart) -> str:
    """The picture inside the page; its name stands above it."""
    for axis in figure.axes:
        axis.set_title("")
    body = io.BytesIO()
    figure.savefig(body, format="svg", metadata={"Date": None})
    data = base64.b64encode(body.getvalue()).decode()
    text = escape(f"{chart.name}：{chart.reading}", quote=True)
    return f'<img alt="{text}" src="data:image/svg+xml;base64,{data}">'


def _tile(name: str, value: str, change: str) -> str:
    return (
        f'<div class="tile"><span>{escape(name)}</span><b>{escape(value)}</b>'
        f"<small>{escape(change)}</small></div>"
    )


def _footer(months: Sequence[Month]) -> str:
    first, last = months[0]["as_of"], months[-1]["as_of"]
    return (
        f"{NOTE}数据为 {first} 至 {last} 的月末留存（GET /servicing/portfolio/{{月末}}），"
        "随附 quality.csv、migration.csv、vintages.csv、loans-503-view.csv。"
        "不良为次级、可疑与损失；逾期按最早未还到期日计，含整笔余额；拨备覆盖率为贷款损失准备除以不良余额；"
        "账龄曲线为逾期90天以上余额与核销占放款额；普惠型小微与首贷户按放款时标签，"
        "依据不全的计为未知，不计入占比。"
    )
