"""Statement files: CSV (UTF-8, with or without mark, or GB18030) and XLSX, read as plain cells.

A workbook is an archive of XML, so its members, their size and how far they unpack are checked
before one is opened; entities are refused (defusedxml); of formulas only the value that was saved
with them is read, nothing is ever calculated.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from extdata.domain.errors import StatementNotReadable
from extdata.domain.statement import MAX_FILE_BYTES, Line

MAX_UNPACKED_BYTES: Final = 64 * 1024 * 1024
MAX_RATIO: Final = 100
"""Real sheets unpack to 10 or 20 times their size."""
MAX_MEMBERS: Final = 100
MAX_LINES: Final = 600_000
MAX_COLUMNS: Final = 64
MAX_CELL_CHARACTERS: Final = 1_000
DIGITS: Final = 15
"""What a spreadsheet keeps of a number: 0.1 + 0.2 is 0.3."""
ZIP_MARK: Final = b"PK\x03\x04"
_BROKEN_WORKBOOK = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    OSError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
)
"""What openpyxl and zipfile raise for files that are no workbooks."""


class PlainStatementFiles:
    """`extdata.finance_ports.StatementFiles`."""

    def lines(self, content: bytes) -> Iterator[Line]:
        """The lines of a file, told apart by their first bytes; the name of a file proves nothing.

        An XLSX file has one sheet.
        """
        if len(content) > MAX_FILE_BYTES:
            raise _refused(f"larger than {MAX_FILE_BYTES} bytes", "size")
        lines = _workbook(content) if content.startswith(ZIP_MARK) else _text(content)
        for number, cells in lines:
            if number > MAX_LINES:
                raise _refused(f"more than {MAX_LINES} lines", "lines")
            if any(len(cell) > MAX_CELL_CHARACTERS for cell in cells):
                raise _refused(f"line {number}: a cell is too long", "cell")
            yield number, cells


def _text(content: bytes) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells[:MAX_COLUMNS]
    except csv.Error:
        raise _refused(f"line {reader.line_num} is not CSV", "csv") from None


def _decoded(content: bytes) -> str:
    """UTF-8 proves itself: Chinese text in GB18030 is practically never valid UTF-8."""
    if b"\x00" in content:
        raise _refused("neither CSV nor XLSX", "format")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused("neither UTF-8 nor GB18030", "encoding")


def _workbook(content: bytes) -> Iterator[Line]:
    from openpyxl import load_workbook  # 0.2 s, for statements only

    _check_archive(content)
    with _broken_workbooks():
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        if len(book.worksheets) != 1:
            raise _refused("a statement is a workbook of one sheet", "sheets")
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1):
            yield number, [_cell(value) for value in row]


def _check_archive(content: bytes) -> None:
    """Sizes as the archive declares them; reading stops where a member is longer than it says."""
    with _broken_workbooks(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise _refused("the workbook has too many parts", "bomb")
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise _refused("the workbook unpacks to too much", "bomb")
    if any(member.file_size > MAX_RATIO * max(member.compress_size, 1) for member in members):
        raise _refused("a part of the workbook unpacks too far", "bomb")


def _cell(value: object) -> str:
    """A cell as text; a number is written with the digits that the file has.

    A spreadsheet keeps 0.8 as the nearest binary number, and shows fifteen digits of any sum.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return format(Decimal(f"{value:.{DIGITS}g}"), "f")
    if isinstance(value, (datetime, date)):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)


@contextmanager
def _broken_workbooks() -> Iterator[None]:
    try:
        yield
    except StatementNotReadable:
        raise
    except _BROKEN_WORKBOOK as error:
        raise _refused("not a workbook that can be read", "xlsx") from error


def _refused(trouble: str, rule: str) -> StatementNotReadable:
    return StatementNotReadable(trouble, field="content", rule=f"statement.{rule}")
