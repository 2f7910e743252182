"""All documents of a member: the providers' own generators, each seeing the member its own way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from sandbox.domain.economy.devices import device_facts_of
from sandbox.domain.economy.farms import farm_facts
from sandbox.domain.economy.member import Member
from sandbox.domain.economy.papers import invoice_facts_of
from sandbox.domain.providers.books import Books
from sandbox.domain.providers.facts import Facts
from sandbox.domain.providers.facts_bank import bank_flow_facts
from sandbox.domain.providers.facts_credit import (
    bureau_facts,
    multi_lender_facts,
    relationship_facts,
)
from sandbox.domain.providers.facts_premises import social_security_facts, utility_facts
from sandbox.domain.providers.facts_standing import judicial_facts, registration_facts
from sandbox.domain.providers.facts_tax import tax_facts
from sandbox.domain.providers.profiles import PROFILES

SOURCE: Final = "sandbox.economy"
NO_LOAN_HERE_PERCENT: Final = 50
MISS_PERMILLE: Final[Mapping[str, int]] = MappingProxyType(
    {
        endpoint.product: profile.miss_permille
        for profile in PROFILES.values()
        for endpoint in profile.endpoints
    }
)
"""How many of a thousand members the provider of a product does not know."""
FIRM_PRODUCTS: Final = frozenset({"registration/1", "tax/1", "invoice/1"})


def products_of(segment: str) -> tuple[str, ...]:
    """The products that exist for a segment: a consumer has no tax return, a shop no land."""
    person, farmer = segment in "FC", segment == "F"
    return tuple(
        product
        for product in WRITERS
        if not (person and product in FIRM_PRODUCTS) and (farmer or product != "agriculture/1")
    )


def document(member: Member, books: Books, product: str) -> dict[str, Any] | None:
    """The canonical document of a product; None where the provider does not know the member."""
    miss = MISS_PERMILLE.get(product, 0)
    if member.rng(f"known|{product}").randrange(1_000) < miss:
        return None
    facts = facts_of(member, books, product)
    found: dict[str, Any] = {
        "schema": product,
        "source": SOURCE,
        "period_from": facts.period_from,
        "period_to": facts.period_to,
        "row_count": facts.row_count,
        **facts.tables,
    }
    return found | {"snapshot": facts.snapshot} if facts.snapshot else found


def facts_of(member: Member, books: Books, product: str) -> Facts:
    """The facts of a product, from books whose stress is what this domain sees."""
    if product == "invoice/1":
        return invoice_facts_of(member, books)
    return WRITERS[product](member, replace(books, stress=member.stress(product)))


def _bureau(member: Member, books: Books) -> Facts:
    """Who never had an account has an empty report; queries are there all the same."""
    facts = bureau_facts(books)
    if not member.thin:
        return facts
    facts.tables.update(accounts=[], payments=[], public_records=[])
    facts.tables["queries"] = facts.tables["queries"][: books.stress // 25]
    facts.snapshot.update(first_loan_on=None, history_months=0)
    return facts


def _relationship(member: Member, books: Books) -> Facts:
    """Half of those who ask have had no loan here; who never had an account had none either."""
    facts = relationship_facts(books)
    rng = member.rng("relationship here")
    if member.thin or rng.randrange(100) < NO_LOAN_HERE_PERCENT:
        facts.tables["repayments"] = []
        facts.snapshot["has_biz_loan"] = False
    return facts


def _bank_flow(member: Member, books: Books) -> Facts:
    """What comes in for a consumer is wages."""
    facts = bank_flow_facts(books)
    if member.segment == "C":
        for row in facts.tables["transactions"]:
            if row["direction"] == "in" and row["kind"] == "business":
                row.update(kind="payroll", purpose="工资")
    return facts


def _registration(member: Member, books: Books) -> Facts:
    facts = registration_facts(books)
    if member.segment == "T":
        rng = member.rng("high tech")
        facts.snapshot["high_tech"] = rng.randrange(1_000) < 450 + member.ability // 6
    facts.snapshot["approved_on"] = books.applicant.established_on + timedelta(days=1)
    return facts


WRITERS: Final[Mapping[str, Callable[[Member, Books], Facts]]] = MappingProxyType(
    {
        "bureau/1": _bureau,
        "tax/1": lambda member, books: tax_facts(books),
        "invoice/1": invoice_facts_of,
        "registration/1": _registration,
        "judicial/1": lambda member, books: judicial_facts(books),
        "bank_flow/1": _bank_flow,
        "multi_lender/1": lambda member, books: multi_lender_facts(books),
        "social_security/1": lambda member, books: social_security_facts(books),
        "utility/1": lambda member, books: utility_facts(books),
        "agriculture/1": farm_facts,
        "device/1": device_facts_of,
        "relationship/1": _relationship,
    }
)
