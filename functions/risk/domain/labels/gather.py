"""Gathers the labels' evidence from the question and from the documents that came with it.

A document that is not ok gives nothing, and a row after the day never matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from puhui.contracts.risk import DecisionRequest
from risk.domain.documents import Document
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
    tax = Document.of(documents.get("tax/1"), request.as_of)
    registration = Document.of(documents.get("registration/1"), request.as_of)
    relationship = Document.of(documents.get("relationship/1"), request.as_of)
    return LabelEvidence(
        customer_kind=request.customer_kind,
        industry_section=request.industry_section,
        region_code=request.region_code,
        industry_code=industry_digits(registration.text("industry_code")),
        headcount=_first(tax.number("headcount_declared"), registration.number("employee_count")),
        revenue_fen=tax.number("revenue_fen"),
        assets_fen=tax.number("assets_fen"),
        granted_fen=granted_fen,
        lines_here_fen=line_here(relationship),
        bureau=_bureau(Document.of(documents.get("bureau/1"), request.as_of)),
        loans_here=_loans_here(relationship),
    )


def _bureau(report: Document) -> BureauHistory:
    """A report without a row is a report; without a report nothing is known."""
    if not report.is_there:
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


def _loans_here(relationship: Document) -> bool | None:
    """A loan seen here is one; not to see one proves nothing about the years before."""
    seen = relationship.number("has_biz_loan") or relationship.number("has_mortgage")
    return True if seen or relationship.rows("repayments") else None


def line_here(relationship: Document) -> int | None:
    """The line of the last month before the day, where the document has one."""
    this_month = month_index(relationship.day) - EPOCH_MONTH
    lines = zip(
        relationship.values("utilisations", "month"),
        relationship.values("utilisations", "limit_fen"),
        strict=True,
    )
    known = [(month, line) for month, line in lines if month is not None and month < this_month]
    return max(known)[1] if known else None


def industry_digits(code: str | None) -> str | None:
    """GB/T 4754 digits, with or without the section's letter."""
    match = INDUSTRY_CODE.fullmatch(code or "")
    return match.group(1) if match else None


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)
