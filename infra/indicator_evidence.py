"""What made a value: the rows that count, or the indicators that it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.indicator_views import described
from risk.domain.facts import Fact
from risk.domain.indicators.evidence import rows_behind
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import IndicatorValue, Values


def value_of(value: IndicatorValue) -> dict[str, str | None]:
    """A value as commands print it: an exact decimal as text, or none, and the state."""
    number = value.decimal
    return {"value": None if number is None else f"{number:f}", "state": value.state.value}


def evidence(name: str, facts: Mapping[str, Fact], values: Values, as_of: AsOf) -> dict[str, Any]:
    """One value with its definition, its window's days, its rows and its operands."""
    definition = DEFINITIONS[name]
    first, last = as_of.span(definition.window)
    return {
        "name": name,
        **value_of(values[name]),
        "definition": described(definition),
        "window": {"from": None if first is None else first.isoformat(), "to": last.isoformat()},
        "rows": [
            {"part": row.part, "number": row.number, "known": row.known, "fields": row.fields}
            for row in rows_behind(definition, facts, as_of)
        ],
        "operands": [
            {"name": operand, **value_of(values[operand])}
            for operand in definition.calculation.operands
        ],
    }
