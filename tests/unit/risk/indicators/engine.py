"""The engine as the tests ask it: documents as JSON in, states and decimals out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from puhui.columns import read_columns
from risk.domain.facts import Fact
from risk.domain.indicators.engine import compute
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import State, Values
from tests.unit.risk.indicators.random_documents import Document, body_of
from tests.unit.risk.indicators.slow import Value


def engine_values(documents: Mapping[str, Document | str], as_of: date) -> Values:
    """All indicators; a product is a document, a state or absent."""
    return compute(facts_of(documents), AsOf(as_of))


def facts_of(documents: Mapping[str, Document | str]) -> dict[str, Fact]:
    """The documents and states as a decision knows them."""
    return {product: _fact(product, found) for product, found in documents.items()}


def plain(values: Values) -> dict[str, Value]:
    """The values as the slow implementation gives them."""
    return {name: (value.state.value, value.decimal) for name, value in values.items()}


def invoice_values(values: Values) -> Values:
    """Those of the invoice grid, in a dict that compares."""
    return {name: value for name, value in values.items() if ".inv." in name}


def _fact(product: str, found: Document | str) -> Fact:
    if isinstance(found, str):
        return Fact(product=product, state=State(found), reason="test")
    columns = read_columns(product, body_of(found))
    return Fact(product=product, state=State.OK, columns=columns)
