"""Checks a specification as a whole before it is kept: words, keys, hosts, expressions, product."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from extdata.adapters.compiled_connector import compiled
from extdata.adapters.field_types import compiled_pattern
from extdata.adapters.jsonata_pool import check
from extdata.domain.connector_spec import parse_spec
from extdata.domain.document_spec import SNAPSHOT, Nullable
from extdata.domain.errors import ConfigurationRefused
from extdata.domain.provider import Provider
from puhui.fact_schemas import PRODUCTS


def nullable_fields(product: str) -> Nullable:
    """Of each table of a product, and its snapshot: the fields, and which may be null."""
    known = PRODUCTS.get(product)
    if known is None:
        raise ConfigurationRefused(
            "there is no such product", field="product", rule="product.unknown"
        )
    groups = {name: table.fields for name, table in known.tables.items()}
    if known.snapshot:
        groups[SNAPSHOT] = known.snapshot
    return {
        name: {key: field.nullable for key, field in fields.items()}
        for name, fields in groups.items()
    }


class ConnectorSpecifications:
    """`extdata.ports.Specifications` by the connector schema and the fact products."""

    def __init__(self, product_fields: Callable[[str], Nullable] = nullable_fields) -> None:
        """Know the products by `product_fields`."""
        self._product_fields = product_fields

    def check(self, provider: Provider, product: str, specification: Mapping[str, Any]) -> None:
        """Raise ConfigurationRefused, with field and rule, for one that could not work."""
        spec = parse_spec(specification)
        spec.check_against(provider, self._product_fields(product))
        for field, text in spec.expressions:
            try:
                check(text)
            except ConfigurationRefused as error:
                raise ConfigurationRefused(
                    f"{field}: {error.message}", field=field, rule=error.rule
                ) from error
        for patterned in spec.response.document.patterns:
            compiled_pattern(patterned)
        compiled(specification)
