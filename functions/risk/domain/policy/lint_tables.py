"""What can be proven of a table that looks values up: no gap, no overlap, and that it is fair.

Fair means: neither a missing nor a worse input ever gives a better outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.domain.inputs import InputDefinition
from risk.domain.policy.findings import Findings
from risk.domain.policy.parts import FIRST, Constant, Table
from risk.domain.policy.regions import Regions, regions_of
from risk.domain.policy.steps import rank

MOST_TOLD: Final = 3
"""Of many places with the same defect so many are told."""
Ranks = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Codes:
    """How defects are called in this kind of table."""

    gap: str = "GAP"
    overlap: str = "OVERLAP"


def lint_lookup(
    table: Table,
    given: Mapping[str, InputDefinition],
    path: str,
    findings: Findings,
    codes: Codes | None = None,
) -> None:
    """Check a table of any kind that gives values."""
    called = codes or Codes()
    if not table.rows:
        findings.add(called.gap, path, "no rows")
        return
    regions = regions_of(table)
    if regions is None:
        findings.add("TABLE_TOO_LARGE", path, f"{len(table.rows)} rows")
        return
    _check_rows(table, regions, path, findings)
    _check_cover(regions, path, findings, called)
    if table.unique or called.overlap != "OVERLAP":
        doubled = np.flatnonzero(regions.rows.sum(axis=1) > 1)
        for region in doubled[:MOST_TOLD]:
            rows = ", ".join(table.rows[i].id for i in np.flatnonzero(regions.rows[region]))
            detail = f"{rows}: {regions.describe(int(region))}"
            findings.add(called.overlap, path, detail)
    for name, definition in given.items():
        if definition.worse is None:
            findings.add("ORDER_MISSING", f"{path}.gives.{name}", name)
            continue
        outcomes = _outcomes(table, regions, name, definition)
        check_fair(outcomes, regions, f"{path}.{name}", findings)


def check_fair(outcomes: Ranks, regions: Regions, path: str, findings: Findings) -> None:
    """Compare regions along each axis: nothing missing and nothing worse may help."""
    cube = outcomes.reshape(regions.shape)
    for number, axis in enumerate(regions.axes):
        along = np.moveaxis(cube, number, 0)
        known = [i for i, place in enumerate(axis.places) if place.value is not None]
        missing = [i for i, place in enumerate(axis.places) if place.value is None]
        if missing and known and (along[missing[0]] < along[known].max(axis=0)).any():
            findings.add("MISSING_HELPS", path, f"{axis.name} = null")
        if not axis.ordered:
            continue
        ranked = sorted(known, key=lambda i: axis.places[i].rank or 0)
        for better, worse in pairwise(ranked):
            if (along[worse] < along[better]).any():
                place = axis.places[worse].label
                findings.add("WORSE_HELPS", path, f"{axis.name} = {place}")
                break


def _check_rows(table: Table, regions: Regions, path: str, findings: Findings) -> None:
    matching = regions.rows[regions.rows.any(axis=1)]
    ever = set(np.flatnonzero(matching.sum(axis=0)).tolist())
    first = set(matching.argmax(axis=1).tolist()) if matching.size else set()
    for index, row in enumerate(table.rows):
        place = f"{path}.rules[{row.id}]"
        if index not in ever:
            findings.add("ROW_UNREACHABLE", place, row.id)
        elif table.hit == FIRST and index not in first:
            findings.add("ROW_SHADOWED", place, row.id)


def _check_cover(regions: Regions, path: str, findings: Findings, codes: Codes) -> None:
    holes, gaps = 0, 0
    for region in np.flatnonzero(~regions.rows.any(axis=1)).tolist():
        if any(place.value is None for _, place in regions.places(region)):
            holes += 1
            if holes <= MOST_TOLD:
                findings.add("MISSING_HOLE", path, regions.describe(region))
        else:
            gaps += 1
            if gaps <= MOST_TOLD:
                findings.add(codes.gap, path, regions.describe(region))


def _outcomes(table: Table, regions: Regions, name: str, definition: InputDefinition) -> Ranks:
    """How bad the outcome is in each region; where nothing matches it is the worst."""
    of_rows = np.array([_rank(row.outputs.get(name), definition) for row in table.rows])
    found = np.full(regions.rows.shape[0], np.inf)
    matched = regions.rows.any(axis=1)
    if table.hit == FIRST:
        found[matched] = of_rows[regions.rows.argmax(axis=1)[matched]]
    else:
        worst = np.where(regions.rows, of_rows, -np.inf).max(axis=1)
        found[matched] = worst[matched]
    return found


def _rank(value: Constant, definition: InputDefinition) -> float:
    """An order of magnitude that floats keep: constants of a policy are small decimals."""
    try:
        return float(rank(value, definition))
    except ValueError:
        return float("inf")
