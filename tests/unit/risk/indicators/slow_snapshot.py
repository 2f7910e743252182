"""The rules that read a document's snapshot: the picture that it gives of its last day."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tests.unit.risk.indicators.slow_paper import Missing, Undefined, over
from tests.unit.risk.indicators.slow_question import Question


def field(question: Question) -> Fraction:
    return _snapshot_number(question, question.definition.calculation.value)


def ratio(question: Question) -> Fraction:
    how = question.definition.calculation
    part, whole = _snapshot_number(question, how.value), _snapshot_number(question, how.base_value)
    return over(part, whole)


def difference(question: Question) -> Fraction:
    how = question.definition.calculation
    return _snapshot_number(question, how.value) - _snapshot_number(question, how.base_value)


def months_since(question: Question) -> Fraction:
    day = date.fromisoformat(_snapshot(question, question.definition.calculation.value))
    if day > question.as_of:
        raise Undefined
    return Fraction(_full_months(day, question.as_of))


def months_until(question: Question) -> Fraction:
    day = date.fromisoformat(_snapshot(question, question.definition.calculation.value))
    return Fraction(_full_months(question.as_of, day) if day > question.as_of else 0)


def year_lag(question: Question) -> Fraction:
    year = _snapshot(question, question.definition.calculation.value)
    return Fraction(max(0, question.as_of.year - year))


def _snapshot(question: Question, name: str | None) -> Any:
    snapshot = question.paper.snapshot
    if snapshot is None or snapshot[str(name)] is None:
        raise Missing
    return snapshot[str(name)]


def _snapshot_number(question: Question, name: str | None) -> Fraction:
    return question.paper.amount("snapshot", str(name), _snapshot(question, name))


def _full_months(first: date, last: date) -> int:
    """Months between two days that are over: from 31 January to 28 February is none."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - 1 if last.day < first.day else months


SNAPSHOT_RULES = {
    "field": field,
    "ratio": ratio,
    "difference": difference,
    "months_since": months_since,
    "months_until": months_until,
    "year_lag": year_lag,
}
