"""The rules of account statements: balances day by day, and what flows say of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.unit.risk.indicators.slow_paper import (
    DAY,
    Missing,
    Row,
    Undefined,
    days_between,
    last_day_of,
    over,
)
from tests.unit.risk.indicators.slow_question import Question

BENFORD_PPM = (301_030, 176_091, 124_939, 96_910, 79_181, 66_947, 57_992, 51_153, 45_757)
Totals = dict[date, int]


def day_balance_avg(question: Question) -> Fraction:
    totals = _totals(question, days_between(*question.span))
    return _mean(totals.values())


def day_balance_min(question: Question) -> Fraction:
    totals = _totals(question, days_between(*question.span))
    return Fraction(min(totals.values()), 100)


def days_below(question: Question) -> Fraction:
    totals = _totals(question, days_between(*question.span))
    limit = question.definition.calculation.constant
    return Fraction(sum(1 for fen in totals.values() if fen < limit))


def month_end_avg(question: Question) -> Fraction:
    return _mean(_totals(question, [last_day_of(month) for month in question.months]).values())


def interest_rate(question: Question) -> Fraction:
    first, last = question.span
    ends = _totals(question, [last_day_of(month) for month in question.months])
    interest = sum(
        row["amount_fen"]
        for row in _transactions(question)
        if first <= row[DAY] <= last and row["direction"] == "in" and row["kind"] == "interest"
    )
    yearly = Fraction(interest, 100) * Fraction(12, len(question.months))
    return over(yearly, _mean(ends.values()))


def balance_breaks(question: Question) -> Fraction:
    first, last = question.span
    breaks = 0
    for account in {row["account"] for row in _transactions(question)}:
        rows = _in_order(_transactions(question), account)
        for before, row in pairwise(rows):
            if not first <= row[DAY] <= last:
                continue
            if before["balance_fen"] is None or row["balance_fen"] is None:
                raise Missing
            if row["balance_fen"] != before["balance_fen"] + row["signed_fen"]:
                breaks += 1
    return Fraction(breaks)


def benford(question: Question) -> Fraction:
    digits = [str(row["amount_fen"])[0] for row in question.rows() if row["amount_fen"] > 0]
    if len(digits) < question.definition.calculation.constant:
        raise Undefined
    differences = [
        abs(Fraction(digits.count(str(digit)), len(digits)) - Fraction(ppm, 1_000_000))
        for digit, ppm in enumerate(BENFORD_PPM, start=1)
    ]
    return sum(differences, Fraction(0)) / len(differences)


def uncovered_days(question: Question) -> Fraction:
    covers: dict[str, list[tuple[date, date]]] = {
        row["account"]: [] for row in _transactions(question) if row[DAY] <= question.as_of
    }
    for one in _statements(question):
        span = date.fromisoformat(one["from_on"]), date.fromisoformat(one["to_on"])
        if span[0] <= span[1]:
            covers.setdefault(one["account"], []).append(span)
    days = days_between(*question.span)
    if not covers:
        return Fraction(len(days))
    return Fraction(
        sum(
            1
            for day in days
            if any(
                not any(first <= day <= last for first, last in spans) for spans in covers.values()
            )
        )
    )


def round_trip(question: Question) -> Fraction:
    rows = question.rows()
    came = question.by_entity(_directed(rows, "in"))
    went = question.by_entity(_directed(rows, "out"))
    back = sum((min(fen, went.get(who, Fraction(0))) for who, fen in came.items()), Fraction(0))
    return over(back, sum(came.values(), Fraction(0)))


def max_day_share(question: Question) -> Fraction:
    days = _by_day(question, question.rows())
    return over(max(days.values(), default=Fraction(0)), sum(days.values(), Fraction(0)))


def pass_through(question: Question) -> Fraction:
    rows = question.rows()
    came = _by_day(question, _directed(rows, "in"))
    went = _by_day(question, _directed(rows, "out"))
    left = sum((min(fen, went.get(day, Fraction(0))) for day, fen in came.items()), Fraction(0))
    return over(left, sum(came.values(), Fraction(0)))


def _totals(question: Question, days: list[date]) -> Totals:
    """All accounts' balances together at the end of each day, in 分."""
    _, last = question.span
    seen = [row for row in _transactions(question) if row[DAY] <= question.as_of]
    rows = [row for row in seen if row[DAY] <= last]
    if any(row["balance_fen"] is None for row in rows):
        raise Missing
    accounts = {row["account"] for row in seen} | {one["account"] for one in _statements(question)}
    if not accounts:
        raise Undefined
    histories = {account: _in_order(rows, account) for account in accounts}
    return {
        day: sum(_balance(question, account, histories[account], day) for account in accounts)
        for day in days
    }


def _balance(question: Question, account: str, rows: list[Row], day: date) -> int:
    """That of the last transaction up to the day, else the opening one of the first statement."""
    before = [row for row in rows if row[DAY] <= day]
    if before:
        return int(before[-1]["balance_fen"])
    own = [one for one in _statements(question) if one["account"] == account]
    if not own:
        raise Missing
    earliest = min((one["from_on"], one["to_on"]) for one in own)
    if day < date.fromisoformat(earliest[0]):
        raise Missing
    openings = [one.get("opening_fen") for one in own if (one["from_on"], one["to_on"]) == earliest]
    if None in openings:
        raise Missing
    return int(min(openings))


def _in_order(rows: list[Row], account: str) -> list[Row]:
    own = [row for row in rows if row["account"] == account]
    return sorted(
        own,
        key=lambda row: (row[DAY], row["sequence"], row["balance_fen"] or 0, row["signed_fen"]),
    )


def _transactions(question: Question) -> list[Row]:
    return question.paper.rows("transactions", "booked_on")


def _statements(question: Question) -> list[dict[str, Any]]:
    return [
        one
        for one in question.paper.document["statements"]
        if date.fromisoformat(one["from_on"]) <= question.as_of
    ]


def _directed(rows: list[Row], direction: str) -> list[Row]:
    return [row for row in rows if row["direction"] == direction]


def _by_day(question: Question, rows: list[Row]) -> dict[date, Fraction]:
    return {
        day: question.total([row for row in rows if row[DAY] == day])
        for day in {row[DAY] for row in rows}
    }


def _mean(totals: Iterable[int]) -> Fraction:
    listed = list(totals)
    return Fraction(sum(listed), 100 * len(listed))


BANK_RULES = {
    "day_balance_avg": day_balance_avg,
    "day_balance_min": day_balance_min,
    "month_end_avg": month_end_avg,
    "days_below": days_below,
    "round_trip": round_trip,
    "max_day_share": max_day_share,
    "pass_through": pass_through,
    "benford": benford,
    "balance_breaks": balance_breaks,
    "interest_rate": interest_rate,
    "uncovered_days": uncovered_days,
}
