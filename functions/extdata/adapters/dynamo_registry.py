"""Providers, access rules, route tables and prices in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from extdata.adapters.rows import (
    CURRENT_SK,
    PRICE_PREFIX,
    PROVIDER_PREFIX,
    VERSION_PREFIX,
    AccessRow,
    AccessVersionRow,
    PricedRow,
    PriceRow,
    ProviderRow,
    RouteTableRow,
    bank_pk,
    version_sk,
)
from extdata.adapters.short_memory import ShortMemory
from extdata.domain.errors import ProviderNotFound, RouteTableNotFound
from extdata.domain.permission import AccessRules
from extdata.domain.price import Price, overlaps, succession
from extdata.domain.provider import Provider
from extdata.domain.route import RouteTable
from puhui.bodies import Body
from puhui.dynamodb import dynamo_errors, transaction, translate_write_errors
from puhui.errors import Conflict, NotFound
from puhui.tenancy import BankId

_PROVIDER = Body(Provider)
_RULES = Body(AccessRules)
_TABLE = Body(RouteTable)
_PRICE = Body(Price)


class DynamoProviders:
    """`extdata.ports.Providers`; all providers of a bank are one partition."""

    def __init__(self, memory: ShortMemory[Provider] | None = None) -> None:
        self._memory = ShortMemory[Provider]() if memory is None else memory

    def get(self, bank_id: BankId, provider_id: str) -> Provider:
        """The provider as it was at most CONFIGURATION_SECONDS ago."""
        return self._memory.get((bank_id, provider_id), lambda: self._load(bank_id, provider_id))

    def save(self, provider: Provider, at: datetime) -> None:
        """Create it, or replace the version that was read."""
        row = ProviderRow(
            bank_pk(provider.bank_id, "PROVIDERS"),
            PROVIDER_PREFIX + provider.provider_id,
            body=_PROVIDER.write(provider),
            saved_at=at,
        ).at_version(provider.version)
        key = (provider.bank_id, provider.provider_id)
        with self._memory.changing(key), translate_write_errors():
            row.save()

    def all(self, bank_id: BankId) -> Sequence[Provider]:
        """One consistent query; the sort key puts them in order."""
        with dynamo_errors():
            rows = list(ProviderRow.query(bank_pk(bank_id, "PROVIDERS"), consistent_read=True))
        return [_provider_of(row) for row in rows]

    def _load(self, bank_id: BankId, provider_id: str) -> Provider:
        with dynamo_errors(missing=ProviderNotFound):
            row = ProviderRow.get(
                bank_pk(bank_id, "PROVIDERS"), PROVIDER_PREFIX + provider_id, consistent_read=True
            )
        return _provider_of(row)


class DynamoAccessRulebook:
    """`extdata.ports.AccessRulebook`: the rules in force, and every version there was."""

    def __init__(self, memory: ShortMemory[AccessRules] | None = None) -> None:
        self._memory = ShortMemory[AccessRules]() if memory is None else memory

    def get(self, bank_id: BankId) -> AccessRules:
        """The rules as they were at most CONFIGURATION_SECONDS ago."""
        return self._memory.get((bank_id,), lambda: self._load(bank_id))

    def save(self, bank_id: BankId, rules: AccessRules, by: str, at: datetime) -> None:
        """Replace the version that was read, and keep the new one for good."""
        body = _RULES.write(rules)
        current = AccessRow(bank_pk(bank_id, "ACCESS"), CURRENT_SK, body=body)
        kept = AccessVersionRow(
            bank_pk(bank_id, "RULES", "ACCESS"),
            version_sk(rules.version + 1),
            body=body,
            set_by=by,
            set_at=at,
        )
        with self._memory.changing((bank_id,)), transaction() as write:
            write.save(current.at_version(rules.version))
            write.save(kept)

    def _load(self, bank_id: BankId) -> AccessRules:
        try:
            with dynamo_errors(missing=NotFound):
                row = AccessRow.get(bank_pk(bank_id, "ACCESS"), CURRENT_SK, consistent_read=True)
        except NotFound:
            return AccessRules()
        return replace(_RULES.read(row.body), version=row.version)


class DynamoRouteTables:
    """`extdata.ports.RouteTables`: versions are only ever added."""

    def __init__(self, memory: ShortMemory[RouteTable] | None = None) -> None:
        self._memory = ShortMemory[RouteTable]() if memory is None else memory

    def current(self, bank_id: BankId, product: str) -> RouteTable:
        """The newest version as of at most CONFIGURATION_SECONDS ago."""
        return self._memory.get((bank_id, product), lambda: self._load(bank_id, product))

    def add(self, bank_id: BankId, table: RouteTable, by: str, at: datetime) -> None:
        """Create the version; nothing can replace it."""
        row = RouteTableRow(
            bank_pk(bank_id, "ROUTES", table.product),
            version_sk(table.version),
            body=_TABLE.write(table),
            set_by=by,
            set_at=at,
        )
        with self._memory.changing((bank_id, table.product)), translate_write_errors():
            row.save()

    def _load(self, bank_id: BankId, product: str) -> RouteTable:
        with dynamo_errors():
            newest = RouteTableRow.query(
                bank_pk(bank_id, "ROUTES", product),
                RouteTableRow.sk.startswith(VERSION_PREFIX),
                consistent_read=True,
                scan_index_forward=False,
                limit=1,
            )
            rows = list(newest)
        if not rows:
            raise RouteTableNotFound(
                f"no route table for {product}", field="product", rule="route.none"
            )
        return _TABLE.read(rows[0].body)


class DynamoPrices:
    """`extdata.ports.Prices`: only ever added to; a price without an end gives way."""

    def __init__(self, memory: ShortMemory[tuple[Price, ...]] | None = None) -> None:
        self._memory = ShortMemory[tuple[Price, ...]]() if memory is None else memory

    def of(self, bank_id: BankId, connector_id: str) -> Sequence[Price]:
        """The prices as they were at most CONFIGURATION_SECONDS ago."""
        return self._memory.get((bank_id, connector_id), lambda: self._load(bank_id, connector_id))

    def add(self, bank_id: BankId, price: Price, by: str, at: datetime) -> None:
        """Look, then add while nobody else did: a row counts the prices of the connector."""
        priced = _priced(bank_id, price.connector_id)
        if overlaps(price, self._load(bank_id, price.connector_id)):
            raise Conflict(
                "another price of the connector is in force on one of these days",
                field="effective_from",
                rule="price.overlap",
            )
        priced.prices = int(priced.prices) + 1
        row = PriceRow(
            bank_pk(bank_id, "PRICES", price.connector_id),
            PRICE_PREFIX + price.effective_from.isoformat(),
            body=_PRICE.write(price),
            effective_to=price.effective_to,
            set_by=by,
            set_at=at,
        )
        with self._memory.changing((bank_id, price.connector_id)), transaction() as write:
            write.save(priced)
            write.save(row)

    def _load(self, bank_id: BankId, connector_id: str) -> tuple[Price, ...]:
        with dynamo_errors():
            rows = list(
                PriceRow.query(
                    bank_pk(bank_id, "PRICES", connector_id),
                    PriceRow.sk.startswith(PRICE_PREFIX),
                    consistent_read=True,
                )
            )
        return succession(_PRICE.read(row.body) for row in rows)


def _provider_of(row: ProviderRow) -> Provider:
    return replace(_PROVIDER.read(row.body), version=row.version)


def _priced(bank_id: BankId, connector_id: str) -> PricedRow:
    pk = bank_pk(bank_id, "PRICED")
    try:
        with dynamo_errors(missing=NotFound):
            return PricedRow.get(pk, connector_id, consistent_read=True)
    except NotFound:
        return PricedRow(pk, connector_id, prices=0)
