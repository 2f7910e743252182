"""What documents say for the labels: as of the day, and nothing that they do not say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from puhui.columns import decode_columns, encode_columns
from puhui.fact_schemas import PRODUCTS
from risk.domain.facts import Fact
from risk.domain.indicators.values import State
from risk.domain.labels.evidence import BureauHistory, LabelEvidence
from risk.domain.labels.gather import evidence_of
from risk.usecases.read_facts import ReadFacts
from tests.support.fact_documents import a_fact_document, fact_bytes
from tests.support.risk import NORTH, a_reference, a_request
from tests.support.risk_stores import InMemoryDocuments

DAY = date(2026, 8, 1)


def a_fact(
    product: str,
    snapshot: dict[str, Any] | None = None,
    *,
    state: State = State.OK,
    **tables: list[dict[str, Any]],
) -> Fact:
    """A document of a product with these rows."""
    found = PRODUCTS[product]
    rows = {name: tables.get(name, []) for name in found.tables}
    document: dict[str, Any] = {
        "schema": product,
        "source": "tests",
        "period_from": "2023-08-01",
        "period_to": "2026-07-31",
        "row_count": sum(map(len, rows.values())),
        **rows,
    }
    if snapshot is not None:
        document["snapshot"] = snapshot
    columns: Any = decode_columns(encode_columns(product, fact_bytes(document)))
    return Fact(product=product, state=state, columns=columns)


def found(*facts: Fact) -> LabelEvidence:
    return evidence_of(a_request(as_of=DAY), facts, granted_fen=7)


def an_account(**changes: Any) -> dict[str, Any]:
    return {
        "account_no": "1",
        "product": "biz_loan",
        "opened_on": "2026-07-31",
        "status": "normal",
    } | changes


REPORTED = {"reported_on": "2026-07-31"}


def test_without_documents_only_the_question_is_known() -> None:
    evidence = found()

    assert evidence == LabelEvidence(
        customer_kind="firm", industry_section="F", region_code="340100", granted_fen=7
    )


def test_tax_and_registration_give_size() -> None:
    evidence = found(
        a_fact("tax/1", {"headcount_declared": 12, "revenue_fen": 5, "assets_fen": 6}),
        a_fact(
            "registration/1",
            {"status": "active", "employee_count": 30, "industry_code": "F5211"},
        ),
    )

    assert (evidence.headcount, evidence.revenue_fen, evidence.assets_fen) == (12, 5, 6)
    assert evidence.industry_code == "5211"


def test_the_annual_report_gives_the_headcount_that_the_tax_office_lacks() -> None:
    tax = a_fact("tax/1", {"headcount_declared": None})
    registration = a_fact("registration/1", {"status": "active", "employee_count": 30})

    assert found(tax, registration).headcount == 30


@pytest.mark.parametrize("code", [None, "零售", "F", "52111", "Z52"])
def test_an_industry_that_is_no_code_is_not_known(code: str | None) -> None:
    registration = a_fact("registration/1", {"status": "active", "industry_code": code})

    assert found(registration).industry_code is None


@pytest.mark.parametrize(
    ("fact", "history"),
    [
        (a_fact("bureau/1", REPORTED), BureauHistory(loans=False, accounts=False, anything=False)),
        (a_fact("bureau/1"), BureauHistory(loans=False, accounts=False, anything=False)),
        (
            a_fact("bureau/1", REPORTED, accounts=[an_account()]),
            BureauHistory(loans=True, accounts=True, anything=True),
        ),
        (
            a_fact("bureau/1", REPORTED, accounts=[an_account(product="card")]),
            BureauHistory(loans=False, accounts=True, anything=True),
        ),
        (
            a_fact("bureau/1", REPORTED, accounts=[an_account(opened_on="2026-08-01")]),
            BureauHistory(loans=False, accounts=False, anything=False),
        ),
        (
            a_fact("bureau/1", REPORTED | {"first_loan_on": "2019-01-01"}),
            BureauHistory(loans=True, accounts=True, anything=True),
        ),
        (
            a_fact("bureau/1", REPORTED | {"first_card_on": "2019-01-01"}),
            BureauHistory(loans=False, accounts=True, anything=True),
        ),
        (
            a_fact("bureau/1", REPORTED, queries=[{"queried_on": "2026-07-01", "reason": "loan"}]),
            BureauHistory(loans=False, accounts=False, anything=True),
        ),
        (a_fact("bureau/1", REPORTED, state=State.STALE), BureauHistory()),
    ],
)
def test_the_bureau_tells_of_the_time_before_the_day(fact: Fact, history: BureauHistory) -> None:
    assert found(fact).bureau == history


@pytest.mark.parametrize(
    ("snapshot", "loans"),
    [
        (None, None),
        ({"has_biz_loan": False, "has_mortgage": False}, None),
        ({"has_biz_loan": True}, True),
        ({"has_mortgage": True}, True),
    ],
)
def test_not_to_see_a_loan_here_proves_nothing(
    snapshot: dict[str, Any] | None, loans: bool | None
) -> None:
    assert found(a_fact("relationship/1", snapshot)).loans_here is loans


def test_a_repayment_shows_a_loan_of_this_bank() -> None:
    paid = {"due_on": "2026-01-20", "due_fen": 1, "days_past_due": 0}

    assert found(a_fact("relationship/1", repayments=[paid])).loans_here is True


def test_the_line_here_is_that_of_the_last_month_before_the_day() -> None:
    lines = [
        {"month": month, "limit_fen": limit, "used_fen": 0}
        for month, limit in (("2026-06", 5), ("2026-07", 9), ("2026-05", 7))
    ]

    assert found(a_fact("relationship/1", utilisations=lines)).lines_here_fen == 9


@pytest.mark.parametrize("product", ["bureau/1", "relationship/1", "tax/1", "registration/1"])
def test_a_decoded_document_has_every_field_that_labels_read(product: str) -> None:
    """Decided from stored columns and replayed from the document, the labels are the same."""
    body = fact_bytes(a_fact_document(product))
    stored: Any = decode_columns(encode_columns(product, body))
    reference = a_reference(body, product=product)
    documents = InMemoryDocuments({reference.key or "": body})

    (read, *_) = ReadFacts(documents)(NORTH, [reference])

    kept = Fact(product=product, state=State.OK, columns=stored)
    assert found(read) == found(kept)
