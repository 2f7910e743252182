"""What a bank registered, in memory: consents, rules, routes, providers, connectors, prices."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Generic, TypeVar

from extdata.domain.connector import Connector
from extdata.domain.consent import LiveConsent
from extdata.domain.errors import (
    ConnectorNotFound,
    ConsentMissing,
    ProviderNotFound,
    RouteTableNotFound,
)
from extdata.domain.permission import AccessRules
from extdata.domain.price import Price, overlaps, succession
from extdata.domain.provider import Provider
from extdata.domain.route import RouteTable
from puhui.errors import Conflict, StaleVersion
from puhui.events import Envelope
from puhui.tenancy import BankId

T = TypeVar("T")


class _Versions(Generic[T]):
    """Things by key, each replaced only by who read the version that stands."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._kept: dict[Hashable, tuple[int, T]] = {}

    def get(self, key: Hashable) -> tuple[int, T] | None:
        with self.lock:
            return self._kept.get(key)

    def put(self, key: Hashable, thing: T, read_version: int) -> None:
        """Version 0 was never kept, so it may only be created."""
        with self.lock:
            stands = self._kept.get(key)
            if (stands[0] if stands else 0) != read_version:
                raise StaleVersion
            self._kept[key] = (read_version + 1, thing)

    def all(self) -> list[tuple[int, T]]:
        with self.lock:
            return list(self._kept.values())


class InMemoryConsents:
    """`extdata.ports.Consents`."""

    def __init__(self, *consents: LiveConsent) -> None:
        """Keep some from the start."""
        self._kept = _Versions[LiveConsent]()
        for consent in consents:
            self.save(consent)

    def get(self, bank_id: BankId, consent_id: str) -> LiveConsent:
        """The consent as it is now, or ConsentMissing."""
        found = self._kept.get((bank_id, consent_id))
        if found is None:
            raise ConsentMissing(
                "no consent with this id is registered", field="consent_id", rule="consent.unknown"
            )
        return replace(found[1], version=found[0])

    def save(self, consent: LiveConsent) -> None:
        """Create it, or replace the version that was read."""
        self._kept.put((consent.bank_id, consent.consent_id), consent, consent.version)


class InMemoryAccessRulebook:
    """`extdata.ports.AccessRulebook`."""

    def __init__(self) -> None:
        """Nobody may do anything."""
        self._kept = _Versions[AccessRules]()

    def get(self, bank_id: BankId) -> AccessRules:
        """The rules in force; none allow nothing."""
        found = self._kept.get(bank_id)
        return AccessRules() if found is None else replace(found[1], version=found[0])

    def save(self, bank_id: BankId, rules: AccessRules, by: str, at: datetime) -> None:
        """Replace the version that was read."""
        self._kept.put(bank_id, rules, rules.version)


class InMemoryRouteTables:
    """`extdata.ports.RouteTables`."""

    def __init__(self) -> None:
        """There is no way to any product."""
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], dict[int, RouteTable]] = {}

    def current(self, bank_id: BankId, product: str) -> RouteTable:
        """The newest version."""
        with self._lock:
            versions = self._kept.get((bank_id, product))
            if not versions:
                raise RouteTableNotFound(
                    f"no route table for {product}", field="product", rule="route.none"
                )
            return versions[max(versions)]

    def add(self, bank_id: BankId, table: RouteTable, by: str, at: datetime) -> None:
        """Create the version; nothing can replace it."""
        with self._lock:
            versions = self._kept.setdefault((bank_id, table.product), {})
            if table.version in versions:
                raise StaleVersion
            versions[table.version] = table


class InMemoryProviders:
    """`extdata.ports.Providers`."""

    def __init__(self) -> None:
        """Nobody is registered."""
        self._kept = _Versions[Provider]()

    def get(self, bank_id: BankId, provider_id: str) -> Provider:
        """The provider, or ProviderNotFound."""
        found = self._kept.get((bank_id, provider_id))
        if found is None:
            raise ProviderNotFound
        return replace(found[1], version=found[0])

    def save(self, provider: Provider, at: datetime) -> None:
        """Create it, or replace the version that was read."""
        self._kept.put((provider.bank_id, provider.provider_id), provider, provider.version)

    def all(self, bank_id: BankId) -> Sequence[Provider]:
        """Every provider of a bank, by id."""
        of_bank = [replace(one, version=n) for n, one in self._kept.all() if one.bank_id == bank_id]
        return sorted(of_bank, key=lambda one: one.provider_id)


class InMemoryConnectors:
    """`extdata.ports.Connectors`; keeps the events that were published."""

    def __init__(self) -> None:
        """There is no connector."""
        self._kept = _Versions[Connector]()
        self._published: dict[tuple[str, str], int] = {}
        self.events: list[Envelope] = []

    def get(self, bank_id: BankId, connector_id: str, version: int) -> Connector:
        """One version, or ConnectorNotFound."""
        found = self._kept.get((bank_id, connector_id, version))
        if found is None:
            raise ConnectorNotFound
        return replace(found[1], row_version=found[0])

    def published(self, bank_id: BankId, connector_id: str) -> Connector:
        """The version that is in use, or ConnectorNotFound."""
        with self._kept.lock:
            version = self._published.get((bank_id, connector_id), 0)
            if not version:
                raise ConnectorNotFound(f"no version of {connector_id} is published")
            return self.get(bank_id, connector_id, version)

    def latest_version(self, bank_id: BankId, connector_id: str) -> int:
        """The number of the newest version; 0 when there is none."""
        versions = [one.version for one in self.all(bank_id) if one.connector_id == connector_id]
        return max(versions, default=0)

    def save(self, connector: Connector, events: Sequence[Envelope] = ()) -> None:
        """Replace the version that was read; publishing retires the one published before."""
        key = (connector.bank_id, connector.connector_id)
        with self._kept.lock:
            before = self._published.get(key, 0)
            if connector.stage == "published" and before > connector.version:
                raise StaleVersion("a newer version of the connector is published")
            self._kept.put((*key, connector.version), connector, connector.row_version)
            if connector.stage == "published":
                self._published[key] = connector.version
                if before not in (0, connector.version):
                    old = self.get(*key, before)
                    self._kept.put((*key, before), old.retire(), old.row_version)
            elif connector.stage == "retired" and before == connector.version:
                self._published[key] = 0
            self.events.extend(events)

    def all(self, bank_id: BankId) -> Sequence[Connector]:
        """Every version of every connector of a bank, in order."""
        of_bank = [
            replace(one, row_version=n) for n, one in self._kept.all() if one.bank_id == bank_id
        ]
        return sorted(of_bank, key=lambda one: (one.connector_id, one.version))


class InMemoryPrices:
    """`extdata.ports.Prices`."""

    def __init__(self) -> None:
        """Nothing has a price."""
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], list[Price]] = {}

    def of(self, bank_id: BankId, connector_id: str) -> Sequence[Price]:
        """Every price of a connector, by its first day."""
        with self._lock:
            prices = self._kept.get((bank_id, connector_id), ())
            return succession(prices)

    def add(self, bank_id: BankId, price: Price, by: str, at: datetime) -> None:
        """Keep a price; no two of a connector are in force on one day."""
        with self._lock:
            prices = self._kept.setdefault((bank_id, price.connector_id), [])
            if overlaps(price, succession(prices)):
                raise Conflict(
                    "another price of the connector is in force on one of these days",
                    field="effective_from",
                    rule="price.overlap",
                )
            prices.append(price)
