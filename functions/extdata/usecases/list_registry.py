"""Read what a bank registered: providers, connectors, route tables, access."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extdata.domain.connector import Connector
from extdata.domain.permission import AccessRules
from extdata.domain.provider import Provider
from extdata.domain.route import RouteTable
from extdata.ports import AccessRulebook, Connectors, Providers, RouteTables
from puhui.tenancy import BankId


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
