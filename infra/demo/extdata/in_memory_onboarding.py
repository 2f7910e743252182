"""The configuring half of the API in memory, so that one onboarding serves both banks."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from extdata.adapters.connector_specifications import ConnectorSpecifications
from extdata.composition import Ports
from extdata.domain.connector import Connector
from extdata.provider_ports import KeyVersion, ProviderKeys
from extdata.schemas import AccessBody, ConnectorBody, PriceBody, ProviderBody, RouteTableBody
from extdata.usecases.add_price import AddPrice
from extdata.usecases.approve_connector import ApproveConnector
from extdata.usecases.demand_connector import DemandConnector
from extdata.usecases.publish_connector import PublishConnector
from extdata.usecases.put_provider_key import PutProviderKey
from extdata.usecases.register_provider import RegisterProvider
from extdata.usecases.set_access import SetAccess
from extdata.usecases.set_route_table import SetRouteTable
from extdata.usecases.test_connector import TestConnector
from extdata.views import ConnectorView
from infra.cli.extdata_setup import Onboarding
from infra.demo.extdata.bank import DEMO_BANK
from puhui.tenancy import BankId

STEWARD, CHECKER = "steward-demo", "risk-manager-demo"
BANK = BankId(DEMO_BANK)
Json = dict[str, Any]


class InMemoryDesk:
    """One person at the configuration: what `BankApi` does over HTTP, done at once."""

    def __init__(self, ports: Ports, keys: ProviderKeys, person: str) -> None:
        """Use the ports that the queries will use."""
        self._person = person
        providers, connectors, clock = ports.providers, ports.connectors, ports.clock
        self._connectors = connectors
        self._register = RegisterProvider(providers, clock, sandbox_allowed=True)
        self._put_key = PutProviderKey(providers, keys)
        self._demand = DemandConnector(providers, connectors, ConnectorSpecifications(), clock)
        self._test = TestConnector(
            providers,
            connectors,
            ports.calls,
            ports.documents,
            ports.callback_base,
            clock,
            ports.calendar,
        )
        self._approve = ApproveConnector(connectors, clock)
        self._publish = PublishConnector(providers, connectors, clock, ports.calendar)
        self._add_price = AddPrice(ports.prices, connectors, clock)
        self._set_routes = SetRouteTable(ports.route_tables, connectors, providers, clock)
        self._set_access = SetAccess(ports.rulebook, clock)

    def put(self, path: str, body: Any) -> Json:
        """`/extdata/providers/…`, `/extdata/access`, `/extdata/route-tables/…`."""
        match path.split("/")[2:]:
            case ["providers", provider_id]:
                provider = ProviderBody.model_validate(body)
                self._register(provider.to_domain(BANK, provider_id, self._person))
            case ["providers", provider_id, "keys", name]:
                version = KeyVersion(
                    version=body["version"], material=base64.b64decode(body["material"])
                )
                self._put_key(BANK, provider_id, name, version)
            case ["access"]:
                rules = AccessBody.model_validate(body).to_domain()
                self._set_access(BANK, rules, self._person)
            case ["route-tables", product, edition]:
                table = RouteTableBody.model_validate(body).to_domain(f"{product}/{edition}")
                return {"version": self._set_routes(BANK, table, self._person).version}
            case _:
                raise LookupError(path)
        return {}

    def post(self, path: str, body: Any = None) -> Json:
        """`/extdata/connectors`, their stages, `/extdata/prices`."""
        match path.split("/")[2:]:
            case ["connectors"]:
                command = ConnectorBody.model_validate(body).to_command(BANK, self._person)
                made = self._demand(command)
            case ["connectors", connector_id, "versions", version, step]:
                made = self._step(step)(BANK, connector_id, int(version), self._person)
            case ["prices"]:
                price = PriceBody.model_validate(body).to_domain()
                self._add_price(BANK, price, self._person)
                return {}
            case _:
                raise LookupError(path)
        return ConnectorView.of(made).model_dump(mode="json")

    def _step(self, step: str) -> Callable[[BankId, str, int, str], Connector]:
        if step == "test":
            return self._test
        return self._approve if step == "approval" else self._publish

    def get(self, path: str, **query: str) -> Mapping[str, Any]:
        """A version of a connector, while its test waits for a delivery."""
        match path.split("/")[2:]:
            case ["connectors", connector_id, "versions", version]:
                found = self._connectors.get(BANK, connector_id, int(version))
                return ConnectorView.of(found).model_dump(mode="json")
            case _:
                raise LookupError(path)


def in_memory_onboarding(ports: Ports, keys: ProviderKeys, providers_url: str) -> Onboarding:
    """The data steward asks and tests, the risk manager approves."""
    steward: Any = InMemoryDesk(ports, keys, STEWARD)
    checker: Any = InMemoryDesk(ports, keys, CHECKER)
    return Onboarding(steward, checker, providers_url)
