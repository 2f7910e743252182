"""Gathers the labels' evidence from the question and from the documents that came with it.

A document that is not ok gives nothing, and a row after the day never matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from puhui.contracts.risk import DecisionRequest
from puhui.fact_schemas.numbers import day_number
from risk.domain.facts import Fact
from risk.domain.indicators.months import EPOCH, month_index
from risk.domain.indicators.values import State
from risk.domain.labels.evidence import BureauHistory, LabelEvidence

EPOCH_MONTH: Final = month_index(EPOCH)
LOANS: Final = frozenset({"biz_loan", "mortgage", "consumer_loan", "farm_loan", "other_loan"})
"""Account kinds of bureau/1 that are loans; cards and guarantees are not."""
FIELDS_READ: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "bureau/1": {
        "accounts": frozenset({"product", "opened_on"}),
        "queries": frozenset({"queried_on"}),
        "public_records": frozenset({"recorded_on"}),
    },
    "relationship/1": {
        "utilisations": frozenset({"month", "limit_fen"}),
        "repayments": frozenset({"due_on"}),
    },
}
"""By product and table what is read besides the snapshots; documents are decoded for no more."""
INDUSTRY_CODE: Final = re.compile(r"[A-T]?([0-9]{2,4})")


def evidence_of(request: DecisionRequest, facts: Iterable[Fact], granted_fen: int) -> LabelEvidence:
    """What the question and its documents say; everything else stays unknown."""
    documents = {fact.product: fact for fact in facts if fact.state is State.OK}
    tax = _Document.of(documents.get("tax/1"), request.as_of)
    registration = _Document.of(documents.get("registration/1"), request.as_of)
    relationship = _Document.of(documents.get("relationship/1"), request.as_of)
    return LabelEvidence(
        customer_kind=request.customer_kind,
        industry_section=request.industry_section,
        region_code=request.region_code,
        industry_code=_industry(registration.text("industry_code")),
        headcount=_first(tax.number("headcount_declared"), registration.number("employee_count")),
        revenue_fen=tax.number("revenue_fen"),
        assets_fen=tax.number("assets_fen"),
        granted_fen=granted_fen,
        lines_here_fen=_line_here(relationship),
        bureau=_bureau(_Document.of(documents.get("bureau/1"), request.as_of)),
        loans_here=_loans_here(relationship),
    )


@dataclass(frozen=True, slots=True)
class _Document:
    """A readable document's columns as of a day, or nothing."""

    columns: Any
    day: date

    @classmethod
    def of(cls, fact: Fact | None, day: date) -> _Document:
        columns = None if fact is None else fact.columns
        return cls(columns if hasattr(columns, "tables") else None, day)

    @property
    def day_number(self) -> int:
        return day_number(self.day)

    def number(self, name: str) -> int | None:
        """A number, a date or a flag of the snapshot."""
        if not self.rows("snapshot") or self._is_null("snapshot", name, 0):
            return None
        return int(self.columns.tables["snapshot"][name][0])

    def text(self, name: str) -> str | None:
        found = self.number(name)
        return None if found is None else str(self.columns.text(found))

    def rows(self, table: str) -> int:
        if self.columns is None:
            return 0
        arrays: Mapping[str, Any] = self.columns.tables.get(table, {})
        return max((len(array) for array in arrays.values()), default=0)

    def values(self, table: str, name: str) -> list[int | None]:
        """A column, None where it is null."""
        if not self.rows(table):
            return []
        found: list[int | None] = self.columns.tables[table][name].tolist()
        nulls = self.columns.nulls.get(table, {}).get(name)
        if nulls is None:
            return found
        return [None if null else value for value, null in zip(found, nulls.tolist(), strict=True)]

    def codes(self, table: str, name: str) -> list[str]:
        """A column of codes that are never null."""
        legend = self.columns.legends[table][name] if self.columns is not None else ()
        return [legend[number] for number in self.values(table, name) if number is not None]

    def _is_null(self, table: str, name: str, row: int) -> bool:
        nulls = self.columns.nulls.get(table, {}).get(name)
        return nulls is not None and bool(nulls[row])


def _bureau(report: _Document) -> BureauHistory:
    """A report without a row is a report; without a report nothing is known."""
    if report.columns is None:
        return BureauHistory()
    today = report.day_number
    opened = report.values("accounts", "opened_on")
    kinds = [
        kind
        for kind, day in zip(report.codes("accounts", "product"), opened, strict=True)
        if day is not None and day < today
    ]
    first_loan, first_card = report.number("first_loan_on"), report.number("first_card_on")
    loans = bool(LOANS.intersection(kinds)) or (first_loan is not None and first_loan < today)
    accounts = bool(kinds) or loans or (first_card is not None and first_card < today)
    queried = any(day is not None and day < today for day in report.values("queries", "queried_on"))
    recorded = any(
        day is not None and day < today for day in report.values("public_records", "recorded_on")
    )
    return BureauHistory(loans=loans, accounts=accounts, anything=accounts or queried or recorded)


def _loans_here(relationship: _Document) -> bool | None:
    """A loan seen here is one; not to see one proves nothing about the years before."""
    seen = relationship.number("has_biz_loan") or relationship.number("has_mortgage")
    return True if seen or relationship.rows("repayments") else None


def _line_here(relationship: _Document) -> int | None:
    """The line of the last month before the day, where the document has one."""
    this_month = month_index(relationship.day) - EPOCH_MONTH
    lines = zip(
        relationship.values("utilisations", "month"),
        relationship.values("utilisations", "limit_fen"),
        strict=True,
    )
    known = [(month, line) for month, line in lines if month is not None and month < this_month]
    return max(known)[1] if known else None


def _industry(code: str | None) -> str | None:
    """GB/T 4754 digits, with or without the section's letter."""
    match = INDUSTRY_CODE.fullmatch(code or "")
    return match.group(1) if match else None


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)
