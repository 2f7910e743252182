"""What each rule does, as a person would work it out with pen and paper.

Every function looks at all its rows first: what is not known comes before what has no meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

from tests.unit.risk.indicators.slow_bank import BANK_RULES
from tests.unit.risk.indicators.slow_paper import (
    DAY,
    Missing,
    Row,
    Undefined,
    days_between,
    month_of,
    over,
)
from tests.unit.risk.indicators.slow_question import BEGINNING, Question
from tests.unit.risk.indicators.slow_snapshot import SNAPSHOT_RULES

Rule = Callable[[Question], Fraction]


def cnt(question: Question) -> Fraction:
    return Fraction(len(question.rows()))


def total(question: Question) -> Fraction:
    return question.total(question.rows())


def avg_m(question: Question) -> Fraction:
    return question.total(question.rows()) / len(question.months)


def max_m(question: Question) -> Fraction:
    return max(question.levels(question.rows()))


def cv(question: Question) -> Fraction:
    levels = question.levels(question.rows())
    mean = sum(levels, Fraction(0)) / len(levels)
    if len(levels) < 2 or mean <= 0:
        raise Undefined
    variance = sum(((level - mean) ** 2 for level in levels), Fraction(0)) / len(levels)
    square = variance / mean**2
    with localcontext() as context:
        context.prec = 120
        return Fraction((Decimal(square.numerator) / Decimal(square.denominator)).sqrt())


def zero_month(question: Question) -> Fraction:
    return Fraction(sum(1 for level in question.levels(question.rows()) if level == 0))


def active_month(question: Question) -> Fraction:
    return Fraction(len({month_of(row[DAY]) for row in question.rows()}))


def growth(question: Question) -> Fraction:
    now = question.total(question.rows())
    before = question.total(question.rows(question.span_of(question.earlier_months)))
    return over(now, before) - 1


def rate(question: Question) -> Fraction:
    part = question.total(question.rows())
    base, field = question.base_rows(), question.definition.calculation.base_value
    if field is None:
        return over(part, len(base))
    return over(part, sum((question.number(row, field) for row in base), Fraction(0)))


def distinct(question: Question) -> Fraction:
    by = question.definition.calculation.by
    return Fraction(len({row[by] for row in question.rows()}))


def mean(question: Question) -> Fraction:
    rows = question.rows()
    return over(question.total(rows), len(rows))


def largest(question: Question) -> Fraction:
    return max(_numbers(question, question.rows()))


def least(question: Question) -> Fraction:
    return min(_numbers(question, question.rows()))


def last(question: Question) -> Fraction:
    return question.total(_latest(question.rows()))


def last_mean(question: Question) -> Fraction:
    rows, base = question.rows(), question.definition.calculation.base_value
    latest = _latest(rows)
    if base is None:
        return over(question.total(latest), len(latest))
    if any(row[base] is None for row in latest):
        raise Missing
    return over(question.total(latest), sum(question.number(row, base) for row in latest))


def last_min(question: Question) -> Fraction:
    return min(_numbers(question, _latest(question.rows())))


def change(question: Question) -> Fraction:
    rows = question.rows()
    latest = _latest(rows)
    earliest = [row for row in rows if row[DAY] == min(one[DAY] for one in rows)]
    return over(question.total(latest), question.total(earliest)) - 1


def step(question: Question) -> Fraction:
    places = sorted((row[DAY], question.number(row)) for row in question.rows())
    if len(places) < 2:
        raise Undefined
    return places[-1][1] - places[-2][1]


def top_share(question: Question) -> Fraction:
    amounts = _positive(question)
    count = question.definition.calculation.constant
    return over(sum(amounts[:count], Fraction(0)), sum(amounts, Fraction(0)))


def hhi(question: Question) -> Fraction:
    amounts = _positive(question)
    whole = sum(amounts, Fraction(0))
    return sum((over(amount, whole) ** 2 for amount in amounts), Fraction(0)) or over(0, whole)


def new_share(question: Question) -> Fraction:
    how, first = question.definition.calculation, question.span[0]
    sums = {key: value for key, value in question.by_entity(question.rows()).items() if value > 0}
    before = BEGINNING, first - timedelta(days=1)
    known = {row[how.by] for row in question.select(how.base_where or (), (how.by,), before)}
    new = sum((value for key, value in sums.items() if key not in known), Fraction(0))
    return over(new, sum(sums.values(), Fraction(0)))


def max_gap_day(question: Question) -> Fraction:
    days = {row[DAY] for row in question.rows()}
    longest = run = 0
    for day in days_between(*question.span):
        run = 0 if day in days else run + 1
        longest = max(longest, run)
    return Fraction(longest)


def days_since_last(question: Question) -> Fraction:
    days = [row[DAY] for row in question.rows()]
    if not days:
        raise Undefined
    return Fraction((question.as_of - max(days)).days)


def history_month(question: Question) -> Fraction:
    days = [row[DAY] for row in question.rows()]
    if not days:
        return Fraction(0)
    first, as_of = min(days), question.as_of
    return Fraction((as_of.year - first.year) * 12 + as_of.month - first.month)


def min_gap(question: Question) -> Fraction:
    return Fraction(min(_gaps(question)))


def max_gap(question: Question) -> Fraction:
    return Fraction(max(_gaps(question)))


def max_distinct(question: Question) -> Fraction:
    how, rows = question.definition.calculation, question.rows()
    found = [
        {row[how.value] for row in rows if row[how.by] == entity}
        for entity in {row[how.by] for row in rows}
    ]
    return Fraction(max(map(len, found), default=0))


def max_cnt(question: Question) -> Fraction:
    return max(question.by_entity(question.rows()).values(), default=Fraction(0))


def shared_cnt(question: Question) -> Fraction:
    by, rows = question.definition.calculation.by, question.rows()
    shared = {row[by] for row in question.base_rows()}
    return Fraction(sum(1 for row in rows if row[by] in shared))


def op_gap(values: list[Fraction]) -> Fraction:
    return over(abs(values[0] - values[1]), max(values))


def op_spread(values: list[Fraction]) -> Fraction:
    return over(max(values) - min(values), max(values))


def _numbers(question: Question, rows: list[Row]) -> list[Fraction]:
    if not rows:
        raise Undefined
    return [question.number(row) for row in rows]


def _latest(rows: list[Row]) -> list[Row]:
    if not rows:
        raise Undefined
    return [row for row in rows if row[DAY] == max(one[DAY] for one in rows)]


def _positive(question: Question) -> list[Fraction]:
    sums = question.by_entity(question.rows()).values()
    return sorted((amount for amount in sums if amount > 0), reverse=True)


def _gaps(question: Question) -> list[int]:
    days = sorted({row[DAY] for row in question.rows()})
    if len(days) < 2:
        raise Undefined
    return [(later - earlier).days for earlier, later in pairwise(days)]


RULES: dict[str, Rule] = {
    "cnt": cnt,
    "sum": total,
    "avg_m": avg_m,
    "max_m": max_m,
    "cv": cv,
    "zero_month": zero_month,
    "active_month": active_month,
    "growth": growth,
    "rate": rate,
    "distinct": distinct,
    "mean": mean,
    "max": largest,
    "min": least,
    "last": last,
    "last_mean": last_mean,
    "last_min": last_min,
    "change": change,
    "step": step,
    "top_share": top_share,
    "hhi": hhi,
    "new_share": new_share,
    "max_gap_day": max_gap_day,
    "days_since_last": days_since_last,
    "history_month": history_month,
    "min_gap": min_gap,
    "max_gap": max_gap,
    "max_distinct": max_distinct,
    "max_cnt": max_cnt,
    "shared_cnt": shared_cnt,
    **SNAPSHOT_RULES,
    **BANK_RULES,
}
DERIVED_RULES: dict[str, Callable[[list[Fraction]], Fraction]] = {
    "op_ratio": lambda values: over(values[0], values[1]),
    "op_gap": op_gap,
    "op_difference": lambda values: values[0] - values[1],
    "op_min": min,
    "op_sum_ratio": lambda values: over(sum(values[:5], Fraction(0)), min(values[5:])),
    "op_spread": op_spread,
}
