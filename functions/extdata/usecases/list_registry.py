"""Read what a bank registered: providers, connectors, route tables, access, limits, breakers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extdata.domain.connector import Connector
from extdata.domain.limit import Admission, Gate
from extdata.domain.permission import AccessRules
from extdata.domain.provider import Provider
from extdata.domain.route import RouteTable
from extdata.ports import AccessRulebook, Connectors, Gates, Providers, RouteTables
from extdata.provider_ports import BreakerState, BreakerStates
from puhui.clock import BusinessCalendar
from puhui.tenancy import BankId

ROLE = "role:"


@dataclass(frozen=True)
class ListProviders:
    """Every provider of a bank."""

    providers: Providers

    def __call__(self, bank_id: BankId) -> Sequence[Provider]:
        """By id."""
        return self.providers.all(bank_id)


@dataclass(frozen=True)
class GetProvider:
    """One provider."""

    providers: Providers

    def __call__(self, bank_id: BankId, provider_id: str) -> Provider:
        """The provider, or ProviderNotFound."""
        return self.providers.get(bank_id, provider_id)


@dataclass(frozen=True)
class ListConnectors:
    """Every version of every connector."""

    connectors: Connectors

    def __call__(self, bank_id: BankId) -> Sequence[Connector]:
        """By connector and version."""
        found = self.connectors.all(bank_id)
        return sorted(found, key=lambda one: (one.connector_id, one.version))


@dataclass(frozen=True)
class GetConnector:
    """One version of a connector."""

    connectors: Connectors

    def __call__(self, bank_id: BankId, connector_id: str, version: int) -> Connector:
        """The version, or ConnectorNotFound."""
        return self.connectors.get(bank_id, connector_id, version)


@dataclass(frozen=True)
class GetRouteTable:
    """The route table in force."""

    tables: RouteTables

    def __call__(self, bank_id: BankId, product: str) -> RouteTable:
        """The newest version, or RouteTableNotFound."""
        return self.tables.current(bank_id, product)


@dataclass(frozen=True)
class GetAccess:
    """Permissions and limits in force."""

    rulebook: AccessRulebook

    def __call__(self, bank_id: BankId) -> AccessRules:
        """Empty rules, which allow nothing, when none were set."""
        return self.rulebook.get(bank_id)


@dataclass(frozen=True)
class ListBreakers:
    """The circuit breakers (熔断器) of every connector that was ever published."""

    connectors: Connectors
    states: BreakerStates

    def __call__(self, bank_id: BankId) -> Sequence[BreakerState]:
        """One state for each connector, by provider and connector."""
        pairs = {
            (one.provider_id, one.connector_id)
            for one in self.connectors.all(bank_id)
            if one.stage in {"published", "retired"}
        }
        return [self.states.of(bank_id, *pair) for pair in sorted(pairs)]


@dataclass(frozen=True)
class ListLimits:
    """How much of every quota is used today and this month.

    What a role may, each of its people may: their counters are their own and not listed here.
    """

    providers: Providers
    rulebook: AccessRulebook
    gates: Gates
    calendar: BusinessCalendar

    def __call__(self, bank_id: BankId) -> Sequence[Admission]:
        """Providers, callers and products that are limited at all; nothing is counted."""
        rules, today = self.rulebook.get(bank_id), self.calendar.today()
        gates = [
            *(
                Gate(key=f"caller:{name}", limits=limits)
                for name, limits in rules.caller_limits
                if not name.startswith(ROLE)
            ),
            *(Gate(key=f"product:{name}", limits=limits) for name, limits in rules.product_limits),
            *(
                Gate(key=f"provider:{one.provider_id}", limits=one.limits)
                for one in self.providers.all(bank_id)
            ),
        ]
        return [
            self.gates.usage(bank_id, gate, on=today) for gate in gates if not gate.limits.unlimited
        ]
