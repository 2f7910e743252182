"""How a provider writes facts: its own names, units, date formats and codes, in its own places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.domain.providers.facts import Facts, Row

Kind = Literal["text", "int", "fen", "yuan", "wan_yuan", "date", "month", "bool", "code"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One field as a provider shows it."""

    name: str
    kind: Kind = "text"
    format: str = ""
    """Of a date or month."""
    words: Mapping[Any, str] = field(default_factory=dict)
    """Of a code or flag: the canonical value to the provider's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Where a table, or a snapshot, stands in the answer, and its fields."""

    place: str
    fields: Mapping[str, Shown]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a provider answers for one product."""

    begin: str
    end: str
    total: str
    date_format: str
    sheets: Mapping[str, Sheet]
    snapshot: Sheet | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Where a provider's answer has its code and, if any, its job number and paging."""

    code: str
    message: str
    job: str = ""
    page: str = ""
    pages: str = ""


def text(name: str) -> Shown:
    """As it is."""
    return Shown(name=name)


def whole(name: str) -> Shown:
    """A whole number."""
    return Shown(name=name, kind="int")


def fen(name: str) -> Shown:
    """An amount in 分."""
    return Shown(name=name, kind="fen")


def yuan(name: str) -> Shown:
    """An amount in 元 with two decimals."""
    return Shown(name=name, kind="yuan")


def wan(name: str) -> Shown:
    """An amount in 万元 with six decimals."""
    return Shown(name=name, kind="wan_yuan")


def day(name: str, form: str = "%Y%m%d") -> Shown:
    """A date."""
    return Shown(name=name, kind="date", format=form)


def month(name: str, form: str = "%Y%m") -> Shown:
    """A month."""
    return Shown(name=name, kind="month", format=form)


def flag(name: str, yes: str = "Y", no: str = "N") -> Shown:
    """Yes or no in the provider's letters."""
    return Shown(name=name, kind="bool", words={True: yes, False: no})


def code(name: str, words: str) -> Shown:
    """A code in the provider's own numbers: "vat=01 cit=02"."""
    return Shown(name=name, kind="code", words=dict(pair.split("=") for pair in words.split()))


def present(report: Report, facts: Facts, rows: Mapping[str, list[Row]]) -> dict[str, Any]:
    """Some rows of the facts, with period, total and snapshot, in the provider's places."""
    answer: dict[str, Any] = {}
    put(answer, report.begin, facts.period_from.strftime(report.date_format))
    put(answer, report.end, facts.period_to.strftime(report.date_format))
    put(answer, report.total, facts.row_count)
    for table, sheet in report.sheets.items():
        put(answer, sheet.place, [_shown(sheet, row) for row in rows.get(table, [])])
    if report.snapshot is not None:
        put(answer, report.snapshot.place, _shown(report.snapshot, facts.snapshot))
    return answer


def put(answer: dict[str, Any], place: str, value: Any) -> None:
    """Put a value at a dotted place; a mapping that is there already is filled up."""
    *path, last = place.split(".")
    for name in path:
        answer = answer.setdefault(name, {})
    if isinstance(value, dict) and isinstance(answer.get(last), dict):
        answer[last].update(value)
    else:
        answer[last] = value


def _shown(sheet: Sheet, row: Row) -> Row:
    """A row in the provider's words; what is not known is left out."""
    shown: Row = {}
    for name, field_ in sheet.fields.items():
        value = row.get(name)
        if value is not None:
            shown[field_.name] = _WRITERS[field_.kind](field_, value)
    return shown


def _decimals(value: int, digits: int) -> str:
    """A whole number of small units as a decimal text; no float touches it.

    >>> _decimals(-5, 2)
    '-0.05'
    """
    whole_part, rest = divmod(abs(value), 10**digits)
    return f"{'-' if value < 0 else ''}{whole_part}.{rest:0{digits}d}"


def _date(shown: Shown, value: Any) -> str:
    """A date, which invoices keep as ISO text."""
    if isinstance(value, str):
        year, month_, day_ = value.split("-")
        form = shown.format.replace("%Y", year).replace("%m", month_)
        return form.replace("%d", day_)
    return str(value.strftime(shown.format))


def _month(shown: Shown, value: str) -> str:
    return shown.format.replace("%Y", value[:4]).replace("%m", value[5:])


_WRITERS: Mapping[Kind, Callable[[Shown, Any], Any]] = {
    "text": lambda _, value: value,
    "int": lambda _, value: value,
    "fen": lambda _, value: value,
    "yuan": lambda _, value: _decimals(value, 2),
    "wan_yuan": lambda _, value: _decimals(value, 6),
    "date": _date,
    "month": _month,
    "bool": lambda shown, value: shown.words[value],
    "code": lambda shown, value: shown.words[value],
}
