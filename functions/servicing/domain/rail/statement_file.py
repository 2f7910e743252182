"""The rail's daily file (对账文件), read strictly: what counts, and what is wrong, line by line.

    H,PUHUI-RAIL-1,north,2026-03-02,1
    D,1,in,260302000001,2559297.00,loan-1
    T,1,1,2559297.00,0,0.00,<sha256 of every byte before this line>

A file that is not whole (header, trailer, counts, sums, hash) is refused. In a whole file each
line stands for itself: one that breaks a rule is listed with its number, field and rule.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NoReturn

from puhui.contracts.common import MAX_AMOUNT_FEN
from puhui.contracts.servicing_rail import (
    FILE_ENCODING,
    FILE_FORMAT,
    HEADER_FIELDS,
    LINE_FIELDS,
    TRAILER_FIELDS,
)
from puhui.money import Money
from puhui.tenancy import BankId, bank_id
from servicing.domain.rail.errors import RailFileRefused

MAX_FILE_BYTES: Final = 4 * 1024 * 1024
MAX_LINES: Final = 10_000
MAX_LINE_CHARACTERS: Final = 400
AMOUNT: Final = re.compile(r"^(0|[1-9][0-9]{0,11})\.[0-9]{2}$", re.ASCII)
NUMBER: Final = re.compile(r"^(0|[1-9][0-9]{0,8})$", re.ASCII)
IDENTIFIER: Final = re.compile(r"^[A-Za-z0-9_\-]{1,80}$", re.ASCII)
BANK: Final = re.compile(r"^[a-z][a-z0-9-]{1,31}$", re.ASCII)
DAY: Final = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", re.ASCII)


class Direction(StrEnum):
    """Which way money went, seen from the lending books."""

    IN = "in"
    OUT = "out"


DIRECTION_NAMES: Final[Mapping[Direction, str]] = {
    Direction.IN: "还款流入",
    Direction.OUT: "放款流出",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One payment of the file; `line` is its number in the file, from 1 after the header."""

    line: int
    direction: Direction
    serial_no: str
    amount: Money
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineProblem:
    """What is wrong with one line."""

    line: int
    field: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFile:
    """A whole file: every line is among `lines` or named in `problems`."""

    bank_id: BankId
    business_date: date
    file_version: int
    sha256: str
    lines: tuple[StatementLine, ...]
    problems: tuple[LineProblem, ...]

    def of_direction(self, direction: Direction) -> Iterator[StatementLine]:
        """The lines of one direction."""
        return (line for line in self.lines if line.direction is direction)

    @property
    def repeated(self) -> frozenset[tuple[Direction, str]]:
        """Serial numbers that stand on more than one usable line."""
        seen: set[tuple[Direction, str]] = set()
        twice: set[tuple[Direction, str]] = set()
        for line in self.lines:
            key = (line.direction, line.serial_no)
            (twice if key in seen else seen).add(key)
        return frozenset(twice)


class _Broken(Exception):
    """A line breaks a rule; carried as far as the list of problems."""

    def __init__(self, field: str, rule: str) -> None:
        self.field = field
        self.rule = rule


def parse_statement(content: bytes) -> StatementFile:
    """Read a file; raises RailFileRefused with field and rule when it is not whole."""
    rows = _rows(content)
    header = _record("H", HEADER_FIELDS, rows[0], "header")
    trailer = _record("T", TRAILER_FIELDS, rows[-1], "trailer")
    _check_hash(content, trailer["sha256"])
    lines, problems, readable = _lines(rows[1:-1])
    _check_counts(trailer, rows[1:-1])
    if readable:
        _check_sums(trailer, lines)
    return StatementFile(
        bank_id=bank_id(_matched(header, "bank_id", BANK)),
        business_date=_day(header),
        file_version=_positive(header, "file_version"),
        sha256=hashlib.sha256(content).hexdigest(),
        lines=tuple(lines),
        problems=tuple(problems),
    )


def _rows(content: bytes) -> list[str]:
    if len(content) > MAX_FILE_BYTES:
        _refuse("file", "file.size")
    try:
        text = content.decode(FILE_ENCODING)
    except UnicodeDecodeError:
        _refuse("file", "file.encoding")
    if not text.endswith("\n") or "\r" in text or "\x00" in text:
        _refuse("file", "file.line_ends")
    rows = text[:-1].split("\n")
    if not 2 <= len(rows) <= MAX_LINES + 2:
        _refuse("file", "file.lines")
    return rows


def _record(kind: str, fields: Sequence[str], row: str, name: str) -> dict[str, str]:
    cells = row.split(",")
    if cells[0] != kind or len(cells) != len(fields):
        _refuse(name, f"{name}.columns")
    record = dict(zip(fields, cells, strict=True))
    if record.get("format", FILE_FORMAT) != FILE_FORMAT:
        _refuse("header.format", "header.format")
    return record


def _check_hash(content: bytes, declared: str) -> None:
    before_trailer = content[: content.rindex(b"\nT,") + 1]
    if hashlib.sha256(before_trailer).hexdigest() != declared:
        _refuse("trailer.sha256", "trailer.sha256")


def _lines(rows: Sequence[str]) -> tuple[list[StatementLine], list[LineProblem], bool]:
    """The usable lines, the problems, and whether every amount could be read."""
    lines: list[StatementLine] = []
    problems: list[LineProblem] = []
    for number, row in enumerate(rows, start=1):
        try:
            lines.append(_line(number, row))
        except _Broken as broken:
            problems.append(LineProblem(line=number, field=broken.field, rule=broken.rule))
    return lines, problems, not problems


def _line(number: int, row: str) -> StatementLine:
    cells = row.split(",")
    if len(row) > MAX_LINE_CHARACTERS or cells[0] != "D" or len(cells) != len(LINE_FIELDS):
        raise _Broken("record", "line.columns")
    cell = dict(zip(LINE_FIELDS, cells, strict=True))
    if cell["line"] != str(number):
        raise _Broken("line", "line.number")
    if cell["direction"] not in set(Direction):
        raise _Broken("direction", "line.direction")
    for field in ("serial_no", "reference"):
        if not IDENTIFIER.fullmatch(cell[field]):
            raise _Broken(field, f"line.{field}")
    return StatementLine(
        line=number,
        direction=Direction(cell["direction"]),
        serial_no=cell["serial_no"],
        amount=_amount(cell["amount"]),
        reference=cell["reference"],
    )


def _amount(text: str) -> Money:
    if not AMOUNT.fullmatch(text):
        raise _Broken("amount", "line.amount")
    amount = Money.of_yuan(text)
    if not 0 < amount.minor <= MAX_AMOUNT_FEN:
        raise _Broken("amount", "line.amount")
    return amount


def _check_counts(trailer: Mapping[str, str], rows: Sequence[str]) -> None:
    if trailer["lines"] != str(len(rows)):
        _refuse("trailer.lines", "trailer.lines")


def _check_sums(trailer: Mapping[str, str], lines: Sequence[StatementLine]) -> None:
    for direction in Direction:
        own = [line.amount for line in lines if line.direction is direction]
        for field, value in (
            (f"{direction}_count", str(len(own))),
            (f"{direction}_sum", f"{Money.total(own).yuan:.2f}"),
        ):
            if trailer[field] != value:
                _refuse(f"trailer.{field}", f"trailer.{field}")


def _matched(record: Mapping[str, str], field: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(record[field]):
        _refuse(f"header.{field}", f"header.{field}")
    return record[field]


def _day(header: Mapping[str, str]) -> date:
    text = _matched(header, "business_date", DAY)
    try:
        return date.fromisoformat(text)
    except ValueError:
        _refuse("header.business_date", "header.business_date")


def _positive(record: Mapping[str, str], field: str) -> int:
    number = int(_matched(record, field, NUMBER))
    if number < 1:
        _refuse(f"header.{field}", f"header.{field}")
    return number


def _refuse(field: str, rule: str) -> NoReturn:
    raise RailFileRefused(f"the daily file breaks {rule}", field=field, rule=rule)
