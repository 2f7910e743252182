"""Demand a connector (需求登记): say what is wanted, from whom and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extdata.domain.connector import Connector
from extdata.domain.onboarding import check_product
from extdata.ports import Connectors, Providers
from extdata.provider_ports import Specifications
from puhui.clock import Clock
from puhui.tenancy import BankId


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandConnectorCommand:
    """A connector as its file describes it."""

    bank_id: BankId
    connector_id: str
    provider_id: str
    product: str
    name: str
    reason: str
    specification: Mapping[str, Any]
    test_cases: tuple[Mapping[str, Any], ...]
    by: str


@dataclass(frozen=True)
class DemandConnector:
    """Keep a checked specification as a new version; the same one again is the same version."""

    providers: Providers
    connectors: Connectors
    specifications: Specifications
    clock: Clock

    def __call__(self, command: DemandConnectorCommand) -> Connector:
        """Answer the version that has this specification, whatever its stage is by now."""
        provider = self.providers.get(command.bank_id, command.provider_id)
        check_product(command.product)
        self.specifications.check(provider, command.product, command.specification)
        newest = self.connectors.latest_version(command.bank_id, command.connector_id)
        if newest:
            known = self.connectors.get(command.bank_id, command.connector_id, newest)
            if _says_the_same(known, command) and known.stage != "retired":
                return known
        self.connectors.save(self._demanded(command, newest + 1))
        return self.connectors.get(command.bank_id, command.connector_id, newest + 1)

    def _demanded(self, command: DemandConnectorCommand, version: int) -> Connector:
        return Connector(
            bank_id=command.bank_id,
            connector_id=command.connector_id,
            version=version,
            provider_id=command.provider_id,
            product=command.product,
            name=command.name,
            reason=command.reason,
            specification=command.specification,
            test_cases=command.test_cases,
            demanded_by=command.by,
            demanded_at=self.clock.now(),
        )


def _says_the_same(known: Connector, command: DemandConnectorCommand) -> bool:
    return (
        known.provider_id == command.provider_id
        and known.product == command.product
        and known.name == command.name
        and known.reason == command.reason
        and dict(known.specification) == dict(command.specification)
        and [dict(case) for case in known.test_cases] == [dict(case) for case in command.test_cases]
    )
