"""Every indicator once more, slow and obvious, in plain Python: the definition of what is right.

    slow_values({"tax/1": document, "bureau/1": "not_consented"}, date(2026, 8, 1))

It walks over the rows of the JSON documents, month by month and day by day, with exact fractions;
a definition's calculation says which rows, and `risk.domain.indicators.rules` in words what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.definition import Definition
from risk.domain.indicators.library import DEFINITIONS
from tests.unit.risk.indicators.slow_paper import (
    DAY,
    Missing,
    Paper,
    Undefined,
    month_of,
    months_before,
)
from tests.unit.risk.indicators.slow_question import Question
from tests.unit.risk.indicators.slow_rules import DERIVED_RULES, RULES

Value = tuple[str, Decimal | None]
STALE_DAYS = {"utility/1": 45, "agriculture/1": 190}
STALE_DAYS_OF_OTHERS = 15
STALE_DAYS_OF_DAY_WINDOWS = 3
LARGEST_SCALED = 10**18


def slow_values(documents: Mapping[str, dict[str, Any] | str], as_of: date) -> dict[str, Value]:
    """Every indicator by name as (state, value); a product is a document, a state or absent."""
    papers = {
        product: Paper(product, document, as_of) if isinstance(document, dict) else document
        for product, document in documents.items()
    }
    found: dict[str, Value] = {}
    for name, definition in DEFINITIONS.items():
        how = definition.calculation
        if how.operands:
            found[name] = _derived(definition, found, DERIVED_RULES[how.agg])
            continue
        paper = papers.get(how.product, "missing")
        if isinstance(paper, str):
            found[name] = paper, None
        else:
            found[name] = _value(Question(definition, paper), RULES[how.agg])
    return found


def _value(question: Question, rule: Any) -> Value:
    if _is_stale(question):
        return "stale", None
    try:
        _check_cover(question)
        _check_series(question)
        return _rounded(rule(question), question.definition.decimals)
    except Missing:
        return "missing", None
    except Undefined:
        return "undefined", None


def _is_stale(question: Question) -> bool:
    """The document ends too long before the moment."""
    paper, window = question.paper, question.definition.window
    last_day = question.as_of.replace(day=1) - timedelta(days=1)
    late = STALE_DAYS.get(paper.product, STALE_DAYS_OF_OTHERS)
    if paper.period_to < last_day - timedelta(days=late):
        return True
    latest = question.as_of - timedelta(days=STALE_DAYS_OF_DAY_WINDOWS)
    return bool(window.days) and paper.period_to < latest


def _check_cover(question: Question) -> None:
    """A picture must not be of a later day; dated rows need the window's days covered."""
    how, paper, window = question.definition.calculation, question.paper, question.definition.window
    if how.last_state and paper.period_to > question.as_of:
        raise Missing
    dated = PRODUCTS[how.product].find(f"{how.table}.{how.date}") if how.date else None
    if dated is None or not dated.in_period:
        return
    if window.days:
        needed = question.span[0]
    elif window.months:
        needed = date(*months_before(question.as_of, window.months + how.offset)[-1], 1)
    else:
        needed = question.as_of.replace(day=1)
    if paper.period_from > needed:
        raise Missing


def _check_series(question: Question) -> None:
    """An absent month is not a zero."""
    how = question.definition.calculation
    if not how.series:
        return
    windows = [question.months, question.earlier_months] if how.offset else [question.months]
    for months in windows:
        rows = question.rows(question.span_of(months))
        if {month_of(row[DAY]) for row in rows} != set(months):
            raise Missing


def _derived(definition: Definition, found: Mapping[str, Value], rule: Any) -> Value:
    operands = [found[name] for name in definition.calculation.operands]
    for state, _ in operands:
        if state != "ok":
            return state, None
    try:
        return _rounded(rule([Fraction(value or 0) for _, value in operands]), definition.decimals)
    except Undefined:
        return "undefined", None


def _rounded(value: Fraction, decimals: int) -> Value:
    """Round half away from zero; what a record cannot hold has no meaning."""
    with localcontext() as context:
        context.prec = 120
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
        if abs(rounded.scaleb(decimals)) >= LARGEST_SCALED:
            return "undefined", None
    return "ok", rounded
