"""Composition root of external data: settings → adapters → use cases, built on first use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from extdata.adapters.blind_fingerprints import BlindFingerprints
from extdata.adapters.canonical_documents import DefinedDocuments
from extdata.adapters.connector_specifications import ConnectorSpecifications
from extdata.adapters.dynamo_audit_chains import DynamoAuditChains
from extdata.adapters.dynamo_bulkheads import DynamoBulkheads
from extdata.adapters.dynamo_connectors import DynamoConnectors
from extdata.adapters.dynamo_consents import DynamoConsents
from extdata.adapters.dynamo_gates import DynamoGates
from extdata.adapters.dynamo_quality import DynamoQualityDays
from extdata.adapters.dynamo_queries import DynamoCache, DynamoQueries
from extdata.adapters.dynamo_registry import (
    DynamoAccessRulebook,
    DynamoPrices,
    DynamoProviders,
    DynamoRouteTables,
)
from extdata.adapters.emf_finance_signals import EmfFinanceSignals
from extdata.adapters.emf_signals import EmfSignals
from extdata.adapters.powertools_breakers import PowertoolsBreakers, dynamo_stores
from extdata.adapters.provider_calls import HttpProviderCalls
from extdata.adapters.rows import ROWS
from extdata.adapters.rows_audit import AUDIT_ROWS
from extdata.adapters.rows_finance import FINANCE_ROWS
from extdata.adapters.rows_quality import QUALITY_ROWS
from extdata.adapters.s3_archive import S3Archive
from extdata.adapters.s3_audit_seals import S3AuditSeals
from extdata.adapters.secret_provider_keys import SecretProviderKeys
from extdata.composition import Gateway, Ports, compose
from extdata.finance_wiring import Finance, finance
from extdata.ports import Consents, Queries
from extdata.provider_ports import ProviderCalls, ProviderKeys, Specifications
from extdata.settings import ExtdataSettings
from extdata.usecases.add_price import AddPrice
from extdata.usecases.approve_connector import ApproveConnector
from extdata.usecases.demand_connector import DemandConnector
from extdata.usecases.get_quality import GetQuality
from extdata.usecases.keep_consent import KeepConsent
from extdata.usecases.list_breakers import ListBreakers
from extdata.usecases.list_limits import ListLimits
from extdata.usecases.list_open_queries import ListOpenQueries
from extdata.usecases.list_prices import ListPrices
from extdata.usecases.list_registry import (
    GetAccess,
    GetConnector,
    GetProvider,
    GetRouteTable,
    ListConnectors,
    ListProviders,
)
from extdata.usecases.measure_quality import MeasureQuality
from extdata.usecases.pick_consent import PickConsent
from extdata.usecases.publish_connector import PublishConnector
from extdata.usecases.put_provider_key import PutProviderKey
from extdata.usecases.register_provider import RegisterProvider
from extdata.usecases.retire_connector import RetireConnector
from extdata.usecases.set_access import SetAccess
from extdata.usecases.set_route_table import SetRouteTable
from extdata.usecases.test_connector import TestConnector
from extdata.usecases.verify_audit import VerifyAudit
from extdata.usecases.withdraw_consent import WithdrawConsent
from puhui.aws import client
from puhui.blind_index import BlindIndex
from puhui.clock import BusinessCalendar, Clock, ConfiguredBusinessCalendar, SystemClock
from puhui.dynamodb import bind_table
from puhui.sealing import Sealer


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """Everything the handlers and the API of external data call."""

    gateway: Gateway
    queries: Queries
    consents: Consents
    calendar: BusinessCalendar
    sealer: Sealer
    pick_consent: PickConsent
    keep_consent: KeepConsent
    withdraw_consent: WithdrawConsent
    verify_audit: VerifyAudit
    list_open_queries: ListOpenQueries
    finance: Finance
    measure_quality: MeasureQuality
    get_quality: GetQuality
    list_providers: ListProviders
    get_provider: GetProvider
    register_provider: RegisterProvider
    put_provider_key: PutProviderKey
    list_connectors: ListConnectors
    get_connector: GetConnector
    demand_connector: DemandConnector
    test_connector: TestConnector
    approve_connector: ApproveConnector
    publish_connector: PublishConnector
    retire_connector: RetireConnector
    get_route_table: GetRouteTable
    set_route_table: SetRouteTable
    get_access: GetAccess
    set_access: SetAccess
    list_prices: ListPrices
    add_price: AddPrice
    list_breakers: ListBreakers
    list_limits: ListLimits


@dataclass(frozen=True, kw_only=True)
class _Registry:
    """What the bank configured; one memory of each for the whole process."""

    providers: DynamoProviders
    connectors: DynamoConnectors
    tables: DynamoRouteTables
    rulebook: DynamoAccessRulebook
    prices: DynamoPrices
    consents: DynamoConsents


@cache
def wiring() -> Wiring:
    """Build everything once per process."""
    settings = ExtdataSettings.from_env()
    bind_table(settings.table_name, *ROWS, *AUDIT_ROWS, *FINANCE_ROWS, *QUALITY_ROWS)
    clock = SystemClock()
    calendar = ConfiguredBusinessCalendar(settings.business_date, clock)
    registry = _Registry(
        providers=DynamoProviders(),
        connectors=DynamoConnectors(),
        tables=DynamoRouteTables(),
        rulebook=DynamoAccessRulebook(),
        prices=DynamoPrices(),
        consents=DynamoConsents(),
    )
    keys = SecretProviderKeys(
        client("secretsmanager"), settings.provider_key_prefix, settings.data_key_arn
    )
    breakers = PowertoolsBreakers(dynamo_stores(client("dynamodb"), settings.table_name))
    ports = _ports(settings, registry, breakers, _calls(settings, keys), clock, calendar)
    days = DynamoQualityDays()
    return Wiring(
        gateway=compose(ports),
        queries=ports.queries,
        consents=registry.consents,
        calendar=calendar,
        sealer=Sealer(client("kms"), settings.exchange_key_arn),
        pick_consent=PickConsent(registry.consents),
        keep_consent=KeepConsent(registry.consents, ports.fingerprints, clock),
        withdraw_consent=WithdrawConsent(registry.consents, clock),
        verify_audit=VerifyAudit(
            DynamoAuditChains(), S3AuditSeals(client("s3"), settings.archive_bucket)
        ),
        list_open_queries=ListOpenQueries(ports.queries, clock),
        finance=finance(ports),
        measure_quality=MeasureQuality(ports.queries, days, EmfFinanceSignals()),
        get_quality=GetQuality(days),
        **_onboarding(settings, registry, keys, ports),
        **_reading(registry, breakers, ports),
    )


def _ports(
    settings: ExtdataSettings,
    registry: _Registry,
    breakers: PowertoolsBreakers,
    calls: ProviderCalls,
    clock: Clock,
    calendar: BusinessCalendar,
) -> Ports:
    dynamodb, table = client("dynamodb"), settings.table_name
    return Ports(
        fingerprints=BlindFingerprints(
            BlindIndex.from_secret(client("secretsmanager"), settings.blind_index_secret_arn)
        ),
        consents=registry.consents,
        rulebook=registry.rulebook,
        route_tables=registry.tables,
        providers=registry.providers,
        connectors=registry.connectors,
        prices=registry.prices,
        gates=DynamoGates(dynamodb, table),
        bulkheads=DynamoBulkheads(dynamodb, table),
        breakers=breakers,
        calls=calls,
        documents=DefinedDocuments(),
        archive=S3Archive(client("s3"), settings.archive_bucket, settings.documents_bucket),
        queries=DynamoQueries(),
        cache=DynamoCache(),
        signals=EmfSignals(),
        clock=clock,
        calendar=calendar,
        callback_base=settings.callback_base,
    )


def _calls(settings: ExtdataSettings, keys: SecretProviderKeys) -> ProviderCalls:
    return HttpProviderCalls(keys, sandbox_base=settings.sandbox_url)


def _specifications() -> Specifications:
    return ConnectorSpecifications()


def _onboarding(
    settings: ExtdataSettings, registry: _Registry, keys: ProviderKeys, ports: Ports
) -> dict[str, Any]:
    """The way of a provider and its connectors into use."""
    providers, connectors, clock = registry.providers, registry.connectors, ports.clock
    return {
        "register_provider": RegisterProvider(
            providers, clock, sandbox_allowed=settings.sandbox_url is not None
        ),
        "put_provider_key": PutProviderKey(providers, keys),
        "demand_connector": DemandConnector(providers, connectors, _specifications(), clock),
        "test_connector": TestConnector(
            providers,
            connectors,
            ports.calls,
            ports.documents,
            settings.callback_base,
            clock,
            ports.calendar,
        ),
        "approve_connector": ApproveConnector(connectors, clock),
        "publish_connector": PublishConnector(providers, connectors, clock, ports.calendar),
        "retire_connector": RetireConnector(connectors),
        "set_route_table": SetRouteTable(registry.tables, connectors, providers, clock),
        "set_access": SetAccess(registry.rulebook, clock),
        "add_price": AddPrice(registry.prices, connectors, clock),
    }


def _reading(registry: _Registry, breakers: PowertoolsBreakers, ports: Ports) -> dict[str, Any]:
    """What people look at."""
    return {
        "list_providers": ListProviders(registry.providers),
        "get_provider": GetProvider(registry.providers),
        "list_connectors": ListConnectors(registry.connectors),
        "get_connector": GetConnector(registry.connectors),
        "get_route_table": GetRouteTable(registry.tables),
        "get_access": GetAccess(registry.rulebook),
        "list_prices": ListPrices(registry.prices),
        "list_breakers": ListBreakers(registry.connectors, breakers),
        "list_limits": ListLimits(
            registry.providers, registry.rulebook, ports.gates, ports.calendar
        ),
    }
