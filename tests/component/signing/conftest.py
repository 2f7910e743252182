"""Signing on moto, with the sandbox's authority over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.signing_world import World, signing_world


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An empty account with signing deployed."""
    with signing_world(monkeypatch) as deployed:
        yield deployed
