"""The rows that are listed for a value are those that made it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

from risk.domain.indicators.evidence import EvidenceRow, rows_behind
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import State
from tests.support.risk import an_invoice, numbered
from tests.unit.risk.indicators.engine import engine_values, facts_of
from tests.unit.risk.indicators.random_documents import Document
from tests.unit.risk.indicators.slow_paper import Paper
from tests.unit.risk.indicators.strategies import AS_OF, subjects

COUNTS = [one for one in DEFINITIONS.values() if one.calculation.agg == "cnt"]
SUMS = [
    one
    for one in DEFINITIONS.values()
    if one.calculation.agg == "sum"
    and one.calculation.value in ("amount_fen", "tax_total_fen", "balance_fen", "count", "days")
]
"""Those of whole amounts and numbers, which no rounding changes."""
NEW_SHARE = "ent.inv.out_party.all.l6m.new_share"


def evidence(found: dict[str, Document | str], name: str, as_of: date = AS_OF) -> list[EvidenceRow]:
    return list(rows_behind(DEFINITIONS[name], facts_of(found), AsOf(as_of)))


def an_invoice_document(*rows: dict[str, Any]) -> Document:
    return {
        "schema": "invoice/1",
        "source": "tests",
        "period_from": "2023-08-01",
        "period_to": "2026-07-31",
        "row_count": len(rows),
        "rows": numbered(rows),
    }


@settings(max_examples=8, deadline=None)
@given(subject=subjects())
def test_a_count_has_as_many_rows_behind_it(subject: dict[str, Document | str]) -> None:
    values, facts = engine_values(subject, AS_OF), facts_of(subject)

    for one in COUNTS:
        if values[one.id].state is State.OK:
            rows = list(rows_behind(one, facts, AsOf(AS_OF)))
            assert [row.known for row in rows] == [True] * int(values[one.id].decimal or 0), one.id


@settings(max_examples=8, deadline=None)
@given(subject=subjects())
def test_the_rows_behind_a_sum_add_up_to_it(subject: dict[str, Document | str]) -> None:
    values, facts = engine_values(subject, AS_OF), facts_of(subject)

    for one in SUMS:
        document = subject.get(one.source)
        if values[one.id].state is State.OK and isinstance(document, dict):
            how, paper = one.calculation, Paper(one.source, document, AS_OF)
            amounts = [
                paper.amount(how.table, str(how.value), row.fields[str(how.value)])
                for row in rows_behind(one, facts, AsOf(AS_OF))
            ]
            assert sum(amounts, Fraction(0)) == Fraction(values[one.id].decimal or 0), one.id


def test_growth_lists_both_windows() -> None:
    document = an_invoice_document(an_invoice(), an_invoice(issued_on="2026-06-10"))

    rows = evidence({"invoice/1": document}, "ent.inv.out_valid_amt.all.l1m.mom")

    assert [(row.part, row.fields["issued_on"]) for row in rows] == [
        ("window", "2026-07-10"),
        ("earlier", "2026-06-10"),
    ]


def test_new_counterparties_are_told_from_those_of_before_the_window() -> None:
    document = an_invoice_document(an_invoice(), an_invoice(issued_on="2025-06-10"))

    rows = evidence({"invoice/1": document}, NEW_SHARE)

    assert [(row.part, row.fields["issued_on"]) for row in rows] == [
        ("window", "2026-07-10"),
        ("base", "2025-06-10"),
    ]


def test_a_row_that_may_count_is_listed_as_not_known() -> None:
    document = an_invoice_document()
    account = {"account_no": "A1", "product": "card", "opened_on": "2024-01-01"}
    bureau = document | {
        "schema": "bureau/1",
        "row_count": 1,
        "accounts": [account | {"status": "normal", "five_class": None}],
        **{name: [] for name in ("payments", "queries", "special_trades", "public_records")},
    }
    del bureau["rows"]

    rows = evidence({"bureau/1": bureau}, "own.bur.five_class.loss.now.cnt")

    assert [(row.known, row.fields["account_no"]) for row in rows] == [(False, "A1")]


@pytest.mark.parametrize("name", ["ent.tax.revenue.all.now.value", NEW_SHARE])
def test_without_a_document_there_is_no_row(name: str) -> None:
    assert evidence({}, name) == []
