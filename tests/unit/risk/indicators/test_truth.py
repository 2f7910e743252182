"""The engine gives what the slow implementation gives, of every product and of all together."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.library import DEFINITIONS
from tests.unit.risk.indicators.engine import engine_values, plain
from tests.unit.risk.indicators.random_documents import Document, a_subject
from tests.unit.risk.indicators.slow import slow_values
from tests.unit.risk.indicators.strategies import AS_OF, MOMENTS, documents, subjects

BIG_ROWS = 60
SEEDS = range(100)
NEVER = {name for name in DEFINITIONS if name.endswith(".l1m.cv")}
"""One month varies from no other: the grid has these places, and each is always undefined."""


def assert_equal(found: dict[str, Document | str], as_of: date) -> None:
    engine, slow = plain(engine_values(found, as_of)), slow_values(found, as_of)

    assert {name: (engine[name], slow[name]) for name in slow if engine[name] != slow[name]} == {}
    assert list(engine) == list(slow)


@pytest.mark.parametrize("product", PRODUCTS)
@settings(max_examples=12, deadline=None)
@given(data=st.data(), as_of=MOMENTS)
def test_a_document_gives_what_the_slow_implementation_gives(
    product: str, data: st.DataObject, as_of: date
) -> None:
    assert_equal({product: data.draw(documents(product, as_of))}, as_of)


@pytest.mark.full
@pytest.mark.parametrize("product", PRODUCTS)
@settings(max_examples=200, deadline=None)
@given(data=st.data(), as_of=MOMENTS)
def test_many_documents_give_what_the_slow_implementation_gives(
    product: str, data: st.DataObject, as_of: date
) -> None:
    assert_equal({product: data.draw(documents(product, as_of))}, as_of)


@settings(max_examples=30, deadline=None)
@given(data=st.data(), as_of=MOMENTS)
def test_all_that_is_known_of_somebody_gives_what_the_slow_implementation_gives(
    data: st.DataObject, as_of: date
) -> None:
    assert_equal(data.draw(subjects(as_of)), as_of)


@pytest.mark.full
@settings(max_examples=1_000, deadline=None)
@given(data=st.data(), as_of=MOMENTS)
def test_all_that_is_known_of_many_gives_what_the_slow_implementation_gives(
    data: st.DataObject, as_of: date
) -> None:
    assert_equal(data.draw(subjects(as_of)), as_of)


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_big_documents_give_what_the_slow_implementation_gives(seed: int) -> None:
    assert_equal(a_subject(Random(seed), AS_OF, BIG_ROWS), AS_OF)


@pytest.mark.full
def test_random_documents_give_every_indicator_a_value_sooner_or_later() -> None:
    """So that agreeing is not agreeing on nothing; the big documents are compared on the way."""
    valued: set[str] = set()

    for seed in SEEDS:
        found = a_subject(Random(seed), AS_OF, BIG_ROWS)
        assert_equal(found, AS_OF)
        valued |= {name for name, (state, _) in slow_values(found, AS_OF).items() if state == "ok"}

    assert set(DEFINITIONS) - valued == NEVER
