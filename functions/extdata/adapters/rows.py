"""Extdata's rows in its one table: what configures it; what it did is in rows_queries.py.

Keys below `BANK#{bank}#`: `CONSENT#id` · `ACCESS` (rules in force) · `RULES#` (every version of
them) · `ROUTES#product` (versions) · `PROVIDERS` · `CONNECTORS` (versions) · `PUBLISHED` (which
version of a connector is published) · `PRICES#connector` · `PRICED` (how many prices it has).
Versions of rules and of route tables and prices are written once and never changed.
"""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from extdata.adapters.rows_queries import QUERY_ROWS
from puhui.dynamodb import BaseRow, DateAttribute, InstantAttribute
from puhui.tenancy import BankId

CONSENT_SK: Final = "CONSENT"
CURRENT_SK: Final = "CURRENT"
VERSION_PREFIX: Final = "VERSION#"
PROVIDER_PREFIX: Final = "PROVIDER#"
PRICE_PREFIX: Final = "FROM#"


class ConsentRow(BaseRow):
    """A consent; its subjects are blind fingerprints."""

    body = UnicodeAttribute()


class AccessRow(BaseRow):
    """The access rules in force."""

    body = UnicodeAttribute()


class AccessVersionRow(BaseRow):
    """Access rules as somebody set them once; never changed."""

    body = UnicodeAttribute()
    set_by = UnicodeAttribute()
    set_at = InstantAttribute()


class RouteTableRow(BaseRow):
    """One version of a route table; never changed."""

    body = UnicodeAttribute()
    set_by = UnicodeAttribute()
    set_at = InstantAttribute()


class ProviderRow(BaseRow):
    """A provider."""

    body = UnicodeAttribute()
    saved_at = InstantAttribute()


class ConnectorRow(BaseRow):
    """One version of a connector."""

    stage = UnicodeAttribute()
    body = UnicodeAttribute()


class PublishedRow(BaseRow):
    """Which version of a connector is published; 0 when none is any more."""

    connector_version = NumberAttribute()


class PriceRow(BaseRow):
    """A price; never changed."""

    body = UnicodeAttribute()
    effective_to = DateAttribute()
    set_by = UnicodeAttribute()
    set_at = InstantAttribute()


class PricedRow(BaseRow):
    """Counts the prices of a connector, so that two which overlap cannot be added at once."""

    prices = NumberAttribute()


ROWS: Final[tuple[type[BaseRow], ...]] = (
    ConsentRow,
    AccessRow,
    AccessVersionRow,
    RouteTableRow,
    ProviderRow,
    ConnectorRow,
    PublishedRow,
    PriceRow,
    PricedRow,
    *QUERY_ROWS,
)
"""Every row of the storage adapters: wiring binds them to the module's table."""


def bank_pk(bank_id: BankId, *parts: str) -> str:
    """The partition of something of a bank: `BANK#north#ROUTES#tax/1`."""
    return "#".join(("BANK", bank_id, *parts))


def version_sk(version: int) -> str:
    """The sort key of a version; versions sort as numbers."""
    return f"{VERSION_PREFIX}{version:08d}"


def connector_sk(connector_id: str, version: int) -> str:
    """The sort key of a version of a connector."""
    return f"{connector_id}#{version_sk(version)}"
