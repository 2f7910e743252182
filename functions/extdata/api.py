"""The API of external data: providers, connectors, routes, access and prices; queries beside it."""

from __future__ import annotations

import base64
import binascii

from extdata.audit_api import include_audit
from extdata.consent_api import include_consents
from extdata.finance_api import include_finance
from extdata.flow_api import include_flow
from extdata.path_values import version_of
from extdata.policy import POLICY
from extdata.provider_ports import KeyVersion
from extdata.quality_api import include_quality
from extdata.query_api import include_queries
from extdata.schemas import (
    MAX_SPECIFICATION_BYTES,
    AccessBody,
    ConnectorBody,
    PriceBody,
    ProviderBody,
    ProviderKeyBody,
    RouteTableBody,
)
from extdata.views import (
    AccessView,
    ConnectorDetail,
    ConnectorList,
    ConnectorView,
    KeyKept,
    PriceList,
    PriceView,
    ProviderList,
    ProviderView,
    RouteTableView,
)
from extdata.wiring import wiring
from puhui.errors import Unprocessable
from puhui.http import ApiRoutes, RequestContext
from puhui.observability import metrics

routes = ApiRoutes("extdata", policy=POLICY)
include_queries(routes)
include_consents(routes)
include_flow(routes)
include_audit(routes)
include_finance(routes)
include_quality(routes)

VERSION = "/connectors/{connector_id}/versions/{version}"
TABLE = "/route-tables/{product}/{edition}"
"""A product is written with a slash, `tax/1`, so its address is `/route-tables/tax/1`."""


@routes.get(
    "/providers",
    action="extdata.list_providers",
    returns=ProviderList,
    summary="服务商列表 Every data provider",
)
def list_providers(context: RequestContext) -> ProviderList:
    """Every registered provider, by id."""
    found = wiring().list_providers(context.principal.bank_id)
    return ProviderList(items=tuple(ProviderView.of(one) for one in found))


@routes.get(
    "/providers/{provider_id}",
    action="extdata.read_provider",
    returns=ProviderView,
    summary="服务商 One data provider",
)
def read_provider(context: RequestContext, provider_id: str) -> ProviderView:
    """One provider; of its keys only names and kinds."""
    return ProviderView.of(wiring().get_provider(context.principal.bank_id, provider_id))


@routes.put(
    "/providers/{provider_id}",
    action="extdata.register_provider",
    body=ProviderBody,
    returns=ProviderView,
    summary="登记服务商 Register a data provider",
)
def register_provider(
    context: RequestContext, body: ProviderBody, provider_id: str
) -> ProviderView:
    """Keep a provider with its contract, hosts and limits; the same again changes nothing."""
    who = context.principal
    provider = body.to_domain(who.bank_id, provider_id, who.subject)
    return ProviderView.of(wiring().register_provider(provider))


@routes.put(
    "/providers/{provider_id}/keys/{name}",
    action="extdata.put_provider_key",
    body=ProviderKeyBody,
    returns=KeyKept,
    summary="写入密钥 Make a key version the current one; keys are never answered",
)
def put_provider_key(
    context: RequestContext, body: ProviderKeyBody, provider_id: str, name: str
) -> KeyKept:
    """Older versions still open what was sealed with them, so a key rotates without a pause."""
    wiring().put_provider_key(
        context.principal.bank_id,
        provider_id,
        name,
        KeyVersion(version=body.version, material=_key_bytes(body)),
    )
    return KeyKept(provider_id=provider_id, name=name, version=body.version)


@routes.get(
    "/connectors",
    action="extdata.list_connectors",
    returns=ConnectorList,
    summary="接口列表 Every version of every connector",
)
def list_connectors(context: RequestContext) -> ConnectorList:
    """By connector and version."""
    found = wiring().list_connectors(context.principal.bank_id)
    return ConnectorList(items=tuple(ConnectorView.of(one) for one in found))


@routes.post(
    "/connectors",
    action="extdata.demand_connector",
    body=ConnectorBody,
    returns=ConnectorDetail,
    status=201,
    max_body_bytes=MAX_SPECIFICATION_BYTES,
    summary="需求登记 Demand a connector; a changed specification is a new version",
)
def demand_connector(context: RequestContext, body: ConnectorBody) -> ConnectorDetail:
    """The same specification again answers the same version."""
    who = context.principal
    return ConnectorDetail.of(wiring().demand_connector(body.to_command(who.bank_id, who.subject)))


@routes.get(
    VERSION,
    action="extdata.read_connector",
    returns=ConnectorDetail,
    summary="接口版本 One version with its specification",
)
def read_connector(context: RequestContext, connector_id: str, version: str) -> ConnectorDetail:
    """What it sends and reads, and what the test showed."""
    found = wiring().get_connector(context.principal.bank_id, connector_id, version_of(version))
    return ConnectorDetail.of(found)


@routes.post(
    f"{VERSION}/test",
    action="extdata.test_connector",
    body=None,
    returns=ConnectorView,
    summary="联调 Run the test cases against the provider's mock",
)
def test_connector(context: RequestContext, connector_id: str, version: str) -> ConnectorView:
    """A failed case leaves the version a demand, with its findings."""
    who = context.principal
    tested = wiring().test_connector(who.bank_id, connector_id, version_of(version), who.subject)
    return ConnectorView.of(tested)


@routes.post(
    f"{VERSION}/approval",
    action="extdata.approve_connector",
    body=None,
    returns=ConnectorView,
    summary="审批 Approve a tested version; another person than who asked or tested",
)
def approve_connector(context: RequestContext, connector_id: str, version: str) -> ConnectorView:
    """Four eyes, in one conditional write."""
    who = context.principal
    approved = wiring().approve_connector(
        who.bank_id, connector_id, version_of(version), who.subject
    )
    return ConnectorView.of(approved)


@routes.post(
    f"{VERSION}/publication",
    action="extdata.publish_connector",
    body=None,
    returns=ConnectorView,
    summary="发布 Publish an approved version; usable at once, without a deployment",
)
def publish_connector(context: RequestContext, connector_id: str, version: str) -> ConnectorView:
    """The version published before retires."""
    who = context.principal
    done = wiring().publish_connector(who.bank_id, connector_id, version_of(version), who.subject)
    metrics.count("ConnectorPublished")
    return ConnectorView.of(done)


@routes.post(
    f"{VERSION}/retirement",
    action="extdata.retire_connector",
    body=None,
    returns=ConnectorView,
    summary="下线 Retire a published version",
)
def retire_connector(context: RequestContext, connector_id: str, version: str) -> ConnectorView:
    """No new query uses it; replays still do."""
    retired = wiring().retire_connector(
        context.principal.bank_id, connector_id, version_of(version)
    )
    return ConnectorView.of(retired)


@routes.get(
    TABLE,
    action="extdata.read_route_table",
    returns=RouteTableView,
    summary="路由表 The route table in force",
)
def read_route_table(context: RequestContext, product: str, edition: str) -> RouteTableView:
    """The newest version."""
    found = wiring().get_route_table(context.principal.bank_id, f"{product}/{edition}")
    return RouteTableView.of(found)


@routes.put(
    TABLE,
    action="extdata.set_route_table",
    body=RouteTableBody,
    returns=RouteTableView,
    summary="设置路由表 Set a product's route table; a changed one is its next version",
)
def set_route_table(
    context: RequestContext, body: RouteTableBody, product: str, edition: str
) -> RouteTableView:
    """Routes name connectors that exist and bring the product."""
    who = context.principal
    table = body.to_domain(f"{product}/{edition}")
    return RouteTableView.of(wiring().set_route_table(who.bank_id, table, who.subject))


@routes.get(
    "/access",
    action="extdata.read_access",
    returns=AccessView,
    summary="访问权限 Who may ask for what, and how often",
)
def read_access(context: RequestContext) -> AccessView:
    """What is not written is denied."""
    return AccessView.of(wiring().get_access(context.principal.bank_id))


@routes.put(
    "/access",
    action="extdata.set_access",
    body=AccessBody,
    returns=AccessView,
    summary="设置访问权限 Replace permissions and limits",
)
def set_access(context: RequestContext, body: AccessBody) -> AccessView:
    """Replace the whole table."""
    who = context.principal
    return AccessView.of(wiring().set_access(who.bank_id, body.to_domain(), who.subject))


@routes.post(
    "/prices",
    action="extdata.add_price",
    body=PriceBody,
    returns=PriceView,
    status=201,
    summary="登记价格 Add a price from a day on",
)
def add_price(context: RequestContext, body: PriceBody) -> PriceView:
    """Periods of one connector never overlap; the same price again changes nothing."""
    who = context.principal
    return PriceView.of(wiring().add_price(who.bank_id, body.to_domain(), who.subject))


@routes.get(
    "/connectors/{connector_id}/prices",
    action="extdata.list_prices",
    returns=PriceList,
    summary="价格表 Every price of a connector",
)
def list_prices(context: RequestContext, connector_id: str) -> PriceList:
    """By first day."""
    found = wiring().list_prices(context.principal.bank_id, connector_id)
    return PriceList(items=tuple(PriceView.of(price) for price in found))


def _key_bytes(body: ProviderKeyBody) -> bytes:
    try:
        return base64.b64decode(body.material, validate=True)
    except binascii.Error:
        raise Unprocessable("not base64", field="material", rule="key.base64") from None


app = routes.app()
