"""Documents of a member tell one story, fit their products, and know nothing of the future."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puhui.columns import read_columns
from sandbox.domain.economy import outcomes
from sandbox.domain.economy.documents import document, facts_of, products_of
from sandbox.domain.economy.loans import loan_relationship, path_until_observed
from sandbox.domain.economy.member import SEGMENT_NAMES, Member, member_at
from sandbox.domain.economy.trade import books_of
from sandbox.domain.names import SIMULATED
from sandbox.domain.providers.books import Books

INDICES = st.integers(0, 100_000)
FUTURE_DAYS = frozenset({"due_on", "to_on", "term_to"})
"""Deadlines and ends of contracts that lie ahead and are known today."""


def opened(segment: str, index: int) -> tuple[Member, Books]:
    """A member and its books."""
    member = member_at("documents", segment, index)
    return member, books_of(member)


def days(value: Any, name: str = "") -> list[date]:
    """All days in a document that are not such."""
    if isinstance(value, dict):
        return [day for key, one in value.items() for day in days(one, key)]
    if isinstance(value, list):
        return [day for one in value for day in days(one, name)]
    return [value] if isinstance(value, date) and name not in FUTURE_DAYS else []


@pytest.mark.parametrize("segment", sorted(SEGMENT_NAMES))
@given(index=INDICES)
@settings(max_examples=6, deadline=None)
def test_every_document_fits_its_product(segment: str, index: int) -> None:
    member, books = opened(segment, index)

    for product in products_of(segment):
        found = document(member, books, product)
        if found is not None:
            read_columns(product, msgspec.json.encode(found))


@pytest.mark.parametrize("segment", sorted(SEGMENT_NAMES))
@given(index=INDICES)
@settings(max_examples=4, deadline=None)
def test_no_document_knows_a_day_after_the_observation(segment: str, index: int) -> None:
    member, books = opened(segment, index)

    for product in products_of(segment):
        assert max(days(document(member, books, product) or {}), default=date.min) <= (
            member.observed_on
        )


@given(index=INDICES, draw=st.text(min_size=1, max_size=4))
@settings(max_examples=10, deadline=None)
def test_documents_are_the_same_whatever_the_outcomes_are(index: int, draw: str) -> None:
    member, books = opened("F", index)
    before = {product: document(member, books, product) for product in products_of("F")}

    outcomes.bad_in_a_year(member, draw)
    outcomes.fraud(member, draw)
    outcomes.sixty_days_in_half_a_year(member, path_until_observed(member), draw)
    after = {product: document(member, books_of(member), product) for product in products_of("F")}

    assert after == before


def test_another_draw_gives_other_outcomes_to_the_same_members() -> None:
    group = [member_at("documents", "S", index) for index in range(400)]

    first = [outcomes.bad_in_a_year(member, "0") for member in group]
    second = [outcomes.bad_in_a_year(member, "1") for member in group]

    assert first != second


def test_twelve_domains_belong_to_the_segments() -> None:
    known = {product for segment in SEGMENT_NAMES for product in products_of(segment)}

    assert len(known) == 12
    assert "tax/1" not in products_of("C")
    assert "agriculture/1" in products_of("F")


def yearly(member: Member, books: Books, product: str) -> dict[str, Any]:
    """The tables of a product."""
    return facts_of(member, books, product).tables


@given(index=INDICES)
@settings(max_examples=10, deadline=None)
def test_tax_invoices_and_bank_tell_of_the_same_sales(index: int) -> None:
    member, books = opened("E", index)
    net = sum(month.net_fen for month in books.months)
    gross = sum(month.gross_fen for month in books.months[-12:])

    declared = sum(row["sales_fen"] for row in yearly(member, books, "tax/1")["returns"])
    invoiced = sum(
        row["amount_fen"]
        for row in yearly(member, books, "invoice/1")["rows"]
        if row["direction"] == "out"
    )
    banked = sum(
        row["amount_fen"]
        for row in yearly(member, books, "bank_flow/1")["transactions"]
        if row["direction"] == "in" and row["kind"] == "business"
    )

    assert 0.97 < declared / net < 1.02
    assert 0.75 < invoiced / net < 1.01
    assert 0.72 < banked / gross <= 1.0


def test_who_never_had_an_account_has_an_empty_report() -> None:
    thin = [opened("F", index) for index in range(60)]
    reports = [yearly(m, b, "bureau/1") for m, b in thin if m.thin]

    assert reports
    assert all(not report["accounts"] and not report["payments"] for report in reports)


def test_a_setback_takes_sales_from_the_month_it_happened_in() -> None:
    group = [opened("S", index) for index in range(400)]
    hit = [(m, b) for m, b in group if m.setback is not None and m.setback.loss_percent > 50]

    fell = [
        sum(x.gross_fen for x in b.months[-m.setback.months_ago :]) / m.setback.months_ago
        < sum(x.gross_fen for x in b.months[:12]) / 12
        for m, b in hit
        if m.setback is not None
    ]

    assert sum(fell) > len(fell) * 0.8


def test_who_is_tight_looks_tight_in_more_than_one_domain() -> None:
    group = [member_at("documents", "S", index) for index in range(600)]
    group.sort(key=lambda member: member.ability + member.willingness)
    tight, calm = group[:100], group[-100:]

    for product in ("bureau/1", "multi_lender/1", "bank_flow/1", "relationship/1"):
        low = sum(member.stress(product) for member in calm)
        high = sum(member.stress(product) for member in tight)
        assert high > low * 1.5


def test_no_single_domain_tells_the_outcome() -> None:
    group = [member_at("documents", "S", index) for index in range(2_000)]
    calm = [member for member in group if member.stress("bureau/1") < 30]

    assert any(outcomes.bad_in_a_year(member) for member in calm)


def test_a_loan_is_known_up_to_the_day_of_observation_only() -> None:
    for index in range(60):
        member = member_at("documents", "E", index, on_book=True)
        facts = loan_relationship(member, books_of(member), path_until_observed(member))

        for row in facts.tables["repayments"]:
            assert row["due_on"] < member.observed_on
            assert row["paid_on"] is None or row["paid_on"] < member.observed_on


def test_every_member_is_marked_as_simulated() -> None:
    names = [opened(segment, 1)[1].applicant.party.name for segment in SEGMENT_NAMES]

    assert all(SIMULATED in name for name in names)
