"""Answers about providers, connectors, routes, access and prices; secrets are never among them."""

from __future__ import annotations

from typing import Any

from extdata.domain.connector import Connector
from extdata.domain.limit import Limits
from extdata.domain.permission import AccessRules
from extdata.domain.price import Price
from extdata.domain.provider import Provider
from extdata.domain.route import RouteTable
from extdata.schemas import (
    AccessBody,
    ContactBody,
    ContractBody,
    KeyBody,
    LimitsBody,
    PackageBody,
    PermissionBody,
    PriceBody,
    ProviderBody,
    RouteBody,
    RouteTableBody,
    TierBody,
)
from puhui.clock import utc_text
from puhui.contracts.common import Contract as Schema


class ProviderView(ProviderBody):
    """A provider as kept; of its keys only names and kinds."""

    provider_id: str
    registered_by: str
    version: int

    @classmethod
    def of(cls, provider: Provider) -> ProviderView:
        """Show a provider."""
        return cls(
            provider_id=provider.provider_id,
            name=provider.name,
            contract=ContractBody(
                number=provider.contract.number,
                valid_from=provider.contract.valid_from,
                valid_to=provider.contract.valid_to,
            ),
            contacts=tuple(ContactBody(desk=c.desk, channel=c.channel) for c in provider.contacts),
            hosts=provider.hosts,
            sandbox=provider.sandbox,
            score=provider.score,
            max_concurrent=provider.max_concurrent,
            limits=limits_body(provider.limits),
            keys=tuple(KeyBody(name=key.name, kind=key.kind) for key in provider.keys),
            registered_by=provider.registered_by,
            version=provider.version,
        )


class ProviderList(Schema):
    """Every provider."""

    items: tuple[ProviderView, ...]


class KeyKept(Schema):
    """Which version is current; the key itself is never answered."""

    provider_id: str
    name: str
    version: str


class TestView(Schema):
    """What the test against the mock showed."""

    __test__ = False  # an answer, not a class of tests

    at: str
    by: str
    passed: int
    failed: int
    failures: tuple[str, ...]
    waiting: int
    """Cases whose answer the provider has yet to deliver."""


class ConnectorView(Schema):
    """One version of a connector without its specification."""

    connector_id: str
    version: int
    provider_id: str
    product: str
    name: str
    reason: str
    stage: str
    stage_name: str
    demanded_by: str
    demanded_at: str
    test: TestView | None
    approved_by: str | None
    approved_at: str | None
    published_by: str | None
    published_at: str | None

    @classmethod
    def of(cls, connector: Connector) -> ConnectorView:
        """Show a version."""
        return cls(**_connector(connector))


class ConnectorDetail(ConnectorView):
    """One version with its specification and its test cases."""

    spec: dict[str, Any]
    test_cases: tuple[dict[str, Any], ...]

    @classmethod
    def of(cls, connector: Connector) -> ConnectorDetail:
        """Show a version whole: what it will send is what the approver looks at."""
        return cls(
            **_connector(connector),
            spec=dict(connector.specification),
            test_cases=tuple(dict(case) for case in connector.test_cases),
        )


class ConnectorList(Schema):
    """Every version of every connector."""

    items: tuple[ConnectorView, ...]


class RouteTableView(RouteTableBody):
    """A route table as kept."""

    product: str
    version: int

    @classmethod
    def of(cls, table: RouteTable) -> RouteTableView:
        """Show a table."""
        return cls(
            product=table.product,
            version=table.version,
            routes=tuple(
                RouteBody(
                    connector_id=one.connector_id,
                    provider_id=one.provider_id,
                    priority=one.priority,
                    weight=one.weight,
                    cost_fen=one.cost_fen,
                    quality=one.quality,
                    regions=one.regions,
                    effective_from=one.effective_from,
                    effective_to=one.effective_to,
                )
                for one in table.routes
            ),
            deadline_ms=table.deadline_ms,
            max_routes=table.max_routes,
            cache_days=table.cache_days,
            stale_after_days=table.stale_after_days,
            negative_cache_seconds=table.negative_cache_seconds,
            pending_seconds=table.pending_seconds,
        )


class AccessView(AccessBody):
    """Permissions and limits in force."""

    version: int

    @classmethod
    def of(cls, rules: AccessRules) -> AccessView:
        """Show the rules."""
        return cls(
            version=rules.version,
            permissions=tuple(
                PermissionBody(
                    caller=line.caller,
                    product=line.product,
                    purposes=tuple(sorted(line.purposes)),
                    masked_fields=tuple(sorted(line.masked_fields)),
                )
                for line in rules.permissions
            ),
            caller_limits={name: limits_body(limits) for name, limits in rules.caller_limits},
            product_limits={name: limits_body(limits) for name, limits in rules.product_limits},
        )


class PriceView(PriceBody):
    """A price as kept."""

    provider_id: str

    @classmethod
    def of(cls, price: Price) -> PriceView:
        """Show a price."""
        package = price.package
        return cls(
            provider_id=price.provider_id,
            connector_id=price.connector_id,
            basis=price.basis,
            tiers=tuple(TierBody(up_to=t.up_to, unit_yuan=t.unit_yuan) for t in price.tiers),
            package=None
            if package is None
            else PackageBody(calls=package.calls, fee_yuan=package.fee_yuan),
            minimum_yuan=price.minimum_yuan,
            effective_from=price.effective_from,
            effective_to=price.effective_to,
        )


class PriceList(Schema):
    """Every price of a connector, by first day."""

    items: tuple[PriceView, ...]


def limits_body(limits: Limits) -> LimitsBody:
    return LimitsBody(
        rate_per_second=limits.rate_per_second,
        burst=limits.burst,
        daily=limits.daily,
        monthly=limits.monthly,
    )


def _connector(connector: Connector) -> dict[str, Any]:
    test = connector.test
    return {
        "connector_id": connector.connector_id,
        "version": connector.version,
        "provider_id": connector.provider_id,
        "product": connector.product,
        "name": connector.name,
        "reason": connector.reason,
        "stage": connector.stage,
        "stage_name": connector.stage_name,
        "demanded_by": connector.demanded_by,
        "demanded_at": utc_text(connector.demanded_at),
        "test": None
        if test is None
        else TestView(
            at=utc_text(test.at),
            by=test.by,
            passed=test.passed,
            failed=test.failed,
            failures=test.failures,
            waiting=test.waiting,
        ),
        "approved_by": connector.approved_by,
        "approved_at": None if connector.approved_at is None else utc_text(connector.approved_at),
        "published_by": connector.published_by,
        "published_at": None
        if connector.published_at is None
        else utc_text(connector.published_at),
    }
