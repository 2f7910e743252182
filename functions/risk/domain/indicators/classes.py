"""The classes of a table's rows: rows for which the same conditions hold are one class.

A class is a number with one digit for each field of codes and one for each other condition, so
that a row's class is a sum of look-ups, and which classes a filter takes is known beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from puhui.columns.layout import NO_CODE
from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.definition import DERIVED_CODES, Condition, Where

Ints = NDArray[np.int64]
MOST_CLASSES: Final = 4_096
FLAG: Final = (False, True)


@dataclass(frozen=True, slots=True, eq=False)
class CodeDigit:
    """A field of codes or flags: what each adds to a row's class."""

    field: str
    adds: Ints
    """By the number of the code, NO_CODE for none; alike where the same conditions hold."""


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """All classes of a table."""

    codes: tuple[CodeDigit, ...]
    others: tuple[tuple[Condition, int], ...]
    """Each condition that is not about codes, with what it adds where it holds."""
    number: int
    member: NDArray[np.bool_]
    """Filters × classes: which classes each filter takes."""


def classes_of(product: str, table: str, filters: Iterable[Where]) -> Classes:
    """The classes that some filters of a table tell apart."""
    wanted = tuple(filters)
    conditions = tuple(dict.fromkeys(one for where in wanted for one in where))
    digits: list[CodeDigit] = []
    others: list[tuple[Condition, int]] = []
    truth: dict[Condition, tuple[int, NDArray[np.bool_]]] = {}
    step = 1
    for field in dict.fromkeys(one.field for one in conditions if one.op == "in"):
        own = [one for one in conditions if one.op == "in" and one.field == field]
        codes = codes_of(product, table, field)
        holds = [tuple(code in one.values for one in own) for code in codes]
        patterns = dict.fromkeys(holds)
        if may_be_null(product, table, field):
            patterns[(False,) * len(own)] = None
        numbers = {pattern: number for number, pattern in enumerate(patterns)}
        adds = np.full(NO_CODE + 1, numbers.get((False,) * len(own), 0) * step, np.int64)
        adds[: len(codes)] = [numbers[pattern] * step for pattern in holds]
        digits.append(CodeDigit(field, adds))
        table_of = np.array(list(patterns), np.bool_)
        truth |= {one: (step, table_of[:, place]) for place, one in enumerate(own)}
        step *= len(patterns)
    for condition in (one for one in conditions if one.op != "in"):
        others.append((condition, step))
        truth[condition] = step, np.array(FLAG)
        step *= 2
    if step > MOST_CLASSES:
        raise ValueError(f"{product} {table} has {step} combinations of conditions: too many")
    return Classes(tuple(digits), tuple(others), step, _members(wanted, truth, step))


def _members(
    filters: tuple[Where, ...],
    truth: Mapping[Condition, tuple[int, NDArray[np.bool_]]],
    classes: int,
) -> NDArray[np.bool_]:
    numbers = np.arange(classes)
    found = np.ones((len(filters), classes), np.bool_)
    for number, where in enumerate(filters):
        for condition in where:
            step, holds = truth[condition]
            found[number] &= holds[numbers // step % len(holds)]
    return found


def may_be_null(product: str, table: str, field: str) -> bool:
    """Whether a document may have no value there; of what is derived nobody can say."""
    found = PRODUCTS[product].find(f"{table}.{field}")
    return found is None or found.nullable


def codes_of(product: str, table: str, field: str) -> tuple[Any, ...]:
    """The codes of a field by their number; of a flag, false and true."""
    path = DERIVED_CODES.get((table, field), f"{table}.{field}")
    found = PRODUCTS[product].find(path)
    if found is None or found.kind == "flag":
        return FLAG
    if found.kind != "code":
        raise ValueError(f"{product} {path} holds neither codes nor flags")
    return tuple(found.codes)
