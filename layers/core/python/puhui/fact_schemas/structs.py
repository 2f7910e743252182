"""Strict decoders made from the product definitions, once each and when first needed.

    document = decoder_of("tax/1").decode(body)      # msgspec.ValidationError when it does not fit
    document.returns[0].sales_fen

Fields stand in the order of their names, so that encoding a document needs no sorting.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import GenericAlias
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, defstruct

from puhui.fact_schemas import PRODUCTS
from puhui.fact_schemas.model import Field, Kind, Product

FIRST_YEAR, LAST_YEAR = 1900, 2199
MONTH_PATTERN: Final = r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])"
MONTHS: Final = tuple(
    f"{year}-{month:02d}" for year in range(FIRST_YEAR, LAST_YEAR + 1) for month in range(1, 13)
)
"""Every month that fits the pattern: to look one up costs a tenth of matching it."""
DECIMAL_PATTERN: Final = r"-?[0-9]{1,12}(\.[0-9]{1,6})?"
MAX_SOURCE_LENGTH: Final = 64
_PLAIN: Final[Mapping[Kind, Any]] = {
    "flag": bool,
    "date": date,
    "month": Literal.__getitem__(MONTHS),
    "decimal": Annotated[str, Meta(pattern=rf"\A{DECIMAL_PATTERN}\Z")],
}


@cache
def struct_of(product: str) -> type[Struct]:
    """The document's struct; an unknown product is a KeyError."""
    return _document(PRODUCTS[product])


@cache
def decoder_of(product: str) -> msgspec.json.Decoder[Any]:
    """The decoder of a product's documents."""
    return msgspec.json.Decoder(struct_of(product))


def row_count(product: str, document: Any) -> int:
    """How many rows all tables of a decoded document have together."""
    return sum(len(getattr(document, table)) for table in PRODUCTS[product].tables)


def broken_declaration(product: str, document: Any) -> Literal["rows", "period"] | None:
    """What it says of itself and does not keep: as many rows as declared, a period forwards."""
    if document.row_count != row_count(product, document):
        return "rows"
    return None if document.period_from <= document.period_to else "period"


def outside_period(product: str, document: Any) -> str | None:
    """The path of the first field of which some row lies outside the period; None if none does."""
    days = document.period_from, document.period_to
    months = tuple(day.isoformat()[:7] for day in days)
    for table, fields in _dated_fields(product).items():
        rows = getattr(document, table)
        for name, kind in fields if rows else ():
            values = [value for row in rows if (value := getattr(row, name)) is not None]
            first, last = months if kind == "month" else days
            if values and (min(values) < first or max(values) > last):
                return f"{table}.{name}"
    return None


@cache
def _dated_fields(product: str) -> dict[str, list[tuple[str, Kind]]]:
    return {
        name: [(key, field.kind) for key, field in table.fields.items() if field.in_period]
        for name, table in PRODUCTS[product].tables.items()
    }


def _document(product: Product) -> type[Struct]:
    schema: Any = Literal.__getitem__(product.code)
    whole: dict[str, tuple[Any, ...]] = {
        "schema": (schema, product.code) if product.schema_may_be_left_out else (schema,),
        "source": (Annotated[str, Meta(min_length=1, max_length=MAX_SOURCE_LENGTH)],),
        "period_from": (date,),
        "period_to": (date,),
        "row_count": (Annotated[int, Meta(ge=0, le=product.max_rows)],),
    }
    for name, table in product.tables.items():
        whole[name] = (GenericAlias(list, (_row(product, name, table.fields),)),)
    if product.snapshot:
        whole["snapshot"] = (_row(product, "snapshot", product.snapshot) | UnsetType, UNSET)
    return _struct(f"{product.slug}-document", whole, gc=True)


def _row(product: Product, table: str, fields: Mapping[str, Field]) -> Any:
    described: dict[str, tuple[Any, ...]] = {
        name: (_type(field) | None, None) if field.nullable else (_type(field),)
        for name, field in fields.items()
    }
    return _struct(f"{product.slug}-{table}", described, gc=False)


def _struct(name: str, fields: Mapping[str, tuple[Any, ...]], *, gc: bool) -> type[Struct]:
    return defstruct(
        name.replace("-", "_"),
        [(key, *fields[key]) for key in sorted(fields)],
        kw_only=True,
        frozen=True,
        forbid_unknown_fields=True,
        gc=gc,
    )


def _type(field: Field) -> Any:
    if field.kind == "code":
        return Literal.__getitem__(tuple(field.codes))
    if field.kind == "text":
        return Annotated[str, Meta(min_length=1, max_length=field.max_length)]
    if field.kind in ("int", "fen"):
        return Annotated[int, Meta(ge=field.minimum, le=field.maximum)]
    return _PLAIN[field.kind]
