"""Set a product's route table (路由表): which connectors are asked, in which order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extdata.domain.errors import ConfigurationRefused, RouteTableNotFound
from extdata.domain.onboarding import check_route_table
from extdata.domain.route import Route, RouteTable
from extdata.ports import Connectors, Providers, RouteTables
from puhui.clock import Clock
from puhui.tenancy import BankId


@dataclass(frozen=True)
class SetRouteTable:
    """Keep a route table as its next version; old ones stay, so that replays explain themselves."""

    tables: RouteTables
    connectors: Connectors
    providers: Providers
    clock: Clock

    def __call__(self, bank_id: BankId, table: RouteTable, by: str) -> RouteTable:
        """Answer the version in force; the same table again is the same version."""
        check_route_table(table)
        for number, route in enumerate(table.routes):
            self._check_connector(bank_id, table.product, number, route)
        routes = tuple(self._appraised(bank_id, route) for route in table.routes)
        table = replace(table, routes=routes)
        current = self._current(bank_id, table.product)
        if current is not None and replace(table, version=current.version) == current:
            return current
        following = replace(table, version=1 if current is None else current.version + 1)
        self.tables.add(bank_id, following, by, self.clock.now())
        return following

    def _check_connector(self, bank_id: BankId, product: str, number: int, route: Route) -> None:
        """A route names a connector of its provider that brings the product."""
        field = f"routes.{number}.connector_id"
        newest = self.connectors.latest_version(bank_id, route.connector_id)
        if not newest:
            raise ConfigurationRefused(
                "there is no such connector", field=field, rule="route.connector"
            )
        connector = self.connectors.get(bank_id, route.connector_id, newest)
        if connector.product != product or connector.provider_id != route.provider_id:
            raise ConfigurationRefused(
                "the connector brings another product, or is another provider's",
                field=field,
                rule="route.connector",
            )

    def _appraised(self, bank_id: BankId, route: Route) -> Route:
        """A route without a quality has its provider's score (评分) of now."""
        if route.quality is not None:
            return route
        return replace(route, quality=self.providers.get(bank_id, route.provider_id).score)

    def _current(self, bank_id: BankId, product: str) -> RouteTable | None:
        try:
            return self.tables.current(bank_id, product)
        except RouteTableNotFound:
            return None
