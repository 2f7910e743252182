"""The real firms: engine, slow implementation and the older one agree about their invoices."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from layers.models.training.firms import Firm, read_firms
from risk.domain.indicators.library import DEFINITIONS
from tests.support.real_data import REAL_FIRMS, needs_real_firms
from tests.unit.risk import slow_indicators
from tests.unit.risk.indicators.engine import engine_values, plain
from tests.unit.risk.indicators.slow import Value, slow_values

pytestmark = [pytest.mark.data, needs_real_firms]
AS_OF = date(2020, 2, 11)
"""Before the last invoices of the firms, so that some of them are not known yet."""
INVOICES = [name for name, one in DEFINITIONS.items() if one.domain == "inv"]
SMALL_FIRMS = 12
FIRMS = 385


def firms() -> Iterator[Firm]:
    yield from read_firms(REAL_FIRMS, labelled=True)
    yield from read_firms(REAL_FIRMS, labelled=False)


def assert_agreed(firm: Firm) -> dict[str, Value]:
    document = json.loads(firm.body)
    engine = plain(engine_values({"invoice/1": document}, AS_OF))
    slow = slow_values({"invoice/1": document}, AS_OF)
    older = slow_indicators.slow_values(document, AS_OF)

    assert {name: (engine[name], slow[name]) for name in slow if engine[name] != slow[name]} == {}
    assert {
        name: (engine[name], older[name]) for name in older if engine[name] != older[name]
    } == {}
    assert set(older) == set(INVOICES)
    return engine


def test_the_smallest_firms_are_what_both_slow_implementations_say() -> None:
    labelled = read_firms(REAL_FIRMS, labelled=True)

    for firm in sorted(labelled, key=lambda one: len(one.body))[:SMALL_FIRMS]:
        assert_agreed(firm)


@pytest.mark.full
def test_all_firms_are_what_both_slow_implementations_say() -> None:
    found = [assert_agreed(firm) for firm in firms()]

    assert len(found) == FIRMS
    assert all(
        any(one[name][0] == "ok" for one in found) for name in INVOICES if ".l1m.cv" not in name
    )
