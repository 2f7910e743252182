"""Requests about providers, connectors, routes, access and prices; unknown fields are refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from extdata.domain.limit import Limits
from extdata.domain.permission import AccessRules, Permission
from extdata.domain.price import Package, Price, Tier
from extdata.domain.provider import Contact, Contract, KeyKind, KeyName, Provider
from extdata.domain.route import Route, RouteTable
from extdata.usecases.demand_connector import DemandConnectorCommand
from puhui.contracts.common import Contract as Schema
from puhui.contracts.common import Identifier, ShortText
from puhui.contracts.extdata import FactProduct
from puhui.tenancy import BankId

MAX_SPECIFICATION_BYTES = 128 * 1024
"""Largest body that demands a connector."""
Yuan = Annotated[Decimal, Field(ge=0, le=10**9, decimal_places=6)]
Count = Annotated[int, Field(strict=True, ge=1, le=10**9)]
Milliseconds = Annotated[int, Field(strict=True, ge=100, le=20_000)]
"""A query leaves API Gateway's 29 s room for archive and record."""
FOREVER = date.max


class LimitsBody(Schema):
    """What may pass; what is not written is not limited."""

    rate_per_second: Annotated[int, Field(strict=True, ge=1, le=100_000)] | None = None
    burst: Annotated[int, Field(strict=True, ge=1, le=100_000)] | None = None
    daily: Annotated[int, Field(strict=True, ge=0, le=10**9)] | None = None
    monthly: Annotated[int, Field(strict=True, ge=0, le=10**9)] | None = None

    def to_domain(self) -> Limits:
        """The limits."""
        return Limits(**self.model_dump())


class ContractBody(Schema):
    """The agreement with a provider."""

    number: ShortText
    valid_from: date
    valid_to: date


class ContactBody(Schema):
    """A desk of the provider, not a person."""

    desk: ShortText
    channel: ShortText


class KeyBody(Schema):
    """A key that connectors use by name; its bytes are put separately."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    kind: KeyKind


class ProviderBody(Schema):
    """A provider (服务商) as its file describes it."""

    name: ShortText
    contract: ContractBody
    contacts: Annotated[tuple[ContactBody, ...], Field(max_length=20)] = ()
    hosts: Annotated[tuple[ShortText, ...], Field(max_length=20)] = ()
    sandbox: bool = False
    score: Annotated[int, Field(strict=True, ge=0, le=100)] = 80
    max_concurrent: Annotated[int, Field(strict=True, ge=1, le=1_000)] = 8
    limits: LimitsBody = LimitsBody()
    keys: Annotated[tuple[KeyBody, ...], Field(max_length=20)] = ()

    def to_domain(self, bank_id: BankId, provider_id: str, by: str) -> Provider:
        """The provider of the principal's bank."""
        return Provider(
            bank_id=bank_id,
            provider_id=provider_id,
            name=self.name,
            contract=Contract(**self.contract.model_dump()),
            contacts=tuple(Contact(**one.model_dump()) for one in self.contacts),
            hosts=self.hosts,
            sandbox=self.sandbox,
            keys=tuple(KeyName(**one.model_dump()) for one in self.keys),
            limits=self.limits.to_domain(),
            max_concurrent=self.max_concurrent,
            score=self.score,
            registered_by=by,
        )


class ProviderKeyBody(Schema):
    """One version of a key: bytes as base64; it goes in and never comes out."""

    version: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-]{1,40}$")]
    material: Annotated[str, Field(min_length=4, max_length=12_000, repr=False)]


class CaseBody(Schema):
    """One question of "test against the mock", and what must come back."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    subject: Literal["known", "unknown"] | dict[str, str]
    expect: Annotated[str, Field(pattern=r"^[a-z][a-z_.]{1,63}$")]


class ConnectorBody(Schema):
    """A connector (接口) as its file describes it."""

    connector_id: Identifier
    provider_id: Identifier
    product: FactProduct
    name: ShortText
    reason: ShortText
    spec: dict[str, Any]
    test_cases: Annotated[tuple[CaseBody, ...], Field(max_length=5)] = ()

    def to_command(self, bank_id: BankId, by: str) -> DemandConnectorCommand:
        """The demand of the principal."""
        return DemandConnectorCommand(
            bank_id=bank_id,
            connector_id=self.connector_id,
            provider_id=self.provider_id,
            product=self.product,
            name=self.name,
            reason=self.reason,
            specification=self.spec,
            test_cases=tuple(case.model_dump() for case in self.test_cases),
            by=by,
        )


class RouteBody(Schema):
    """One way to a product."""

    connector_id: Identifier
    provider_id: Identifier
    priority: Annotated[int, Field(strict=True, ge=1, le=99)]
    weight: Annotated[int, Field(strict=True, ge=0, le=10_000)] = 100
    cost_fen: Annotated[int, Field(strict=True, ge=0, le=10**9)] = 0
    quality: Annotated[int, Field(strict=True, ge=0, le=100)] | None = None
    regions: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[0-9]{2}([0-9]{2}){0,2}$")], ...],
        Field(max_length=400),
    ] = ()
    effective_from: date = date.min
    effective_to: date = FOREVER


class RouteTableBody(Schema):
    """How a product is obtained; the whole table each time, as its next version."""

    routes: Annotated[tuple[RouteBody, ...], Field(min_length=1, max_length=50)]
    deadline_ms: Milliseconds = 3_000
    max_routes: Annotated[int, Field(strict=True, ge=1, le=10)] = 3
    cache_days: Annotated[int, Field(strict=True, ge=0, le=366)] = 0
    stale_after_days: Annotated[int, Field(strict=True, ge=0, le=366)] = 30
    negative_cache_seconds: Annotated[int, Field(strict=True, ge=0, le=86_400)] = 3_600
    pending_seconds: Annotated[int, Field(strict=True, ge=1, le=604_800)] = 600

    def to_domain(self, product: str) -> RouteTable:
        """The table; its version is decided when it is kept."""
        values = self.model_dump(exclude={"routes"})
        routes = tuple(Route(**route.model_dump()) for route in self.routes)
        return RouteTable(product=product, version=0, routes=routes, **values)


class PermissionBody(Schema):
    """One line of the permission table."""

    caller: Annotated[str, Field(max_length=40)]
    product: FactProduct
    purposes: Annotated[tuple[str, ...], Field(min_length=1, max_length=10)]
    masked_fields: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z0-9_]+$")], ...], Field(max_length=50)
    ] = ()


class AccessBody(Schema):
    """The whole permission table with the limits of callers and products."""

    permissions: Annotated[tuple[PermissionBody, ...], Field(max_length=500)]
    caller_limits: dict[Annotated[str, Field(max_length=80)], LimitsBody] = Field(
        default_factory=dict
    )
    product_limits: dict[FactProduct, LimitsBody] = Field(default_factory=dict)

    def to_domain(self) -> AccessRules:
        """The rules; whatever is not among them is denied."""
        return AccessRules(
            permissions=tuple(
                Permission(
                    caller=line.caller,
                    product=line.product,
                    purposes=frozenset(line.purposes),
                    masked_fields=frozenset(line.masked_fields),
                )
                for line in self.permissions
            ),
            caller_limits=_limits(self.caller_limits),
            product_limits=_limits(self.product_limits),
        )


class TierBody(Schema):
    """A unit price up to and including the n-th call of a month."""

    up_to: Count | None = None
    unit_yuan: Yuan


class PackageBody(Schema):
    """A monthly fee that covers the first so many calls."""

    calls: Count
    fee_yuan: Yuan


class PriceBody(Schema):
    """What a connector's calls cost from a day on."""

    connector_id: Identifier
    basis: Literal["per_call", "per_hit"]
    tiers: Annotated[tuple[TierBody, ...], Field(min_length=1, max_length=20)]
    package: PackageBody | None = None
    minimum_yuan: Yuan = Decimal(0)
    effective_from: date
    effective_to: date = FOREVER

    def to_domain(self) -> Price:
        """The price; the provider is the connector's."""
        return Price(
            provider_id="",
            connector_id=self.connector_id,
            basis=self.basis,
            tiers=tuple(Tier(up_to=one.up_to, unit_yuan=one.unit_yuan) for one in self.tiers),
            package=None if self.package is None else Package(**self.package.model_dump()),
            minimum_yuan=self.minimum_yuan,
            effective_from=self.effective_from,
            effective_to=self.effective_to,
        )


def _limits(given: dict[str, LimitsBody]) -> tuple[tuple[str, Limits], ...]:
    return tuple((name, limits.to_domain()) for name, limits in sorted(given.items()))
