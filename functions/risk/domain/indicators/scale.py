"""From raw integers to scaled ones: what a fraction is multiplied by to have its decimals."""

from __future__ import annotations

from typing import Final

from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.definition import Definition

UNITLESS_RULES: Final = frozenset(("growth", "zero_month", "change"))
"""Rules whose result does not have the unit of the value."""
RAW_DECIMALS: Final = {"fen": 2, "decimal": 6}
DERIVED_RAW_DECIMALS: Final = {"magnitude_fen": 2, "signed_fen": 2, "ndvi_anomaly": 6}
BASIS_POINT_DECIMALS: Final = 4


def raw_decimals(product: str, table: str, name: str | None) -> int:
    """How many decimals the integers of a field have."""
    if name is None:
        return 0
    if name in DERIVED_RAW_DECIMALS:
        return DERIVED_RAW_DECIMALS[name]
    if name.endswith("_bps"):
        return BASIS_POINT_DECIMALS
    found = PRODUCTS[product].find(f"{table}.{name}")
    return 0 if found is None else RAW_DECIMALS.get(found.kind, 0)


def scale_of(definition: Definition) -> tuple[int, int]:
    """What numerator and denominator are multiplied by, to give the scaled integer."""
    how = definition.calculation
    power = definition.decimals
    if how.agg not in UNITLESS_RULES:
        power -= raw_decimals(how.product, how.table, how.value)
        power += raw_decimals(how.product, how.table, how.base_value)
    return (int(10**power), 1) if power >= 0 else (1, int(10**-power))
