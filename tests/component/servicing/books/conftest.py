"""Loan books over their own wiring, on the accounting day of the first instalment."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from servicing.books_wiring import books_wiring
from tests.component.servicing.conftest import servicing_world
from tests.support.servicing import TableWorld, a_disbursed_loan

DUE_DAY = "2020-04-01"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[TableWorld]:
    """An empty table, and a fresh wiring that finds it."""
    with servicing_world(monkeypatch, business_date=DUE_DAY) as table:
        books_wiring.cache_clear()
        yield table
        books_wiring.cache_clear()


@pytest.fixture
def loan_id(world: TableWorld) -> str:
    """A loan of cus-1 at branch b1 of north: 300,000 yuan since 2020-03-01."""
    return a_disbursed_loan(world).loan_id


@pytest.fixture
def next_day(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The accounting day moves on."""

    def move() -> None:
        monkeypatch.setenv("BUSINESS_DATE", "2020-04-02")
        books_wiring.cache_clear()

    return move
