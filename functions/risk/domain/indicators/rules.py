"""What each rule of a calculation does, in words: the whole meaning of `Calculation.agg`.

Rows count when they lie in the window and every condition holds. A row for which that is not
known, or whose value or entity is null, makes the indicator `missing`. Whatever is divided by
nothing, or by less than nothing (a margin of negative revenue), and whatever else has no meaning,
is `undefined`. Results are rounded once, half away from zero.

An account's balance at the end of a day is that after its last transaction up to the day (of one
day: by sequence, then balance, then amount); before its first one the opening balance of its
earliest statement, from the day on which that begins. Where there is neither, or a balance is
null, the value is `missing`: an account of which nothing is known is not an empty one. Accounts
are those of all transactions and begun statements up to the moment, after the window too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's name for people, and its meaning."""

    zh: str
    meaning: str


RULES: Final[dict[str, Rule]] = {
    "cnt": Rule("计数", "number of rows"),
    "sum": Rule("合计", "sum of the value"),
    "avg_m": Rule("月均", "sum of the value (without one: number of rows) over the months"),
    "max_m": Rule("单月最大", "largest of the months' sums (without a value: of their counts)"),
    "cv": Rule(
        "变异系数",
        "population standard deviation of the months' sums (without a value: counts) over their "
        "mean; undefined for one month and where the total is not positive",
    ),
    "zero_month": Rule(
        "为零月数", "months whose sum is zero (without a value: months without a row)"
    ),
    "active_month": Rule("有记录月数", "months with a row"),
    "growth": Rule(
        "增长率",
        "the window's sum over that of the window `offset` months earlier, minus one; undefined "
        "where the earlier is not positive",
    ),
    "rate": Rule("占比", "sum of the value (or number) over the base's sum (or number)"),
    "distinct": Rule("去重计数", "number of different entities"),
    "mean": Rule("平均", "sum of the value over the number of rows"),
    "max": Rule("最大", "largest value; undefined without rows"),
    "min": Rule("最小", "smallest value; undefined without rows"),
    "last": Rule("最新", "sum over the rows of the latest day; undefined without rows"),
    "last_mean": Rule(
        "最新平均",
        "mean over the rows of the latest day; with a base value, the value's sum over the base's; "
        "undefined without rows",
    ),
    "last_min": Rule("最新最小", "smallest value of the latest day; undefined without rows"),
    "change": Rule(
        "变化率",
        "sum of the latest day over that of the earliest day, minus one; undefined where the "
        "earliest is not positive",
    ),
    "step": Rule(
        "级差",
        "the latest row's place in the list of codes minus that of the row before (of one day: the "
        "later code is the later row); undefined for fewer than two rows",
    ),
    "top_share": Rule(
        "前几大占比",
        "the `constant` largest entities' part of the sums by entity that are positive",
    ),
    "hhi": Rule("集中度", "sum of squared shares of the sums by entity that are positive"),
    "new_share": Rule(
        "新增占比",
        "share of the positive sums by entity that belongs to entities without a row of the base "
        "before the window",
    ),
    "max_gap_day": Rule(
        "最长间断天数", "longest run of days of the window without a row, its edges included"
    ),
    "days_since_last": Rule(
        "距今天数", "days from the last row to the moment; undefined without rows"
    ),
    "history_month": Rule(
        "首条至今月数", "full months from the month of the first row; 0 without one"
    ),
    "min_gap": Rule(
        "最短间隔",
        "fewest days between two days in sequence that have a row; undefined "
        "for fewer than two days",
    ),
    "max_gap": Rule(
        "最长间隔",
        "most days between two days in sequence that have a row; undefined for fewer than two days",
    ),
    "field": Rule("取值", "the field itself: a number, 1 or 0 for a flag, a code's place from 1"),
    "ratio": Rule("比值", "one field over another"),
    "difference": Rule("差值", "one field minus another"),
    "months_since": Rule(
        "距今月数", "full months from the date to the moment; undefined before it"
    ),
    "months_until": Rule("剩余月数", "full months from the moment to the date; 0 when it is past"),
    "year_lag": Rule("滞后年数", "the moment's year minus the year; never below 0"),
    "day_balance_avg": Rule(
        "日均余额",
        "mean over the days of all accounts' balances together; undefined without an account",
    ),
    "day_balance_min": Rule("最低余额", "lowest of the days' balances of all accounts together"),
    "month_end_avg": Rule("月末平均余额", "mean over the months' last days"),
    "days_below": Rule("低余额天数", "days on which the balance is below `constant` 分"),
    "round_trip": Rule(
        "回流占比",
        "over all entities, the lesser of what came from it and what went to it, over what came in",
    ),
    "max_day_share": Rule("单日最大占比", "largest day's sum over the window's sum"),
    "pass_through": Rule(
        "当日进出占比", "over all days, the lesser of what came in and went out, over what came in"
    ),
    "benford": Rule(
        "首位数字偏离",
        "mean over the digits of the absolute difference between their share among first digits "
        "of amounts above zero and Benford's; undefined for fewer than `constant` amounts",
    ),
    "balance_breaks": Rule(
        "余额断点",
        "rows of the window whose balance is not the one before it in its account plus or minus "
        "the amount",
    ),
    "interest_rate": Rule(
        "利息收益率",
        "deposit interest received in the window over the mean of the months' last balances, "
        "scaled to twelve months",
    ),
    "uncovered_days": Rule(
        "未覆盖天数", "days of the window on which some account lies in none of its own statements"
    ),
    "max_distinct": Rule("单体最大去重数", "most different values with one entity; 0 without rows"),
    "max_cnt": Rule("单体最大次数", "most rows with one entity; 0 without rows"),
    "shared_cnt": Rule("共处次数", "rows whose entity also has a row of the base in the window"),
    "op_ratio": Rule("比值", "the first indicator over the second"),
    "op_gap": Rule("差异率", "absolute difference of the two over the larger"),
    "op_difference": Rule("差值", "the first indicator minus the second"),
    "op_min": Rule("取小", "the least of the indicators"),
    "op_sum_ratio": Rule("负债收入比", "sum of the first five over the least of the last three"),
    "op_spread": Rule("离散率", "largest minus smallest, over the largest"),
}
"""Every rule that a calculation may name."""
