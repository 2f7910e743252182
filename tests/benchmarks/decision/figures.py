"""From counts and sums per filter and window edge to the figures: what all peers end with."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from math import sqrt
from typing import Any, Final

from tests.benchmarks.decision.questions import MONTHLY_RULES, Common, Question

Values = dict[str, float | None]
Edges = Sequence[Sequence[float]]
"""By filter and edge: how much lies before the edge."""
CODE_PLACES: Final = {
    "credit_grade": ("A", "B", "M", "C", "D"),
    "taxpayer_type": ("general", "small"),
    "village_grade": ("A", "B", "C", "D", "E"),
    "kind": ("company", "joint_stock", "partnership"),
    "social_status": ("active", "suspended", "none"),
    "fund_status": ("active", "suspended", "none"),
    "tax/1 status": ("normal", "abnormal", "closed"),
    "registration/1 status": ("active", "revoked", "cancelled"),
}
"""A code's place from 1, for the codes that occur here."""


def figure(one: Question, counts: Edges, sums: Edges) -> float | None:
    """One figure of the matrices; None where it has no meaning."""
    valued = one.definition.calculation.value is not None
    unit = one.unit if valued else 1.0
    matrix = sums if valued else counts
    if one.rule in MONTHLY_RULES:
        return _of_months(one, matrix[one.slot], unit)
    rows = matrix[one.slot]
    whole = (rows[one.end] - rows[one.begin]) * unit
    match one.rule:
        case "avg_m":
            return whole / (len(one.months) - 1)
        case "mean":
            return divided(whole, counts[one.slot][one.end] - counts[one.slot][one.begin])
        case "rate":
            base = matrix[one.base]
            return divided(whole, base[one.end] - base[one.begin])
        case "growth":
            first, last = one.before
            before = (rows[last] - rows[first]) * unit
            return (whole - before) / before if before > 0 else None
    return whole


def _of_months(one: Question, rows: Sequence[float], unit: float) -> float | None:
    months = [rows[later] - rows[earlier] for later, earlier in pairwise(one.months)]
    match one.rule:
        case "active_month":
            return sum(month > 0 for month in months)
        case "zero_month":
            return months.count(0)
        case "max_m":
            return max(months) * unit
    whole = sum(months)
    if len(months) < 2 or whole <= 0:
        return None
    mean = whole / len(months)
    return sqrt(sum((month - mean) ** 2 for month in months) / len(months)) / mean


def divided(top: float, bottom: float) -> float | None:
    """A ratio, or None over zero."""
    return top / bottom if bottom else None


def shares(one: Question, sums: Mapping[Any, float], known: Collection[Any] | None) -> float | None:
    """A figure of the sums by counterparty; `known` had a row before the window."""
    positive = {party: amount for party, amount in sums.items() if amount > 0}
    whole = sum(positive.values())
    if not whole:
        return None
    if one.rule == "hhi":
        return sum(amount * amount for amount in positive.values()) / (whole * whole)
    if one.rule == "new_share":
        return sum(v for party, v in positive.items() if party not in (known or ())) / whole
    largest = sorted(positive.values(), reverse=True)[: one.definition.calculation.constant]
    return sum(largest) / whole


def snapshots(common: Common, documents: Mapping[str, Any]) -> Values:
    """Single fields and what follows from two of them."""
    values: Values = {}
    for one in common.snapshots:
        how = one.definition.calculation
        snapshot = documents[how.product]["snapshot"]
        left = _number(how.product, how.value or "", snapshot)
        if one.rule == "field":
            values[one.name] = left * one.unit
            continue
        right = _number(how.product, how.base_value or "", snapshot)
        # Both fields have one unit, which a ratio cancels and a difference keeps.
        values[one.name] = divided(left, right) if one.rule == "ratio" else (left - right) / 100
    return values


def _number(product: str, name: str, snapshot: Mapping[str, Any]) -> float:
    value = snapshot[name]
    if isinstance(value, str):
        places = CODE_PLACES.get(name) or CODE_PLACES[f"{product} {name}"]
        return places.index(value) + 1
    return float(value)
