"""No model and no indicator reads a protected field: groups exist in fairness reports only."""

from __future__ import annotations

import json
import re

from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.library import ALL_DEFINITIONS
from risk.domain.monitoring.fairness import PROTECTED
from tests.support.risk_stores import ARTEFACTS

FORBIDDEN = re.compile(
    r"(^|[._])(gender|sex|birth\w*|born\w*|age|age_band|years_old|ethnic\w*|nationality|"
    r"religion|marital\w*|married|pregnan\w*|disab\w*|region|region_code|province|native_place|"
    r"hukou|household_registration)($|[._])"
)
"""Words of a name that speak of a person's group."""
AGES_OF_THINGS = {
    "first_loan_age", "first_card_age", "approved_age", "opened_age", "customer_age",
    "registered_age", "first_paid_age", "number_age", "ent.reg.age", "age_months",
}  # fmt: skip
"""How long a firm, a loan, an account or a phone number exists is no age of a person."""


LEGAL = {
    ("admission_policy", "born_on"),
    ("admission_policy", "region_code"),
    ("identity_consistency", "card_born_on"),
    ("identity_consistency", "card_region_code"),
}
"""Rules, not statistics: of age to borrow, within the bank's licensed area, and what an identity
card says compared with its own number."""


def names_a_group(name: str) -> bool:
    """Whether a name speaks of a protected group."""
    plain = name
    for thing in AGES_OF_THINGS:
        plain = plain.replace(thing, "")
    return FORBIDDEN.search(plain) is not None


def test_the_check_finds_what_it_is_there_for() -> None:
    assert all(
        map(names_a_group, ("per.bureau.gender", "ent.age.max", "region_code", "birth_date"))
    )
    assert not any(map(names_a_group, ("per.dev.number_age.all", "average_fen", "ent.inv.image")))
    assert all(names_a_group(one) for one in PROTECTED)


def test_no_indicator_is_about_a_protected_group() -> None:
    assert [one.id for one in ALL_DEFINITIONS if names_a_group(one.id)] == []


def test_no_indicator_reads_a_protected_field() -> None:
    read = {path for one in ALL_DEFINITIONS for path in one.fields if names_a_group(path)}

    assert read == set()


def test_no_fact_document_even_has_a_field_for_gender_or_birth() -> None:
    fields = {
        f"{code}:{table}.{name}"
        for code, product in PRODUCTS.items()
        for table, found in product.tables.items()
        for name in found.fields
        if re.search(r"gender|sex|birth|ethnic|religion|marital", name)
    }

    assert fields == set()


def test_no_card_has_a_protected_input_but_where_the_law_asks_for_it() -> None:
    cards = sorted(ARTEFACTS.glob("*/card.json"))
    inputs = {
        (path.parent.name, str(entry.get("indicator") or entry["name"]))
        for path in cards
        for entry in json.loads(path.read_text(encoding="utf-8"))["inputs"]
    }

    assert cards
    assert {one for one in inputs if names_a_group(one[1])} == LEGAL
