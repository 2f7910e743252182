"""Servicing as its functions see it: their environment, their table, their wiring."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from servicing.wiring import wiring
from tests.support.servicing import TABLE, TableWorld, table_world


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[TableWorld]:
    """An empty table, and a fresh wiring that finds it."""
    monkeypatch.setenv("TABLE_NAME", TABLE)
    monkeypatch.setenv("BUSINESS_DATE", "2020-03-01")
    wiring.cache_clear()
    with table_world() as table:
        yield table
    wiring.cache_clear()
