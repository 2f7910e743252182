"""Chinese and English names, always generated from the same grid place that makes the id.

Published lists of hand-written names have swapped descriptions; a generated name cannot.
"""

from __future__ import annotations

from dataclasses import dataclass

from risk.domain.indicators.months import Window


@dataclass(frozen=True, slots=True)
class Word:
    """A term of the grid in both languages."""

    zh: str
    en: str


DIRECTIONS = {"out": Word("销项", "output"), "in": Word("进项", "input")}
MEASURES = {
    "valid_amt": Word("有效发票金额", "valid invoice amount"),
    "valid_cnt": Word("有效发票张数", "number of valid invoices"),
    "valid": Word("有效发票", "valid invoices"),
    "red": Word("红字发票", "red-letter invoices"),
    "void": Word("作废发票", "void invoices"),
    "party": Word("交易对手", "counterparties"),
}
WINDOWS = {
    Window.NOW: Word("截至当日", "to date"),
    Window.L1M: Word("近1个月", "last full month"),
    **{
        window: Word(f"近{window.months}个月", f"last {window.months} full months")
        for window in Window
        if window.months > 1
    },
}
AGGREGATES = {
    "sum": Word("合计", "total"),
    "avg_m": Word("月均", "monthly average"),
    "max_m": Word("单月最大", "largest month"),
    "cv": Word("月度变异系数", "monthly coefficient of variation"),
    "cnt_rate": Word("张数占比", "share by number"),
    "amt_rate": Word("金额占比", "share by amount"),
    "distinct": Word("家数", "number"),
    "top1": Word("第一大占比", "share of the largest"),
    "top5": Word("前五大占比", "share of the five largest"),
    "hhi": Word("集中度指数", "concentration (HHI)"),
    "new_share": Word("新增占比", "share of new ones"),
    "mom": Word("环比增长率", "growth on the month before"),
    "qoq": Word("较前3个月增长率", "growth on the three months before"),
    "hoh": Word("较前6个月增长率", "growth on the six months before"),
    "yoy": Word("同比增长率", "growth on the year before"),
    "max_gap_day": Word("最大连续未开票天数", "longest gap in days"),
    "zero_month": Word("断票月数", "months without any"),
    "days_since_last": Word("距最近一张天数", "days since the last"),
    "active_month": Word("有票月数", "months with any"),
    "history_month": Word("首票至今月数", "months since the first"),
}


def names(direction: str, measure: str, window: Window, agg: str) -> Word:
    """Compose both names of a place on the invoice grid.

    >>> names("out", "valid_amt", Window.L12M, "sum").zh
    '近12个月销项有效发票金额合计'
    """
    side, what, when, how = (
        DIRECTIONS[direction],
        MEASURES[measure],
        WINDOWS[window],
        AGGREGATES[agg],
    )
    return Word(
        f"{when.zh}{side.zh}{what.zh}{how.zh}",
        f"{side.en.capitalize()} {what.en}: {how.en}, {when.en}",
    )
