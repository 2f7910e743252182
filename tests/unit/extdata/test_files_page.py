"""docs/extdata-files.md has every key of the files, with bounds and defaults of the models."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from pydantic import BaseModel

from extdata.schemas import (
    AccessBody,
    CaseBody,
    ConnectorBody,
    ContactBody,
    ContractBody,
    KeyBody,
    LimitsBody,
    PackageBody,
    PermissionBody,
    PriceBody,
    ProviderBody,
    RouteBody,
    RouteTableBody,
    TierBody,
)
from infra.config import ROOT

PAGE = ROOT / "docs" / "extdata-files.md"
TABLES: dict[str, type[BaseModel]] = {
    "provider": ProviderBody,
    "provider.contract": ContractBody,
    "provider.contacts": ContactBody,
    "provider.limits": LimitsBody,
    "provider.keys": KeyBody,
    "connectors": ConnectorBody,
    "connectors.test_cases": CaseBody,
    "prices": PriceBody,
    "prices.tiers": TierBody,
    "prices.package": PackageBody,
    "routes": RouteTableBody,
    "routes.routes": RouteBody,
    "access": AccessBody,
    "access.permissions": PermissionBody,
}
ADDED_BY_THE_FILE = {"provider": "provider_id"}
"""In the file, but in the address of the API and not in its body."""
TAKEN_FROM_THE_FILE = {"connectors": "provider_id"}
"""In the body of the API, but the file says it once, at its provider."""
Row = tuple[str, str, str]


def schema_of(model: type[BaseModel], key: str) -> dict[str, Any]:
    """What the model allows under a key; of `this or null` the part that is not null."""
    whole = model.model_json_schema()
    found: dict[str, Any] = whole["properties"][key]
    for part in found.get("anyOf", []):
        if part.get("type") != "null" and ("pattern" not in part or "minimum" in part):
            found = {**found, **part}
    return found


def bounds(schema: dict[str, Any]) -> str:
    """What a value may be, as the page writes it."""
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if "minimum" in schema:
        return f"{schema['minimum']:,.0f}–{schema['maximum']:,.0f}"
    if "maxItems" in schema:
        return f"{schema.get('minItems', 0)}–{schema['maxItems']} of them"
    parts = [f"`{schema['pattern']}`"] if "pattern" in schema else []
    if "maxLength" in schema:
        parts.append(f"{schema.get('minLength', 0)}–{schema['maxLength']} characters")
    words = {"date": "YYYY-MM-DD", "boolean": "true, false"}
    return ", ".join(parts) or words.get(schema.get("format", schema.get("type")), "")


def default(model: type[BaseModel], key: str) -> str:
    """What counts where the key is not written, as the page writes it."""
    field = model.model_fields[key]
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value in (None, (), {}) or isinstance(value, BaseModel):
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def said_by_the_models(table: str) -> set[Row]:
    """Key, bounds and default of each key of a table."""
    model = TABLES[table]
    return {
        (f"`{key}`", bounds(schema_of(model, key)), default(model, key))
        for key in model.model_fields
        if key != TAKEN_FROM_THE_FILE.get(table)
    }


def said_by_the_page(table: str) -> set[Row]:
    """The same, of the table under the heading that names it."""
    heading = f"## `{table}`"
    lines = PAGE.read_text(encoding="utf-8").split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith(heading + " "))
    rest = itertools.takewhile(lambda line: not line.startswith("## "), lines[start + 1 :])
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in rest
        if line.startswith("| `")
    ]
    assert all(len(row) == 6 and row[1] and row[2] for row in cells), table
    return {
        (key, allowed, otherwise)
        for key, _, _, _, allowed, otherwise in cells
        if key != f"`{ADDED_BY_THE_FILE.get(table)}`"
    }


@pytest.mark.parametrize("table", TABLES)
def test_the_page_says_what_the_models_say(table: str) -> None:
    assert said_by_the_page(table) == said_by_the_models(table)
