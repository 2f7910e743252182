"""A running server of the twelve providers, with the price lists of the example files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from puhui.clock import FixedClock
from sandbox.adapters.provider_firms import ListedFirms
from sandbox.adapters.provider_server import Pace, ProviderServer
from sandbox.domain.applicant import Applicant
from sandbox.domain.population import generate

SEED = "42"
NOW = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[3] / "docs" / "examples" / "extdata"


@cache
def example_prices() -> dict[str, list[dict[str, Any]]]:
    """The price lines of the example files by connector."""
    prices: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(EXAMPLES.glob("sbx-*.yaml")):
        for price in yaml.safe_load(path.read_text(encoding="utf-8"))["prices"]:
            prices.setdefault(price["connector_id"], []).append(price)
    return prices


@pytest.fixture(scope="session")
def firms() -> list[Applicant]:
    """Twenty firms: one of every persona and more."""
    return list(generate(SEED, 20, date(2026, 8, 3)))


@pytest.fixture
def clock() -> FixedClock:
    """The clock of provider and bank."""
    return FixedClock(NOW)


@pytest.fixture
def posted() -> list[tuple[str, dict[str, str], bytes]]:
    """What was delivered to callback addresses."""
    return []


@pytest.fixture
def server(
    firms: list[Applicant],
    clock: FixedClock,
    posted: list[tuple[str, dict[str, str], bytes]],
) -> Iterator[ProviderServer]:
    """A server whose callbacks land in `posted` when they are asked for."""

    def post(url: str, headers: Any, body: bytes) -> int:
        posted.append((url, {k.lower(): v for k, v in headers.items()}, body))
        return 202

    with ProviderServer(
        ListedFirms(*firms),
        seed=SEED,
        clock=clock,
        prices=example_prices(),
        pace=Pace(callback_delay_ms=None),
        post=post,
    ) as running:
        yield running


def known_to(server: ProviderServer, firms: list[Applicant], profile: Any) -> Applicant:
    """A firm that every interface of a provider knows."""
    return next(
        firm
        for firm in firms
        if all(server.desk.content.knows(profile, e, firm) for e in profile.endpoints)
    )
