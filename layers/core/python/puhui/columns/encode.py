"""Writes the columnar form of a fact document: an uncompressed .npz of six arrays.

`header` is JSON (declaration, row counts, layout with the legends of codes), `i8`, `i4` and
`u1` are the blocks of numbers, `text` and `text_ends` are the different texts of the document
in UTF-8. Few large arrays instead of one for each field, because a member of an .npz costs
about as much as the numbers of 200 rows. The same document always gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from puhui import strict_json
from puhui.columns.arrays import Texts, field_of
from puhui.columns.errors import DocumentNotReadable
from puhui.columns.layout import BLOCK_OF, CODEC, SNAPSHOT, Block, layout_of
from puhui.columns.npy import npy_head
from puhui.contracts.facts import MAX_DOCUMENT_BYTES
from puhui.fact_schemas.structs import broken_declaration, decoder_of, outside_period

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNIX: Final = 3
"""Written into the archive, so that its bytes do not depend on the system that made it."""


def encode_columns(product: str, body: bytes) -> bytes:
    """Write a document's columns, or raise `DocumentNotReadable`."""
    return encode_decoded(product, decode_document(product, body), sha256(body).hexdigest())


def encode_decoded(product: str, document: Any, document_sha256: str) -> bytes:
    """Write the columns of what `decode_document` answered, and of which bytes they are."""
    blocks: dict[Block, list[NDArray[Any]]] = {"i8": [], "i4": [], "u1": []}
    texts = Texts()
    counts: dict[str, int] = {}
    for table, columns in layout_of(product).items():
        rows = rows_of(document, table)
        counts[table] = len(rows)
        for column in columns:
            numbers, absent = field_of(column, rows, texts)
            blocks[BLOCK_OF[column.kind]].append(numbers)
            if column.nullable:
                blocks["u1"].append(np.zeros(len(rows), np.uint8) if absent is None else absent)
    arrays: dict[str, NDArray[Any]] = {
        "header": _bytes(_header(product, document, document_sha256, counts))
    }
    arrays |= {name: _joined(name, fields) for name, fields in blocks.items()}
    text_bytes, text_ends = texts.arrays()
    return _archive(arrays | {"text": _bytes(text_bytes), "text_ends": text_ends})


def decode_document(product: str, body: bytes) -> Any:
    """The document as a struct (`puhui.fact_schemas.structs`), or raise `DocumentNotReadable`."""
    document = decode_declared(product, body)
    if outside_period(product, document) is not None:
        raise DocumentNotReadable("period")
    return document


def decode_declared(product: str, body: bytes) -> Any:
    """The document without a look at whether its rows lie in its period."""
    if len(body) > MAX_DOCUMENT_BYTES[product]:
        raise DocumentNotReadable("size")
    try:
        document = decoder_of(product).decode(body)
    except msgspec.ValidationError as error:
        raise DocumentNotReadable("schema") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DocumentNotReadable("json") from error
    broken = broken_declaration(product, document)
    if broken is not None:
        raise DocumentNotReadable(broken)
    return document


def rows_of(document: Any, table: str) -> Sequence[Any]:
    """The rows of a table of a decoded document; a snapshot is one, or none where there is none."""
    rows = getattr(document, table)
    if table != SNAPSHOT:
        found: Sequence[Any] = rows
        return found
    return [] if rows is msgspec.UNSET else [rows]


def _header(product: str, document: Any, document_sha256: str, counts: Mapping[str, int]) -> bytes:
    header = {
        "codec": CODEC,
        "schema": product,
        "document_sha256": document_sha256,
        "source": document.source,
        "period_from": document.period_from.isoformat(),
        "period_to": document.period_to.isoformat(),
        "row_count": document.row_count,
        "rows": counts,
        "layout": _layout(product),
    }
    return msgspec.json.encode(header, order="sorted")


@cache
def _layout(product: str) -> msgspec.Raw:
    """The layout as it stands in every header of the product."""
    layout = {
        table: [
            {"name": c.name, "kind": c.kind, "nullable": c.nullable, "legend": c.legend}
            for c in columns
        ]
        for table, columns in layout_of(product).items()
    }
    return msgspec.Raw(strict_json.dumps(layout).encode())


def _joined(block: Block, fields: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, f"<{block}"), *fields], dtype=f"<{block}")


def _bytes(content: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(content, np.uint8)


def _archive(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy")  # its date is 1980-01-01
            entry.create_system = UNIX
            archive.writestr(entry, npy_head(array.dtype.str, array.size) + array.tobytes())
    return whole.getvalue()
