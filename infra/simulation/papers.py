"""The documents of a simulated borrower as they are on the first of a month, and their indicators.

A look in a later month is a fresh look at the same member with what has befallen it since; the
noise of its months is drawn anew. The loan's own repayments are those of the simulated books.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import msgspec

from puhui.columns import read_columns
from risk.domain.facts import Fact
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import State, Values
from risk.usecases.compute_decision import indicators_of
from sandbox.domain.economy.documents import document
from sandbox.domain.economy.loans import Instalment, loan_relationship
from sandbox.domain.economy.member import Member
from sandbox.domain.economy.trade import books_of
from sandbox.domain.providers.books import Books

RELATIONSHIP: Final = "relationship/1"
PRODUCTS: Final = {
    "E": (
        "invoice/1", "bureau/1", "multi_lender/1", "bank_flow/1", "social_security/1",
        "judicial/1", RELATIONSHIP,
    ),
    "S": (
        "device/1", "bureau/1", "multi_lender/1", "bank_flow/1", "social_security/1",
        "utility/1", "judicial/1", RELATIONSHIP,
    ),
    "F": ("device/1", "agriculture/1", "bureau/1", "multi_lender/1", RELATIONSHIP),
}  # fmt: skip
"""What the simulated bank asks for when a loan is decided, and again whenever it is watched."""


def facts_on(
    member: Member, products: Iterable[str], path: Sequence[Instalment] = ()
) -> list[Fact]:
    """The documents of a member on its day of observation; who is not known somewhere, is not."""
    books = books_of(member)
    return [_fact(one, _document(member, books, one, path)) for one in products]


def values_on(facts: Sequence[Fact], day: date) -> Values:
    """All indicators that the documents give, by the engine of `risk`."""
    return indicators_of(facts, AsOf(day))


def _document(
    member: Member, books: Books, product: str, path: Sequence[Instalment]
) -> dict[str, Any] | None:
    found = document(member, books, product)
    if product != RELATIONSHIP or found is None or not path:
        return found
    seen = loan_relationship(member, books, tuple(path))
    return {**found, **seen.tables, "snapshot": seen.snapshot, "row_count": seen.row_count}


def _fact(product: str, found: dict[str, Any] | None) -> Fact:
    if found is None:
        return Fact(product=product, state=State.MISSING, reason="not_known")
    columns = read_columns(product, msgspec.json.encode(found))
    return Fact(product=product, state=State.OK, columns=columns)
