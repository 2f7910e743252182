"""A folder with a bank's own firm files (docs/data-format.md), read as applicants.

    folder = FirmFolder(Path("firms"))
    folder.extract.business_date
    for applicant in folder.applicants(seed="42", limit=20): ...

Lines are grouped by firm as bytes first, and read firm by firm afterwards: 726,010 invoices of
302 firms take a few seconds and one firm's memory.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from sandbox.domain.applicant import Applicant
from sandbox.domain.firm_records import (
    FIRM_REQUIRED,
    INPUT_PARTNER,
    INVOICE_COLUMNS,
    OUTPUT_PARTNER,
    FirmFileNotReadable,
    FirmRecord,
    check_columns,
    firm_record,
    iso_date,
    unknown_columns,
)
from sandbox.domain.real_firms import Extract, extract_of, invoice_rows, real_applicant

PREFIXES = ("", "unlabelled_")
"""A bank's own files carry no prefix; the contest data names its firms without history so."""
ENCODINGS = ("utf-8-sig", "gb18030")
MAX_FILE_BYTES = 2 * 1024**3
PARTNER = {"out": OUTPUT_PARTNER, "in": INPUT_PARTNER}
STEM = {"out": "output_invoices", "in": "input_invoices"}


@dataclass(frozen=True)
class _Run:
    """Neighbouring lines of one firm: where they lie and the number of the first."""

    start: int
    end: int
    line: int


class _Table:
    """One CSV file in memory: its header, and its lines grouped by their first column."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.data = _read(path)
        first, _, _ = self.data.partition(b"\n")
        self.encoding = _encoding(path.name, first)
        self.header = [c.strip() for c in next(csv.reader([first.decode(self.encoding).strip()]))]
        self._body = len(first) + 1

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Every line with its number."""
        text = self._decode(self.data[self._body :])
        for number, row in enumerate(csv.reader(io.StringIO(text)), start=2):
            if row:
                yield number, self._checked(number, row)

    def rows_of(self, runs: list[_Run]) -> Iterator[tuple[int, list[str]]]:
        """The lines of one firm with their numbers."""
        for run in runs:
            text = self._decode(self.data[run.start : run.end])
            for offset, row in enumerate(csv.reader(io.StringIO(text))):
                yield run.line + offset, self._checked(run.line + offset, row)

    def group(self, column: str) -> tuple[dict[str, list[_Run]], set[bytes]]:
        """Where each firm's lines lie, and every different value of one column."""
        runs: dict[str, list[_Run]] = defaultdict(list)
        values: set[bytes] = set()
        index = self.header.index(column)
        key, start, first, position = b"", self._body, 2, self._body
        for number, line in enumerate(self.data[self._body :].splitlines(keepends=True), start=2):
            cells = line.split(b",", index + 1)
            if cells[0] != key:
                if position > start:
                    runs[self._key(key)].append(_Run(start, position, first))
                key, start, first = cells[0], position, number
            position += len(line)
            values.add(cells[min(index, len(cells) - 1)])
        if position > start:
            runs[self._key(key)].append(_Run(start, position, first))
        return runs, values

    def _key(self, raw: bytes) -> str:
        return self._decode(raw).strip().strip('"')

    def _decode(self, data: bytes) -> str:
        try:
            return data.decode(self.encoding)
        except UnicodeDecodeError as error:
            raise FirmFileNotReadable(
                f"{self.name}: not {self.encoding} throughout",
                field=self.name,
                rule="data.encoding",
            ) from error

    def _checked(self, number: int, row: list[str]) -> list[str]:
        if len(row) != len(self.header):
            raise FirmFileNotReadable(
                f"{self.name}, line {number}: {len(row)} cells under {len(self.header)} columns",
                field=self.name,
                rule="data.cells",
            )
        return row


class FirmFolder:
    """The firms of one folder, in the order of its enterprises file."""

    def __init__(self, folder: Path, prefix: str | None = None) -> None:
        """Find and check the files, those with a prefix if one is named; nothing is read twice."""
        self._folder = folder
        self._prefix = _prefix(folder) if prefix is None else prefix
        self._firms = self._enterprises()
        self._tables: dict[str, _Table] = {}
        self._runs: dict[str, dict[str, list[_Run]]] = {}
        days: set[str] = set()
        for direction, stem in STEM.items():
            table = _Table(_file(folder, self._prefix + stem))
            check_columns(table.name, table.header, (*INVOICE_COLUMNS, PARTNER[direction]))
            self._tables[direction] = table
            self._runs[direction], values = table.group("开票日期")
            days |= _days(values)
        self._days = days

    def __len__(self) -> int:
        """How many firms the folder has."""
        return len(self._firms)

    @property
    def records(self) -> tuple[FirmRecord, ...]:
        """What the enterprises file says of each firm."""
        return tuple(self._firms)

    @cached_property
    def extract(self) -> Extract:
        """The days that the folder covers: as `extract.csv` says, or as its invoices do."""
        declared = self._folder / "extract.csv"
        if declared.exists():
            return _declared(_Table(declared))
        if not self._days:
            raise FirmFileNotReadable("no invoice has a readable date", rule="data.period")
        return extract_of(self._days)

    def applicants(self, seed: str | int, limit: int | None = None) -> Iterator[Applicant]:
        """Read the firms one by one, each with all its invoices."""
        for index, record in enumerate(self._firms[:limit]):
            rows = [*self._rows("out", record.firm_id), *self._rows("in", record.firm_id)]
            yield real_applicant(record, rows, self.extract, seed=str(seed), index=index)

    def _enterprises(self) -> list[FirmRecord]:
        table = _Table(_file(self._folder, self._prefix + "enterprises"))
        check_columns(table.name, table.header, FIRM_REQUIRED)
        unknown = unknown_columns(table.header)
        if unknown:
            raise FirmFileNotReadable(
                f"{table.name}: unknown columns: {'、'.join(unknown)}",
                field=table.name,
                rule="data.columns",
            )
        firms = [firm_record(table.header, row) for _, row in table.rows()]
        ids = [firm.firm_id for firm in firms]
        if len(set(ids)) != len(ids) or "" in ids:
            raise FirmFileNotReadable(
                f"{table.name}: every firm has its own code", field=table.name, rule="data.firm_id"
            )
        return firms

    def _rows(self, direction: str, firm_id: str) -> list[dict[str, Any]]:
        table = self._tables[direction]
        names = ("发票号码", "开票日期", PARTNER[direction], "金额", "税额", "价税合计", "发票状态")
        columns = [table.header.index(name) for name in names]
        lines = list(table.rows_of(self._runs[direction].get(firm_id, [])))
        cells = ([row[column] for column in columns] for _, row in lines)
        try:
            return invoice_rows(direction, cells)
        except (ValueError, KeyError):
            self._blame(direction, lines, columns)
            raise

    def _blame(
        self, direction: str, lines: list[tuple[int, list[str]]], columns: list[int]
    ) -> None:
        """Say which line cannot be read; reading line by line only after a failure is faster."""
        for number, row in lines:
            try:
                invoice_rows(direction, [[row[column] for column in columns]])
            except (ValueError, KeyError) as error:
                name = self._tables[direction].name
                raise FirmFileNotReadable(
                    f"{name}, line {number}: a date, an amount or the status is not readable",
                    field=name,
                    rule="data.invoice",
                ) from error


def _prefix(folder: Path) -> str:
    for prefix in PREFIXES:
        if any((folder / f"{prefix}enterprises{end}").exists() for end in (".csv", ".csv.gz")):
            return prefix
    raise FirmFileNotReadable(
        f"{folder} has no enterprises.csv (see docs/data-format.md)", rule="data.files"
    )


def _file(folder: Path, stem: str) -> Path:
    for path in (folder / f"{stem}.csv", folder / f"{stem}.csv.gz"):
        if path.exists():
            return path
    raise FirmFileNotReadable(f"{folder} has no {stem}.csv", field=stem, rule="data.files")


def _read(path: Path) -> bytes:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        data = stream.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise FirmFileNotReadable(f"{path.name} is larger than 2 GB", rule="data.size")
    return data


def _encoding(name: str, header: bytes) -> str:
    """The header is Chinese, so it tells UTF-8 from the GB encodings."""
    for encoding in ENCODINGS:
        try:
            if FIRM_REQUIRED[0] in header.decode(encoding) or b"period_from" in header:
                return encoding
        except UnicodeDecodeError:
            continue
    raise FirmFileNotReadable(
        f"{name}: neither UTF-8 nor GB18030, or no column {FIRM_REQUIRED[0]}",
        field=name,
        rule="data.encoding",
    )


def _days(values: set[bytes]) -> set[str]:
    """The readable ones among raw dates; the others are reported when their line is read."""
    days: set[str] = set()
    for value in values:
        try:
            days.add(iso_date(value.decode("gb18030").strip().strip('"')))
        except ValueError:
            continue
    return days


def _declared(table: _Table) -> Extract:
    columns = ["period_from", "period_to", "business_date"]
    rows = [row for _, row in table.rows()]
    if table.header != columns or len(rows) != 1:
        raise FirmFileNotReadable(
            f"{table.name} has the columns {', '.join(columns)} and one line", rule="data.period"
        )
    first, last, business = (date.fromisoformat(iso_date(cell)) for cell in rows[0])
    return Extract(period_from=first, period_to=last, business_date=business)
