"""The rail as its functions see it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.rail_world import RailWorld, rail_world


@pytest.fixture
def north(monkeypatch: pytest.MonkeyPatch) -> Iterator[RailWorld]:
    """North's rail, with nothing in it."""
    with rail_world(monkeypatch) as world:
        yield world
