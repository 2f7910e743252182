"""Reads the columnar form of a fact document: arrays by table and field, without a copy."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from puhui.columns.errors import DocumentNotReadable
from puhui.columns.layout import BLOCK_OF, CODEC, Column, layout_of
from puhui.columns.npy import HEAD_LENGTH_AT, npy_head

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
LOCAL_HEADER: Final = struct.Struct("<4s5H3I2H")
"""Of a member of a ZIP archive (APPNOTE 4.3.7): 30 bytes before its name."""
ARCHIVE_END: Final = struct.Struct("<4s4H2IH")
"""Of a ZIP archive without a comment (APPNOTE 4.3.16)."""
END_SIGNATURE: Final = b"PK\x05\x06"
LOCAL_SIGNATURE: Final = b"PK\x03\x04"
STORED: Final = 0
LAYOUTS_REMEMBERED: Final = 64
BROKEN_ARCHIVE: Final = (
    struct.error,
    ValueError,
    LookupError,
    TypeError,
    OverflowError,
    msgspec.DecodeError,
)
"""What struct, numpy and msgspec raise at bytes that are no columns."""

Layout = Mapping[str, tuple[Column, ...]]


class Header(msgspec.Struct, frozen=True):
    """What stands before the numbers."""

    codec: int
    schema: str
    document_sha256: str
    source: str
    period_from: date
    period_to: date
    row_count: int
    rows: dict[str, int]
    layout: msgspec.Raw


_HEADERS: Final = msgspec.json.Decoder(Header)


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
    """For each field that is null somewhere, where; what its array holds there means nothing."""
    legends: Mapping[str, Mapping[str, tuple[str, ...]]]
    """For each field of codes the codes by their number."""
    text_bytes: bytes
    text_ends: NDArray[np.int32]
    document_sha256: str = ""
    """What the document hashes to that stored columns were made from; empty where the columns were
    read from the document itself."""

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
    """Every member in the order in which it was written, checked and of its type.

    Read by hand: for a document of a few rows `zipfile` and numpy's header parser cost ten times
    what the numbers do.
    """
    arrays: dict[str, NDArray[Any]] = {}
    at = 0
    for name, dtype in MEMBERS.items():
        head = LOCAL_HEADER.unpack_from(data, at)
        signature, flags, method, crc = head[0], head[2], head[3], head[6]
        size, whole, name_length, extra = head[7], head[8], head[9], head[10]
        begin = at + LOCAL_HEADER.size + name_length + extra
        named = data[at + LOCAL_HEADER.size : begin - extra]
        if (signature, flags, method, size) != (LOCAL_SIGNATURE, 0, STORED, whole):
            raise ValueError("not a member as it is written")
        body = memoryview(data)[begin : begin + size]
        if named != f"{name}.npy".encode() or len(body) != size or zlib.crc32(body) != crc:
            raise ValueError("a member is another, or not whole")
        arrays[name] = _array(body, dtype)
        at = begin + size
    end = ARCHIVE_END.unpack_from(data, len(data) - ARCHIVE_END.size)
    whole = len(data) - ARCHIVE_END.size - at
    if (end[0], end[4], end[5], end[6]) != (END_SIGNATURE, len(MEMBERS), whole, at):
        raise ValueError("the archive is not whole")
    return arrays


def _array(body: memoryview, dtype: str) -> NDArray[Any]:
    """The numbers of an .npy file whose head is exactly the one for its type and length."""
    length = (
        HEAD_LENGTH_AT + 2 + int.from_bytes(body[HEAD_LENGTH_AT : HEAD_LENGTH_AT + 2], "little")
    )
    array = np.frombuffer(body[length:], dtype)
    if body[:length] != npy_head(array.dtype.str, array.size):
        raise ValueError("a member is of another type")
    return array


def _columns(members: Mapping[str, NDArray[Any]]) -> FactColumns:
    header = _HEADERS.decode(members["header"].data)
    if header.codec != CODEC:
        raise ValueError("another codec")
    layout, legends = _layout(header.schema, bytes(header.layout))
    tables, nulls = _cut(layout, header.rows, members)
    return FactColumns(
        product=header.schema,
        source=header.source,
        period_from=header.period_from,
        period_to=header.period_to,
        row_count=header.row_count,
        tables=tables,
        nulls=nulls,
        legends=legends,
        text_bytes=members["text"].tobytes(),
        text_ends=members["text_ends"],
        document_sha256=header.document_sha256,
    )


@lru_cache(maxsize=LAYOUTS_REMEMBERED)
def _layout(
    product: str, body: bytes
) -> tuple[Layout, Mapping[str, Mapping[str, tuple[str, ...]]]]:
    """The layout that a header carries, which must be today's, and the legends of its codes."""
    layout = {
        table: tuple(
            Column(c["name"], c["kind"], c["nullable"], tuple(c["legend"])) for c in columns
        )
        for table, columns in msgspec.json.decode(body).items()
    }
    if layout != dict(layout_of(product)):
        raise ValueError("columns of another layout")
    legends = {
        table: {column.name: column.legend for column in columns if column.kind == "code"}
        for table, columns in layout.items()
    }
    return layout, legends


def _cut(
    layout: Layout, counts: Mapping[str, int], members: Mapping[str, NDArray[Any]]
) -> tuple[dict[str, dict[str, NDArray[Any]]], dict[str, dict[str, NDArray[np.bool_]]]]:
    """Cut the blocks into fields, in the order in which they were put together."""
    at = {"i8": 0, "i4": 0, "u1": 0}
    flags = members["u1"].view(np.bool_)
    masks: list[tuple[str, str, int, int]] = []
    tables: dict[str, dict[str, NDArray[Any]]] = {}
    nulls: dict[str, dict[str, NDArray[np.bool_]]] = {}
    for table in sorted(layout):
        rows = counts[table]
        values: dict[str, NDArray[Any]] = {}
        for column in layout[table]:
            block = BLOCK_OF[column.kind]
            start = at[block]
            at[block] = start + rows
            source = flags if column.kind == "flag" else members[block]
            values[column.name] = source[start : start + rows]
            if column.nullable:
                start = at["u1"]
                at["u1"] = start + rows
                masks.append((table, column.name, start, start + rows))
        tables[table], nulls[table] = values, {}
    if any(end != len(members[block]) for block, end in at.items()):
        raise ValueError("the blocks are not as long as the header says")
    for table, name, start, end in masks:
        if 1 in members["u1"].data[start:end]:
            nulls[table][name] = flags[start:end]
    return tables, nulls
