"""An indicator's definition as data for people and programs: everything that its grid generates."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from infra.config import ROOT
from risk.adapters.model_cards import ModelCards
from risk.domain.indicators.definition import Definition, Where
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.indicators.rules import RULES

ARTEFACTS: Final = ROOT / "layers" / "models" / "artefacts"
DERIVED: Final = "derived"
"""The source of an indicator that is made of other indicators."""


def described(definition: Definition) -> dict[str, Any]:
    """One indicator with every field of its definition and the models that use it."""
    how = definition.calculation
    rule = RULES[how.agg]
    return {
        "id": definition.id,
        "version": definition.version,
        "name_zh": definition.name_zh,
        "name_en": definition.name_en,
        "subject": definition.subject,
        "domain": definition.domain,
        "unit": definition.unit.value,
        "decimals": definition.decimals,
        "source": definition.source or DERIVED,
        "fields": fields_of(definition),
        "filter": _filter(definition),
        "window": definition.window.value,
        "aggregate": definition.agg,
        "rule": {"name": how.agg, "zh": rule.zh, "meaning": rule.meaning},
        "calculation": _calculation(definition),
        "missing_policy": definition.missing_policy,
        "history_months": definition.history_months,
        "sensitivity": sensitivity_of(definition),
        "owner": definition.owner,
        "lineage": definition.lineage,
        "models": list(models_by_indicator().get(definition.id, ())),
    }


def fields_of(definition: Definition) -> list[str]:
    """The fields that are read; of a derived one those of its operands, each with its product.

    Whoever counts the rows of a picture reads no field of them: `plots.*`.
    """
    operands = definition.calculation.operands
    if not operands:
        return list(definition.fields) or [f"{definition.calculation.table}.*"]
    return sorted(
        {
            f"{DEFINITIONS[name].source}:{field}" if DEFINITIONS[name].source else field
            for name in operands
            for field in fields_of(DEFINITIONS[name])
        }
    )


def sensitivity_of(definition: Definition) -> int:
    """The highest level of what is read; a derived one is as sensitive as its operands."""
    operands = definition.calculation.operands
    if not operands:
        return definition.sensitivity
    return max(sensitivity_of(DEFINITIONS[name]) for name in operands)


@cache
def models_by_indicator() -> Mapping[str, tuple[str, ...]]:
    """Which models read an indicator, by indicator."""
    return ModelCards(ARTEFACTS).users


def _filter(definition: Definition) -> dict[str, Any]:
    base = definition.calculation.base_where
    return {
        "code": definition.filter,
        "where": _conditions(definition.calculation.where),
        "base_where": None if base is None else _conditions(base),
    }


def _calculation(definition: Definition) -> dict[str, Any]:
    how = definition.calculation
    return {
        "table": how.table,
        "date": how.date,
        "value": how.value,
        "by": how.by,
        "base_value": how.base_value,
        "offset_months": how.offset,
        "series": how.series,
        "last_state": how.last_state,
        "constant": how.constant,
    }


def _conditions(where: Where) -> list[dict[str, Any]]:
    return [{"field": one.field, "op": one.op, "values": list(one.values)} for one in where]
