"""Which fields of a document some indicator reads, so that the others need not be decoded."""

from __future__ import annotations

from functools import cache

from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.definition import SNAPSHOT
from risk.domain.indicators.library import ALL_DEFINITIONS


@cache
def fields_read() -> dict[str, dict[str, frozenset[str]]]:
    """By product and table every field that some indicator reads; of snapshots, all."""
    found: dict[str, dict[str, set[str]]] = {
        code: {SNAPSHOT: set(product.snapshot)} for code, product in PRODUCTS.items()
    }
    for definition in ALL_DEFINITIONS:
        for path in definition.fields:
            table, _, name = path.partition(".")
            found[definition.source].setdefault(table, set()).add(name)
    # An invoice that equals another in every field counts once.
    found["invoice/1"]["rows"] |= set(PRODUCTS["invoice/1"].tables["rows"].fields)
    return {
        product: {table: frozenset(names) for table, names in tables.items()}
        for product, tables in found.items()
    }
