"""Writes docs/fact-documents.md and the JSON Schema of each fact product into docs/schemas/facts.

python -m infra.fact_schemas [--check]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from infra.config import ROOT
from infra.generated import write_or_check
from puhui.fact_schemas import PRODUCTS, Field, Product
from puhui.fact_schemas.json_schema import json_schema
from puhui.fact_schemas.model import KIND_NAMES, LEVEL_NAMES, MEBIBYTE

PAGE: Final = ROOT / "docs" / "fact-documents.md"
FOLDER: Final = ROOT / "docs" / "schemas" / "facts"
HEAD: Final = """\
# 事实文档 Fact documents

What external data looks like once it is inside the bank, whoever provided it. The definitions
are in `layers/core/python/puhui/fact_schemas`; this page and the JSON Schemas in
`docs/schemas/facts` are written from them by `python -m infra.fact_schemas`.

Every document is a JSON object in UTF-8:

| Field | 名称 | Holds |
|---|---|---|
| `schema` | 数据产品与版本 | the product's code, `tax/1` (invoice/1 may leave it out) |
| `source` | 数据来源 | who provided it |
| `period_from`, `period_to` | 数据起止日 | first and last day that it covers |
| `row_count` | 各表行数合计 | rows of all tables together; if not, it counts as `missing` |
| one list for each table | 各表 | flat rows |
| `snapshot` | 快照 | one flat object, or absent when the provider has none |

Amounts are whole 分, dates `2026-03-01`, months `2026-03`, decimals texts of at most six places
(`"12.5"`). A field that may be empty may be left out or null; canonical documents write null.
Fields marked 期内 must lie in the document's period. A field that no product knows is refused.

Levels are sensitivity levels in the sense of JR/T 0197-2020: our proposal, for the bank's own
classification to confirm. Fields marked 标识 identify somebody and are the first to be masked:
to null, or to `****` where a text may not be empty.
"""


def documents() -> dict[Path, str]:
    """Write the page and every schema as text, by its path."""
    schemas = {
        FOLDER / f"{product.slug}.json": _text(json_schema(product))
        for product in PRODUCTS.values()
    }
    return {PAGE: page(PRODUCTS.values())} | schemas


def page(products: Iterable[Product]) -> str:
    """Describe the products, one after the other."""
    return "\n".join([HEAD, *(line for product in products for line in _product(product))])


def _product(product: Product) -> Iterator[str]:
    yield f"## {product.code} {product.title}"
    yield ""
    yield (
        f"主体：{product.subject}。At most {product.max_rows:,} rows and "
        f"{product.max_bytes // MEBIBYTE} MiB. "
        f"[JSON Schema](schemas/facts/{product.slug}.json)"
    )
    yield ""
    for name, table in product.tables.items():
        yield from _fields(f"`{name}` {table.title}", table.fields)
    if product.snapshot:
        yield from _fields("`snapshot` 快照", product.snapshot)


def _fields(title: str, fields: Mapping[str, Field]) -> Iterator[str]:
    yield f"### {title}"
    yield ""
    yield "| Field | 名称 | 类型 | 可空 | 级别 | 说明 |"
    yield "|---|---|---|---|---|---|"
    for name, field in fields.items():
        empty = "是" if field.nullable else "否"
        yield (
            f"| `{name}` | {field.title} | {_kind(field)} | {empty} "
            f"| {LEVEL_NAMES[field.level]} | {_notes(field)} |"
        )
    yield ""


def _kind(field: Field) -> str:
    if field.kind == "text":
        return f"{KIND_NAMES['text']}（最长 {field.max_length}）"
    return KIND_NAMES[field.kind]


def _notes(field: Field) -> str:
    notes = [f"`{code}` {name}" for code, name in field.codes.items()]
    notes += ["标识"] if field.identifying else []
    notes += ["期内"] if field.in_period else []
    return "，".join(notes)


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def main() -> int:
    """Write the documents, or check that they are what would be written."""
    return write_or_check("infra.fact_schemas", __doc__, documents)


if __name__ == "__main__":
    sys.exit(main())
