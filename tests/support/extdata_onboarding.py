"""A registry in memory with the use cases of onboarding, whose providers answer by script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from extdata.domain.connector import Connector
from extdata.domain.errors import ConfigurationRefused
from extdata.domain.provider import Provider
from extdata.usecases.add_price import AddPrice
from extdata.usecases.approve_connector import ApproveConnector
from extdata.usecases.demand_connector import DemandConnector, DemandConnectorCommand
from extdata.usecases.keep_consent import GivenConsent, KeepConsent
from extdata.usecases.publish_connector import PublishConnector
from extdata.usecases.put_provider_key import PutProviderKey
from extdata.usecases.register_provider import RegisterProvider
from extdata.usecases.retire_connector import RetireConnector
from extdata.usecases.set_access import SetAccess
from extdata.usecases.set_route_table import SetRouteTable
from extdata.usecases.test_connector import TestConnector
from extdata.usecases.withdraw_consent import WithdrawConsent
from infra.demo.extdata.in_memory import (
    HmacFingerprints,
    InMemoryAccessRulebook,
    InMemoryConnectors,
    InMemoryConsents,
    InMemoryPrices,
    InMemoryProviderKeys,
    InMemoryProviders,
    InMemoryRouteTables,
)
from puhui.clock import FixedBusinessCalendar, FixedClock
from tests.support.extdata import BANK, NOON, TODAY, a_provider, a_specification
from tests.support.extdata_gateway import PlainDocuments, ScriptedCalls

CASES = (
    {"name": "有数据", "subject": {"kind": "firm", "name": "示例"}, "expect": "hit"},
    {"name": "查无", "subject": {"kind": "firm", "name": "查无此户"}, "expect": "miss"},
)


class AnySpecification:
    """`Specifications` that refuses only what says so."""

    def check(self, provider: Provider, product: str, specification: Mapping[str, Any]) -> None:
        if specification.get("mode") == "broken":
            raise ConfigurationRefused(field="spec.mode", rule="connector.mode")


@dataclass(kw_only=True)
class OnboardingWorld:
    """One registered provider, and nothing else yet."""

    calls: ScriptedCalls = field(default_factory=ScriptedCalls)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    sandbox_allowed: bool = True

    def __post_init__(self) -> None:
        calendar = FixedBusinessCalendar(TODAY)
        self.providers, self.connectors = InMemoryProviders(), InMemoryConnectors()
        self.keys, self.consents = InMemoryProviderKeys(), InMemoryConsents()
        self.rulebook, self.tables = InMemoryAccessRulebook(), InMemoryRouteTables()
        self.prices, self.fingerprints = InMemoryPrices(), HmacFingerprints(b"k" * 32)
        self.register = RegisterProvider(self.providers, self.clock, self.sandbox_allowed)
        self.put_key = PutProviderKey(self.providers, self.keys)
        self.demand = DemandConnector(
            self.providers, self.connectors, AnySpecification(), self.clock
        )
        self.test = TestConnector(
            self.providers,
            self.connectors,
            self.calls,
            PlainDocuments(),
            None,
            self.clock,
            calendar,
        )
        self.approve = ApproveConnector(self.connectors, self.clock)
        self.publish = PublishConnector(self.providers, self.connectors, self.clock, calendar)
        self.retire = RetireConnector(self.connectors)
        self.set_routes = SetRouteTable(self.tables, self.connectors, self.providers, self.clock)
        self.set_access = SetAccess(self.rulebook, self.clock)
        self.add_price = AddPrice(self.prices, self.connectors, self.clock)
        self.keep_consent = KeepConsent(self.consents, self.fingerprints, self.clock)
        self.withdraw_consent = WithdrawConsent(self.consents, self.clock)
        if self.sandbox_allowed:
            self.register(a_provider())

    def demanded(self, **changes: Any) -> Connector:
        return self.demand(a_demand(**changes))

    def tested(self, by: str = "steward-2") -> Connector:
        made = self.demanded()
        return self.test(BANK, made.connector_id, made.version, by)

    def published(self) -> Connector:
        made = self.tested()
        self.approve(BANK, made.connector_id, made.version, "risk-1")
        return self.publish(BANK, made.connector_id, made.version, "steward-1")


def a_demand(**changes: Any) -> DemandConnectorCommand:
    """The data steward wants the tax record."""
    fields: dict[str, Any] = {
        "bank_id": BANK,
        "connector_id": "sbx-tax-returns",
        "provider_id": "sbx-tax",
        "product": "tax/1",
        "name": "纳税申报与入库查询",
        "reason": "小微发票贷需要核对纳税情况",
        "specification": a_specification(),
        "test_cases": CASES,
        "by": "steward-1",
    }
    return DemandConnectorCommand(**(fields | changes))


def a_given_consent(**changes: Any) -> GivenConsent:
    """A firm allows its bank to ask for taxes and invoices."""
    fields: dict[str, Any] = {
        "bank_id": BANK,
        "consent_id": "con-1",
        "scope": "tax_invoice",
        "numbers": {"uscc": "91340100MA2N000008"},
        "purposes": frozenset({"loan_application"}),
        "granted_on": TODAY,
        "expires_on": TODAY.replace(year=TODAY.year + 1),
        "evidence_sha256": "e" * 64,
    }
    return GivenConsent(**(fields | changes))
