"""JSON Schema 2020-12 of a fact product, with Chinese titles and sensitivity levels.

A schema cannot say that a document has as many rows as it declares, nor that its rows lie in
its period; the decoders check both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from puhui.fact_schemas.model import Field, Kind, Product, Table
from puhui.fact_schemas.structs import DECIMAL_PATTERN, MAX_SOURCE_LENGTH, MONTH_PATTERN

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
DATE: Final = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_PLAIN: Final[Mapping[Kind, dict[str, Any]]] = {
    "flag": {"type": "boolean"},
    "date": DATE,
    "month": {"type": "string", "pattern": f"^{MONTH_PATTERN}$"},
    "decimal": {"type": "string", "pattern": f"^{DECIMAL_PATTERN}$"},
}


def schema_id(product: str) -> str:
    """The versioned `$id`.

    >>> schema_id("tax/1")
    'urn:puhui:fact:tax:1'
    """
    return f"urn:puhui:fact:{product.replace('/', ':')}"


def json_schema(product: Product) -> dict[str, Any]:
    """Describe a whole document."""
    properties: dict[str, Any] = {
        "schema": {"const": product.code, "title": "数据产品与版本"},
        "source": {
            "type": "string",
            "title": "数据来源",
            "minLength": 1,
            "maxLength": MAX_SOURCE_LENGTH,
        },
        "period_from": DATE | {"title": "数据起始日"},
        "period_to": DATE | {"title": "数据截止日"},
        "row_count": {
            "type": "integer",
            "title": "各表行数合计",
            "minimum": 0,
            "maximum": product.max_rows,
        },
    }
    properties |= {name: _rows(table) for name, table in product.tables.items()}
    required = [key for key in properties if key != "schema" or not product.schema_may_be_left_out]
    if product.snapshot:
        properties["snapshot"] = _object("快照", product.snapshot)
    return {
        "$schema": DIALECT,
        "$id": schema_id(product.code),
        "title": product.title,
        "description": f"主体：{product.subject}",
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
        "x-max-bytes": product.max_bytes,
    }


def _rows(table: Table) -> dict[str, Any]:
    return {"type": "array", "title": table.title, "items": _object(table.title, table.fields)}


def _object(title: str, fields: Mapping[str, Field]) -> dict[str, Any]:
    return {
        "type": "object",
        "title": title,
        "properties": {name: _field(field) for name, field in fields.items()},
        "required": [name for name, field in fields.items() if not field.nullable],
        "additionalProperties": False,
    }


def _field(field: Field) -> dict[str, Any]:
    schema = _value(field) | {"title": field.title, "x-sensitivity": field.level}
    if field.identifying:
        schema["x-identifying"] = True
    if field.nullable:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return schema


def _value(field: Field) -> dict[str, Any]:
    match field.kind:
        case "text":
            return {"type": "string", "minLength": 1, "maxLength": field.max_length}
        case "int" | "fen":
            return {"type": "integer", "minimum": field.minimum, "maximum": field.maximum}
        case "code":
            return {"type": "string", "enum": list(field.codes), "x-names": dict(field.codes)}
        case plain:
            return dict(_PLAIN[plain])
