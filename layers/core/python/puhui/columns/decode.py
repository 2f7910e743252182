"""Reads the columnar form of a fact document: arrays by table and field, without a copy."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from puhui.columns.errors import DocumentNotReadable
from puhui.columns.layout import BLOCK_OF, CODEC, Column

if TYPE_CHECKING:
    from numpy.typing import NDArray

MEMBERS: Final[Mapping[str, str]] = {
    "header": "|u1",
    "i8": "<i8",
    "i4": "<i4",
    "u1": "|u1",
    "text": "|u1",
    "text_ends": "<i4",
}

BROKEN_ARCHIVE: Final = (
    zipfile.BadZipFile,
    RuntimeError,
    struct.error,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    OverflowError,
)
"""What zipfile, numpy and json raise at bytes that are no columns (RuntimeError: "encrypted")."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FactColumns:
    """A document as arrays: `columns.tables["returns"]["sales_fen"]`.

    Amounts are int64 in 分, decimals int64 in millionths, dates int32 days since 1970-01-01,
    months int32 months since 1970-01, flags bool, codes uint8 by the legend, texts int32 by
    first appearance in the document (equal texts of any field have equal numbers).
    """

    product: str
    source: str
    period_from: date
    period_to: date
    row_count: int
    tables: Mapping[str, Mapping[str, NDArray[Any]]]
    """The snapshot is a table of one row, or of none when the document has no snapshot."""
    nulls: Mapping[str, Mapping[str, NDArray[np.bool_]]]
    """For each nullable field where it is null; what its array holds there means nothing."""
    legends: Mapping[str, Mapping[str, tuple[str, ...]]]
    """For each field of codes the codes by their number."""
    text_bytes: bytes
    text_ends: NDArray[np.int32]

    def text(self, number: int) -> str:
        """The text behind a number of a text field."""
        start = int(self.text_ends[number - 1]) if number else 0
        return self.text_bytes[start : int(self.text_ends[number])].decode()


def decode_columns(data: bytes) -> FactColumns:
    """Read what `encode_columns` wrote; anything else raises `DocumentNotReadable`."""
    try:
        return _columns(_members(data))
    except BROKEN_ARCHIVE as error:
        raise DocumentNotReadable("columns") from error


def _members(data: bytes) -> dict[str, NDArray[Any]]:
    """Every expected array, uncompressed (so none is larger than the file) and of its type."""
    arrays: dict[str, NDArray[Any]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name, dtype in MEMBERS.items():
            entry = archive.getinfo(f"{name}.npy")
            if entry.compress_type != zipfile.ZIP_STORED:
                raise ValueError("a member is compressed")
            content = io.BytesIO(archive.read(entry))
            array = np.lib.format.read_array(content, allow_pickle=False)
            if array.dtype != np.dtype(dtype) or array.ndim != 1:
                raise ValueError("a member is of another type")
            arrays[name] = array
    return arrays


def _columns(members: Mapping[str, NDArray[Any]]) -> FactColumns:
    header = json.loads(members["header"].tobytes())
    if header["codec"] != CODEC:
        raise ValueError("another codec")
    layout = {
        table: [Column(c["name"], c["kind"], c["nullable"], tuple(c["legend"])) for c in columns]
        for table, columns in header["layout"].items()
    }
    tables, nulls = _cut(layout, header["rows"], members)
    return FactColumns(
        product=header["schema"],
        source=header["source"],
        period_from=date.fromisoformat(header["period_from"]),
        period_to=date.fromisoformat(header["period_to"]),
        row_count=header["row_count"],
        tables=tables,
        nulls=nulls,
        legends={
            table: {column.name: column.legend for column in columns if column.kind == "code"}
            for table, columns in layout.items()
        },
        text_bytes=members["text"].tobytes(),
        text_ends=members["text_ends"],
    )


def _cut(
    layout: Mapping[str, list[Column]],
    counts: Mapping[str, int],
    members: Mapping[str, NDArray[Any]],
) -> tuple[dict[str, dict[str, NDArray[Any]]], dict[str, dict[str, NDArray[np.bool_]]]]:
    """Cut the blocks into fields, in the order in which they were put together."""
    at = {"i8": 0, "i4": 0, "u1": 0}

    def take(block: str, rows: int) -> NDArray[Any]:
        start, at[block] = at[block], at[block] + rows
        return members[block][start : at[block]]

    tables: dict[str, dict[str, NDArray[Any]]] = {}
    nulls: dict[str, dict[str, NDArray[np.bool_]]] = {}
    for table in sorted(layout):
        tables[table], nulls[table] = {}, {}
        for column in layout[table]:
            array = take(BLOCK_OF[column.kind], counts[table])
            tables[table][column.name] = array.view(np.bool_) if column.kind == "flag" else array
            if column.nullable:
                nulls[table][column.name] = take("u1", counts[table]).view(np.bool_)
    if any(end != len(members[block]) for block, end in at.items()):
        raise ValueError("the blocks are not as long as the header says")
    return tables, nulls
