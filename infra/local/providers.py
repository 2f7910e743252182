"""The simulated data providers beside a local cloud: one HTTP server on the loopback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from infra.config import ROOT
from infra.local.assembly import Assembly

if TYPE_CHECKING:
    from sandbox.adapters.provider_firms import FirmsSource

CONNECTOR_FILES: Final = ROOT / "docs" / "examples" / "extdata"
SEED: Final = "42"
POPULATION: Final = 60
"""Firms that the providers know when nobody brings others.

Each takes about 12 ms to make (2026-11), and who asks for a person that nobody knows waits for all.
"""


@contextmanager
def simulated_providers(
    assembly: Assembly,
    business_date: str,
    firms: FirmsSource | None = None,
    *,
    on_demand: bool = False,
) -> Iterator[str | None]:
    """Serve the providers while a cloud with a sandbox runs; answer their address.

    Without `firms` they know the seeded population as it stands on the accounting day. With
    `on_demand` callbacks come when `POST /callbacks/deliver` asks for them, not by themselves.
    """
    if not any(stack.name.endswith("-sandbox") for stack in assembly.stacks):
        yield None
        return
    from puhui.clock import ConfiguredBusinessCalendar, SystemClock
    from sandbox.adapters.provider_firms import PopulationFirms
    from sandbox.adapters.provider_server import AT_ONCE, Pace, ProviderServer

    pace = Pace(callback_delay_ms=None) if on_demand else AT_ONCE
    today: date = ConfiguredBusinessCalendar(business_date, SystemClock()).today()
    known = firms or PopulationFirms(seed=SEED, size=POPULATION, as_of=today)
    with ProviderServer(known, seed=SEED, prices=provider_prices(), pace=pace) as server:
        yield server.url


def provider_prices() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What providers bill by: the prices of the connector files, by connector."""
    from infra.cli.extdata_file import provider_files, read_provider_file

    found: dict[str, list[Mapping[str, Any]]] = {}
    for path in provider_files(CONNECTOR_FILES):
        for price in read_provider_file(path).prices:
            found.setdefault(str(price["connector_id"]), []).append(price)
    return found
