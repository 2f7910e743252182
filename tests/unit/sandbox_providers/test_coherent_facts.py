"""One firm's sources agree with each other, unless its persona lies, and fit the products."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from puhui.fact_schemas import PRODUCTS, Field
from sandbox.domain.population import generate
from sandbox.domain.providers.books import Books, open_books
from sandbox.domain.providers.facts_bank import bank_flow_facts
from sandbox.domain.providers.facts_credit import bureau_facts, multi_lender_facts
from sandbox.domain.providers.facts_premises import social_security_facts, utility_facts
from sandbox.domain.providers.facts_standing import judicial_facts, registration_facts
from sandbox.domain.providers.facts_tax import tax_facts
from sandbox.domain.providers.knowledge import FACTS, knows
from sandbox.domain.providers.profiles import PROFILES

AS_OF = date(2026, 8, 3)
POPULATION = tuple(open_books(firm, "42") for firm in generate("42", 60, AS_OF))
HONEST = ("healthy", "seasonal", "thin", "few_customers", "shrinking")


def of_persona(*personas: str) -> list[Books]:
    """The firms of some personas."""
    return [books for books in POPULATION if books.applicant.persona in personas]


def invoiced_fen(books: Books, key: str = "amount_fen") -> int:
    """Valid invoiced sales of the last twelve full months."""
    first = books.months[-min(12, len(books.months))].first.isoformat()
    last = AS_OF.replace(day=1).isoformat()
    return sum(
        row[key]
        for row in books.applicant.invoices["rows"]
        if row["direction"] == "out"
        and row["status"] == "valid"
        and first <= row["issued_on"] < last
    )


def banked_fen(books: Books) -> int:
    """Business money in of the last twelve full months."""
    rows = bank_flow_facts(books).tables["transactions"]
    return sum(r["amount_fen"] for r in rows if r["direction"] == "in" and r["kind"] == "business")


def power_kwh(books: Books, months: slice) -> int:
    """Power of some months."""
    wanted = {month.text for month in books.months[months]}
    rows = utility_facts(books).tables["bills"]
    return sum(int(r["usage"]) for r in rows if r["kind"] == "power" and r["month"] in wanted)


def fits(field: Field, value: Any) -> bool:
    """Whether a canonical value is of its kind."""
    if value is None:
        return field.nullable
    if field.kind in ("int", "fen"):
        return type(value) is int and field.minimum <= value <= field.maximum
    if field.kind == "text":
        return isinstance(value, str) and 1 <= len(value) <= field.max_length
    if field.kind == "code":
        return value in field.codes
    if field.kind == "flag":
        return isinstance(value, bool)
    patterns = {"decimal": r"-?\d+(\.\d{1,6})?", "month": r"\d{4}-\d\d", "date": r"\d{4}-\d\d-\d\d"}
    return re.fullmatch(patterns[field.kind], str(value)) is not None


@pytest.mark.parametrize("product", sorted(FACTS))
def test_facts_fit_the_canonical_product(product: str) -> None:
    schema = PRODUCTS[product]

    wrong = [
        (books.applicant.applicant_id, table, name)
        for books in POPULATION
        for facts in (FACTS[product](books),)
        for table, rows in facts.tables.items()
        for row in rows
        for name in {*row, *schema.tables[table].fields}
        if not fits(schema.tables[table].fields[name], row.get(name))
    ]

    assert wrong == []


@pytest.mark.parametrize("product", sorted(FACTS))
def test_every_table_is_there_and_every_dated_row_lies_in_the_period(product: str) -> None:
    schema = PRODUCTS[product]

    outside = []
    for books in POPULATION:
        facts = FACTS[product](books)
        assert facts.tables.keys() == schema.tables.keys()
        for table, rows in facts.tables.items():
            for name, field in schema.tables[table].fields.items():
                size = 7 if field.kind == "month" else 10
                first, last = facts.period_from.isoformat(), facts.period_to.isoformat()
                outside += [
                    (table, name, row[name])
                    for row in rows
                    if field.in_period
                    and row.get(name) is not None
                    and not first[:size] <= str(row[name]) <= last[:size]
                ]

    assert outside == []


@pytest.mark.parametrize("product", sorted({p for p in FACTS if PRODUCTS[p].snapshot}))
def test_snapshots_fit_the_canonical_product(product: str) -> None:
    fields = PRODUCTS[product].snapshot

    wrong = [
        name
        for books in POPULATION
        for snapshot in (FACTS[product](books).snapshot,)
        for name in {*fields, *snapshot}
        if not fits(fields[name], snapshot.get(name))
    ]

    assert wrong == []


def test_the_same_firm_and_seed_always_give_the_same_facts() -> None:
    again = [open_books(firm, "42") for firm in generate("42", 5, AS_OF)]

    assert [FACTS[p](b) for p in FACTS for b in again] == [
        FACTS[p](b) for p in FACTS for b in POPULATION[:5]
    ]


def test_an_honest_firm_declares_what_it_invoices() -> None:
    shares = [
        sum(row["sales_fen"] for row in tax_facts(books).tables["returns"][-12:])
        / max(invoiced_fen(books), 1)
        for books in of_persona(*HONEST)
    ]

    assert all(0.95 < share < 1.04 for share in shares)


def test_an_honest_firm_is_paid_what_it_invoices_with_tax() -> None:
    shares = [
        banked_fen(books) / max(invoiced_fen(books, "total_fen"), 1)
        for books in of_persona(*HONEST)
    ]

    assert all(0.90 < share < 1.0 for share in shares)


def test_circular_invoices_are_far_above_tax_and_bank() -> None:
    lies = [
        (banked_fen(books) * 3, tax_facts(books).snapshot["revenue_fen"])
        for books in of_persona("circular")
    ]

    assert lies
    assert all(
        banked < invoiced_fen(books) * 1.1
        for (banked, _), books in zip(lies, of_persona("circular"), strict=True)
    )


def test_a_firm_that_stopped_invoicing_still_uses_power() -> None:
    still = [
        power_kwh(books, slice(-3, None)) / power_kwh(books, slice(-9, -6))
        for books in of_persona("interrupted")
    ]

    assert still
    assert all(share > 0.3 for share in still)


def test_voided_and_returned_sales_never_arrive_at_the_bank() -> None:
    shares = [
        banked_fen(books) / invoiced_fen(books, "total_fen")
        for books in of_persona("void_heavy", "red_invoice_heavy")
    ]

    assert shares
    assert all(share < 0.86 for share in shares)


def test_a_shrinking_firm_keeps_its_staff_while_power_falls() -> None:
    firms = of_persona("shrinking")
    staff = [social_security_facts(b).tables["headcounts"] for b in firms]
    power = [power_kwh(b, slice(-6, None)) / power_kwh(b, slice(0, 6)) for b in firms]

    assert firms
    assert all(abs(rows[0]["insured"] - rows[-1]["insured"]) <= 2 for rows in staff)
    assert all(share < 0.9 for share in power)


def test_the_register_agrees_with_the_party() -> None:
    for books in POPULATION:
        snapshot, party = registration_facts(books).snapshot, books.applicant.party

        assert (snapshot["name"], snapshot["uscc"], snapshot["legal_person_name"]) == (
            party.name,
            party.uscc,
            party.legal_person_name,
        )
        assert snapshot["established_on"] == books.applicant.established_on
        assert snapshot["region_code"] == books.applicant.region_code


def test_stress_brings_queries_loans_and_lawsuits() -> None:
    calm = [books for books in POPULATION if books.stress < 25]
    tight = [books for books in POPULATION if books.stress >= 75]

    def average(firms: list[Books], count: Callable[[Books], int]) -> float:
        return sum(count(books) for books in firms) / len(firms)

    def queries(books: Books) -> int:
        return len(bureau_facts(books).tables["queries"])

    def applications(books: Books) -> int:
        return len(multi_lender_facts(books).tables["queries"])

    def cases(books: Books) -> int:
        return len(judicial_facts(books).tables["cases"])

    assert average(tight, queries) > 2 * average(calm, queries)
    assert average(tight, applications) > 4 * average(calm, applications)
    assert (average(calm, cases), average(tight, cases) >= 1) == (0, True)


def test_balances_continue_from_line_to_line() -> None:
    for books in POPULATION[:20]:
        facts = bank_flow_facts(books)
        (statement,) = facts.tables["statements"]
        balance = statement["opening_fen"]

        for row in facts.tables["transactions"]:
            balance += row["amount_fen"] if row["direction"] == "in" else -row["amount_fen"]
            assert row["balance_fen"] == balance >= 0

        assert balance == statement["closing_fen"]


def test_each_provider_misses_a_few_percent_of_firms() -> None:
    tax = PROFILES["sbx-tax"]
    firms = [open_books(firm, "7") for firm in generate("7", 200, AS_OF)]

    known = sum(knows(tax, books, "tax/1") for books in firms)

    assert 188 <= known < 200


def test_the_invoice_platform_knows_every_firm() -> None:
    invoice = PROFILES["sbx-invoice"]

    assert all(knows(invoice, books, "invoice/1") for books in POPULATION)
