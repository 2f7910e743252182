"""The words that names are composed from: each place of a grid has its code and both names.

Published lists of hand-written names have swapped descriptions; a name that is composed from the
same terms as the id cannot.
"""

from __future__ import annotations

from dataclasses import dataclass

from risk.domain.indicators.months import Window


@dataclass(frozen=True, slots=True)
class Term:
    """A place on one dimension of a grid: its code in the id, and its names."""

    code: str
    zh: str
    en: str

    def __add__(self, other: Term) -> Term:
        """The term for both together: `card` + `m2p` is `card_m2p`."""
        return Term(f"{self.code}_{other.code}", self.zh + other.zh, f"{self.en} {other.en}")


ALL = Term("all", "", "")
"""No filter."""

WINDOWS: dict[Window, Term] = {
    Window.NOW: Term("now", "截至当日", "to date"),
    **{
        window: Term(window.value, f"近{window.days}天", f"last {window.days} days")
        for window in Window
        if window.days
    },
    **{
        window: Term(
            window.value,
            f"近{window.months}个月",
            f"last {window.months} full months" if window.months > 1 else "last full month",
        )
        for window in Window
        if window.months
    },
}

CNT = Term("cnt", "次数", "number")
CNT_PIECES = Term("cnt", "笔数", "number")
CNT_ORG = Term("cnt_org", "机构数", "number of institutions")
AMT = Term("amt", "金额", "amount")
SUM = Term("sum", "合计", "total")
AVG_M = Term("avg_m", "月均", "monthly average")
MAX_M = Term("max_m", "单月最大", "largest month")
CV = Term("cv", "月度变异系数", "monthly coefficient of variation")
ZERO_MONTH = Term("zero_month", "为零月数", "months at zero")
YOY = Term("yoy", "同比增长率", "growth on the year before")
DISTINCT = Term("distinct", "家数", "number")
TOP1 = Term("top1", "第一大占比", "share of the largest")
TOP5 = Term("top5", "前五大占比", "share of the five largest")
HHI = Term("hhi", "集中度指数", "concentration (HHI)")
LAST = Term("last", "最新值", "last value")
CHANGE = Term("change", "变化率", "change, last against first")
RATE = Term("rate", "占比", "share")
VALUE = Term("value", "", "value")
AVG = Term("avg", "平均", "average")


def names(measure: Term, filter_: Term, window: Window, agg: Term) -> tuple[str, str]:
    """Compose both names of a place.

    >>> names(Term("queries", "查询", "queries"), Term("loan", "贷款", "loan"), Window.L3M, CNT)
    ('近3个月贷款查询次数', 'Queries, loan: number, last 3 full months')
    """
    when = WINDOWS[window]
    what = f"{measure.en}, {filter_.en}" if filter_.en else measure.en
    chinese = f"{when.zh}{filter_.zh}{measure.zh}{agg.zh}"
    return chinese, f"{what[:1].upper()}{what[1:]}: {agg.en}, {when.en}"
