"""Tax and invoice facts: declared sales follow the real ones, invoices are as they were issued."""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.domain.providers.books import Books, Month, months_before
from sandbox.domain.providers.facts import Facts, Row, about

TIGHT = 65
"""From this stress on a firm pays late."""
DESPERATE = 85
VAT_SMALL_PERMILLE = 10
"""小规模纳税人 pay 1 % (财政部 税务总局公告2023年第19号)."""
VAT_GENERAL_PERMILLE = 28
"""What a general taxpayer really pays of its sales after deduction; for colour."""


def invoice_facts(books: Books) -> Facts:
    """Every invoice of the firm as it brings them itself."""
    document = books.applicant.invoices
    return Facts(
        period_from=date.fromisoformat(document["period_from"]),
        period_to=date.fromisoformat(document["period_to"]),
        tables={"rows": document["rows"]},
    )


def tax_facts(books: Books) -> Facts:
    """Declared sales are the real sales give or take a percent; who is tight files late."""
    rng = books.rng("tax")
    returns = [_return(books, month) for month in books.months]
    arrears: list[Row] = []
    penalties: list[Row] = []
    if books.stress >= TIGHT and returns:
        since = books.as_of - timedelta(days=rng.randrange(30, 300))
        owed = max(about(rng, returns[-1]["tax_total_fen"], 40, 90), 100_00)
        cleared = None if books.stress >= DESPERATE else since + timedelta(days=25)
        arrears.append(
            {"tax": "vat", "incurred_on": since, "amount_fen": owed, "cleared_on": cleared}
        )
        fined = rng.randrange(2, 20) * 100_00
        penalties.append({"decided_on": since, "kind": "late_filing", "amount_fen": fined})
    return Facts(
        period_from=books.period_from,
        period_to=books.period_to,
        tables={
            "returns": returns,
            "arrears": arrears,
            "penalties": penalties,
            "inspections": _inspections(books),
            "grades": [{"year": year, "grade": _grade(books)} for year in _years(books)],
        },
        snapshot=_snapshot(books),
    )


def _return(books: Books, month: Month) -> Row:
    rng = books.rng(f"tax|{month.text}")
    sales = about(rng, month.net_fen, 98, 101)
    permille = VAT_SMALL_PERMILLE if _small(books) else VAT_GENERAL_PERMILLE
    vat = about(rng, sales * permille // 1000, 90, 110)
    quarter = month.first.month % 3 == 1
    cit = about(rng, sales * 3 // 1000, 80, 120) if quarter and not _small(books) else 0
    due = (month.first + timedelta(days=32)).replace(day=15)
    late = rng.randrange(2, 20) if books.stress >= TIGHT and rng.randrange(100) < 20 else 0
    filed = due + timedelta(days=late) if late else due - timedelta(days=rng.randrange(0, 12))
    return {
        "period": month.text,
        "sales_fen": sales,
        "vat_paid_fen": vat,
        "cit_paid_fen": cit,
        "tax_total_fen": vat + cit + vat * 12 // 100,
        "due_on": due,
        "filed_on": filed if filed <= books.period_to else None,
    }


def _inspections(books: Books) -> list[Row]:
    """Who issues invoices without trade is looked into."""
    if books.story.real_percent == 100:
        return []
    opened = books.as_of - timedelta(days=books.rng("inspection").randrange(20, 120))
    return [{"opened_on": opened, "closed_on": None, "result": "open", "amount_fen": None}]


def _snapshot(books: Books) -> Row:
    rng = books.rng("tax snapshot")
    last_year = [m for m in books.months if m.first.year == books.as_of.year - 1]
    revenue = sum(m.net_fen for m in last_year) or sum(m.net_fen for m in books.months)
    cost = about(rng, revenue, 78, 92)
    assets = about(rng, revenue, 45, 90)
    return {
        "credit_grade": _grade(books),
        "taxpayer_type": "small" if _small(books) else "general",
        "status": "normal",
        "registered_on": books.applicant.established_on + timedelta(days=rng.randrange(5, 40)),
        "headcount_declared": books.headcount,
        "revenue_fen": revenue,
        "cost_fen": cost,
        "profit_fen": (revenue - cost) * 4 // 10,
        "assets_fen": assets,
        "liabilities_fen": assets * (30 + books.stress // 2) // 100,
        "industry": books.applicant.industry_section,
    }


def _grade(books: Books) -> str:
    """A young firm is M; the others are graded by how tight they are."""
    if books.applicant.established_on > months_before(books.as_of, 18):
        return "M"
    if books.stress >= DESPERATE:
        return "D"
    if books.stress >= TIGHT:
        return "C"
    return "A" if books.stress < 20 else "B"


def _years(books: Books) -> list[int]:
    """The graded years: from the year after the first, two at most."""
    last = books.as_of.year - 1
    first = max(books.applicant.established_on.year, last - 1)
    return list(range(first, last + 1))


def _small(books: Books) -> bool:
    return books.applicant.party.kind != "firm"
