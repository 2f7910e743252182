"""Canonical documents by the definitions of the fact products: checked, written, masked, sampled.

Canonical bytes are those of `puhui.strict_json.dumps` of the whole document (sorted keys, no
spaces, nullable fields always written) in UTF-8; a test holds the fast writer to them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import msgspec

from extdata.adapters.document_sample import sample_of
from extdata.domain.archive import DerivedForms
from extdata.domain.errors import ConfigurationRefused, ProviderAnswerUnreadable
from puhui.contracts.facts import MAX_DOCUMENT_BYTES
from puhui.fact_schemas import PRODUCTS, Product
from puhui.fact_schemas.structs import (
    broken_declaration,
    outside_period,
    struct_of,
)

MASKED_TEXT: Final = "****"
SNAPSHOT: Final = "snapshot"
_PATH: Final = re.compile(r" - at `\$\.?([A-Za-z0-9_.\[\]]*)`\Z")
_MISSING: Final = re.compile(r"\AObject missing required field `([a-z0-9_]+)`")
_BROKEN: Final = {"rows": "row_count", "period": "period_to"}


class DefinedDocuments:
    """`extdata.ports.CanonicalDocuments` by `puhui.fact_schemas`."""

    def encode(self, product: str, document: Mapping[str, Any]) -> bytes:
        """Check against the product's schema and write canonical bytes."""
        try:
            checked = msgspec.convert({"schema": product} | dict(document), struct_of(product))
            body = msgspec.json.encode(checked)
        except msgspec.ValidationError as error:
            # Not chained: a message of msgspec may quote what the provider sent.
            raise _unreadable(_path_of(str(error))) from None
        except UnicodeEncodeError:
            raise _unreadable("text") from None
        broken = broken_declaration(product, checked)
        field = _BROKEN[broken] if broken else outside_period(product, checked)
        if field is not None:
            raise _unreadable(field)
        if len(body) > MAX_DOCUMENT_BYTES[product]:
            raise _unreadable("size")
        return body

    def derived(self, product: str, body: bytes) -> DerivedForms:
        """The columns and the sample of a canonical document, from one reading."""
        # Loaded here, so that handlers which keep no documents start without numpy.
        from puhui.columns import DocumentNotReadable, decode_document, encode_decoded

        try:
            document = decode_document(product, body)
        except DocumentNotReadable as error:
            raise _unreadable(error.rule) from error
        return DerivedForms(
            columns=encode_decoded(product, document, sha256(body).hexdigest()),
            sample=sample_of(PRODUCTS[product], document),
        )

    def masked(self, product: str, body: bytes, fields: Sequence[str]) -> bytes:
        """The document with some fields as null, or as `****` where a text may not be null.

        A mask that the schema has no room for refuses the whole document: nobody gets a field
        that was meant to be hidden.
        """
        if not fields:
            return body
        document = msgspec.json.decode(body)
        for path in fields:
            _mask(PRODUCTS[product], document, path)
        return msgspec.json.encode(document, order="sorted")


def _mask(product: Product, document: dict[str, Any], path: str) -> None:
    field = product.find(path)
    if field is None:
        raise ConfigurationRefused(
            f"{product.code} has no field of this name", field=path, rule="mask.unknown"
        )
    if not field.maskable:
        raise ConfigurationRefused(
            "the field can be neither null nor masked", field=path, rule="mask.not_nullable"
        )
    table, name = path.split(".")
    found = document.get(table, [])
    for row in [found] if table == SNAPSHOT and found else found:
        row[name] = None if field.nullable else MASKED_TEXT


def _path_of(message: str) -> str:
    """Where a document breaks its schema, without what stands there.

    >>> _path_of("Expected `int`, got `str` - at `$.returns[0].sales_fen`")
    'returns[0].sales_fen'
    >>> _path_of("Object missing required field `period` - at `$.returns[2]`")
    'returns[2].period'
    """
    place, missing = _PATH.search(message), _MISSING.search(message)
    steps = [place[1] if place else "", missing[1] if missing else ""]
    return ".".join(step for step in steps if step) or "document"


def _unreadable(field: str) -> ProviderAnswerUnreadable:
    return ProviderAnswerUnreadable(
        f"the document does not follow its schema at {field}", field=field, rule="provider.schema"
    )
