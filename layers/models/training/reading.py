"""Reads a table of text from a file: CSV with any usual delimiter, or ARFF; plain or gzip.

Nothing is guessed silently that could change a figure: a row of another length, a header that
names a column twice or a file without rows is refused, with its line and the rule.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

GZIP_MAGIC: Final = b"\x1f\x8b"
ENCODINGS: Final = ("utf-8-sig", "gb18030")
"""UTF-8 with or without mark, then the Chinese national standard; anything is latin-1 at last."""
DELIMITERS: Final = (",", ";", "\t", "|")
LINES_LOOKED_AT: Final = 50
FIELD_LIMIT: Final = 1_000_000
ATTRIBUTE: Final = re.compile(r"@attribute\s+('[^']*'|\"[^\"]*\"|\S+)\s+(.*)", re.IGNORECASE)


class NotUsable(ValueError):
    """The file or an option cannot be used; the message names the field and the rule."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """The cells of a file as text, column by column."""

    names: tuple[str, ...]
    columns: tuple[Sequence[str], ...]
    delimiter: str
    sha256: str
    """Of the uncompressed content: names the data without repeating it."""

    @property
    def rows(self) -> int:
        """How many rows the file has below its header."""
        return len(self.columns[0])


def read_table(
    path: Path, *, names: Sequence[str] | None = None, delimiter: str | None = None
) -> RawTable:
    """Read a file; `names` stand for the header that the file does not have."""
    content = _content(path)
    sha256 = hashlib.sha256(content).hexdigest()
    text = _decoded(content)
    if text.lstrip()[:9].lower() == "@relation" or path.name.lower().endswith((".arff", "arff.gz")):
        names, text, delimiter = *_arff(text), ","
    found = delimiter or detect_delimiter(text)
    rows = _rows(text, found)
    header = list(names) if names is not None else _header(next(rows, (0, []))[1])
    body = _body(header, list(rows), path)
    if len(body[0]) == len(header) + 1 and names is None:
        header = ["row_name", *header]
    _refuse_duplicates(header)
    return RawTable(tuple(header), tuple(zip(*body, strict=True)), found, sha256)


def detect_delimiter(text: str) -> str:
    """The delimiter that cuts the first lines into the same number of fields, most of them.

    >>> detect_delimiter('a;b\\n"1,5";2\\n')
    ';'
    """
    start = "\n".join(line for line in text.splitlines()[:LINES_LOOKED_AT] if line.strip())
    scores = []
    for rank, delimiter in enumerate(DELIMITERS):
        widths = Counter(len(row) for row in csv.reader(io.StringIO(start), delimiter=delimiter))
        width, lines = widths.most_common(1)[0] if widths else (1, 0)
        scores.append((lines if width > 1 else 0, width, -rank, delimiter))
    return max(scores)[3]


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise NotUsable("--data", f"there is no file {path}")
    content = path.read_bytes()
    try:
        return gzip.decompress(content) if content.startswith(GZIP_MAGIC) else content
    except (OSError, EOFError) as error:
        raise NotUsable("--data", f"{path.name} is no complete gzip file") from error


def _decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _rows(text: str, delimiter: str) -> csv.reader:  # type: ignore[valid-type]
    csv.field_size_limit(FIELD_LIMIT)
    if delimiter == " ":
        lines = enumerate(text.splitlines(), start=1)
        return ((number, line.split()) for number, line in lines if line.strip())
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    return ((reader.line_num, row) for row in reader if any(cell.strip() for cell in row))


def _header(cells: list[str]) -> list[str]:
    if not cells:
        raise NotUsable("--data", "the file is empty; a header and rows are needed")
    if len(cells) == 1:
        raise NotUsable("--data", "the header has one column; comma, semicolon, tab or | separate")
    return [cell.strip() or f"column_{place}" for place, cell in enumerate(cells, start=1)]


def _body(header: list[str], rows: list[tuple[int, list[str]]], path: Path) -> list[list[str]]:
    if not rows:
        raise NotUsable("--data", f"{path.name} has a header and no rows")
    width = len(rows[0][1])
    if width not in (len(header), len(header) + 1):
        width = len(header)
    for number, row in rows:
        if len(row) != width:
            told = f"line {number} has {len(row)} fields where the header has {len(header)}"
            raise NotUsable("--data", told)
    return [row for _, row in rows]


def _refuse_duplicates(header: list[str]) -> None:
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise NotUsable(twice[0], "the header names this column more than once")


def _arff(text: str) -> tuple[list[str], str]:
    """Names of the attributes and the rows of an ARFF file (dense form)."""
    names, lines, inside = [], [], False
    for line in text.splitlines():
        if line.lstrip().startswith("%"):
            continue
        if inside:
            lines.append(line)
        elif found := ATTRIBUTE.match(line.strip()):
            names.append(found[1].strip("'\""))
        elif line.strip().lower() == "@data":
            inside = True
    return names, "\n".join(lines)
