"""Servicing as its functions see it: their environment, their table, their wiring."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from servicing.warnings_wiring import sweep_warning_clocks, warning_desk, watch_positions
from servicing.wiring import wiring
from tests.support.aws import create_key
from tests.support.servicing import TABLE, TableWorld, table_world


@contextmanager
def servicing_world(
    monkeypatch: pytest.MonkeyPatch, *, business_date: str = "2020-03-01"
) -> Iterator[TableWorld]:
    """An empty table, and a fresh wiring that finds it."""
    monkeypatch.setenv("TABLE_NAME", TABLE)
    monkeypatch.setenv("BUSINESS_DATE", business_date)
    monkeypatch.setenv("ANSWER_MODEL_ARN", "absent")
    monkeypatch.setenv("COMPUTE_INDICATORS_ARN", "absent")
    monkeypatch.setenv("QUERY_EXTERNAL_DATA_ARN", "absent")
    _forget()
    with table_world() as table:
        monkeypatch.setenv("DATA_KEY_ARN", create_key())
        yield table
    _forget()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[TableWorld]:
    """The same, for one test."""
    with servicing_world(monkeypatch) as table:
        yield table


def _forget() -> None:
    for built in (wiring, warning_desk, sweep_warning_clocks, watch_positions):
        built.cache_clear()
