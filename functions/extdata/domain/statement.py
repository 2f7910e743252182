"""A provider's monthly statement (对账单) as rows; a bad cell is named by line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

from extdata.domain.errors import StatementNotReadable

Column = Literal[
    "request_no", "called_at", "connector_id", "result", "charged", "unit_yuan", "amount_yuan"
]
STANDARD: Final[Mapping[Column, str]] = {
    "request_no": "请求流水号",
    "called_at": "调用时间",
    "connector_id": "接口编号",
    "result": "计费结果",
    "charged": "是否计费",
    "unit_yuan": "单价(元)",
    "amount_yuan": "金额(元)",
}
"""The columns of our own format; a provider's other names for them are aliases."""
TOTAL: Final = "合计"
YES: Final = frozenset({"是", "Y", "1", "计费"})
NO: Final = frozenset({"否", "N", "0", "不计费"})
FEES: Final[Mapping[str, Literal["package", "minimum"]]] = {
    "包月费": "package",
    "保底补差": "minimum",
}
"""Rows without a request number: what they bill is said in the column 计费结果."""
MAX_FILE_BYTES: Final = 4 * 1024 * 1024
"""What fits into one call of a function, encoded as text; 40,000 lines of CSV."""
MAX_ROWS: Final = 500_000
_IDENTIFIER = re.compile(r"[A-Za-z0-9_\-]{1,80}")
_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFormat:
    """How a provider names its columns and connectors; empty means our own names."""

    columns: Mapping[Column, tuple[str, ...]] = field(default_factory=dict)
    """Other headings of a column: {"request_no": ("流水号",)}."""
    connectors: Mapping[str, str] = field(default_factory=dict)
    """The provider's 接口编号 to our connector ids; others stay as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """One call, or one fee, as the provider bills it."""

    line: int
    """Where it stands in the file, from 1."""
    request_no: str
    called_at: str
    connector_id: str
    result: str
    charged: bool
    unit_yuan: Decimal
    amount_yuan: Decimal

    @property
    def fee(self) -> Literal["package", "minimum"] | None:
        """Which fee a row without a request number bills."""
        return None if self.request_no else FEES[self.result]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a provider wants for a month."""

    provider_id: str
    month: str
    sha256: str
    rows: tuple[StatementRow, ...]
    total_yuan: Decimal


Line = tuple[int, Sequence[str]]
"""Number of a line in the file, and its cells."""


def read_statement(
    lines: Iterable[Line],
    form: StatementFormat,
    *,
    provider_id: str,
    month: str,
    sha256: str,
) -> Statement:
    """Read heading, rows and the total line; nothing is read from a file with one bad cell."""
    filled = ((number, cells) for number, cells in lines if any(cell.strip() for cell in cells))
    heading = next(filled, None)
    if heading is None:
        raise StatementNotReadable("the statement is empty", rule="statement.empty")
    places = _places(heading, form)
    rows: list[StatementRow] = []
    total: Decimal | None = None
    for number, cells in filled:
        if total is not None:
            raise _bad(number, TOTAL, "a row follows the total line", "total_last")
        reader = _Reader(number, cells, places)
        if TOTAL in (cell.strip() for cell in cells):
            total = reader.amount("amount_yuan")
        elif len(rows) == MAX_ROWS:
            raise _bad(number, "line", f"more than {MAX_ROWS} rows", "rows")
        else:
            rows.append(_row(reader, form))
    if total is None:
        raise StatementNotReadable(f"no total line {TOTAL}", field=TOTAL, rule="statement.total")
    return Statement(
        provider_id=provider_id, month=month, sha256=sha256, rows=tuple(rows), total_yuan=total
    )


def _places(heading: Line, form: StatementFormat) -> dict[Column, int]:
    """Where each column stands; every one must be there, once."""
    number, cells = heading
    names = [cell.strip().replace("（", "(").replace("）", ")") for cell in cells]
    places: dict[Column, int] = {}
    for column, standard in STANDARD.items():
        known = {standard, *form.columns.get(column, ())}
        found = [index for index, name in enumerate(names) if name in known]
        if len(found) != 1:
            trouble = "is missing" if not found else "stands there twice"
            raise _bad(number, standard, f"the column {trouble}", "column")
        places[column] = found[0]
    return places


def _row(reader: _Reader, form: StatementFormat) -> StatementRow:
    request_no, result = reader.text("request_no"), reader.text("result")
    if request_no:
        reader.check("request_no", bool(_IDENTIFIER.fullmatch(request_no)), "identifier")
    else:
        reader.check("request_no", result in FEES, "missing")
    theirs = reader.text("connector_id")
    connector_id = form.connectors.get(theirs, theirs)
    reader.check("connector_id", bool(_IDENTIFIER.fullmatch(connector_id)), "identifier")
    charged = reader.text("charged").upper()
    reader.check("charged", charged in YES | NO, "yes_no")
    return StatementRow(
        line=reader.number,
        request_no=request_no,
        called_at=reader.text("called_at")[:40],
        connector_id=connector_id,
        result=result[:40],
        charged=charged in YES,
        unit_yuan=reader.amount("unit_yuan"),
        amount_yuan=reader.amount("amount_yuan"),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """The cells of one line by column."""

    number: int
    cells: Sequence[str]
    places: Mapping[Column, int]

    def text(self, column: Column) -> str:
        place = self.places[column]
        self.check(column, place < len(self.cells), "missing")
        return self.cells[place].strip()

    def amount(self, column: Column) -> Decimal:
        """An amount in yuan with at most six decimals; thousands may be grouped by commas."""
        text = self.text(column).replace(",", "")
        self.check(column, bool(_AMOUNT.fullmatch(text)), "amount")
        return Decimal(text)

    def check(self, column: Column, right: bool, rule: str) -> None:
        if not right:
            raise _bad(self.number, STANDARD[column], "the cell cannot be read", rule)


def _bad(line: int, column: str, trouble: str, rule: str) -> StatementNotReadable:
    """The cell's text stays out of the message: it may be anything."""
    return StatementNotReadable(
        f"line {line}, column {column}: {trouble}", field=column, rule=f"statement.{rule}"
    )
