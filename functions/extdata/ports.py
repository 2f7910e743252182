"""What the use cases of extdata need of tables, archive and log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from extdata.domain.answer import RawPage
from extdata.domain.archive import DerivedForms, Manifest
from extdata.domain.cache import CachedAnswer, CacheKey
from extdata.domain.connector import Connector
from extdata.domain.consent import LiveConsent
from extdata.domain.limit import Admission, Gate
from extdata.domain.meter import MeterEvent
from extdata.domain.permission import AccessRules
from extdata.domain.price import Price
from extdata.domain.provider import Provider
from extdata.domain.query import DocumentRef, Query
from extdata.domain.route import RouteTable
from extdata.domain.subject import Subject
from puhui.events import Envelope
from puhui.tenancy import BankId


class Fingerprints(Protocol):
    """Blind fingerprints of subjects."""

    def of(self, subject: Subject) -> str:
        """The key of the subject's identifying number: `uscc:3f…`."""
        ...

    def of_number(self, field: str, value: str) -> str:
        """The key of one number: `of_number("id_number", "3401…")`."""
        ...


class Consents(Protocol):
    """The registry of live consents; every read is strongly consistent."""

    def get(self, bank_id: BankId, consent_id: str) -> LiveConsent:
        """The consent; an unknown id raises ConsentMissing (rule `consent.unknown`)."""
        ...

    def save(self, consent: LiveConsent) -> None:
        """Keep it, or raise StaleVersion."""
        ...


class AccessRulebook(Protocol):
    """A bank's permissions and limits."""

    def get(self, bank_id: BankId) -> AccessRules:
        """The rules in force; a bank without any gets empty rules, which allow nothing."""
        ...

    def save(self, bank_id: BankId, rules: AccessRules, by: str, at: datetime) -> None:
        """Replace them, or raise StaleVersion."""
        ...


class RouteTables(Protocol):
    """Versions of route tables."""

    def current(self, bank_id: BankId, product: str) -> RouteTable:
        """The newest version, or RouteTableNotFound."""
        ...

    def add(self, bank_id: BankId, table: RouteTable, by: str, at: datetime) -> None:
        """Keep a new version; an existing one raises StaleVersion."""
        ...


class Providers(Protocol):
    """Registered providers."""

    def get(self, bank_id: BankId, provider_id: str) -> Provider:
        """The provider, or ProviderNotFound."""
        ...

    def save(self, provider: Provider, at: datetime) -> None:
        """Keep it, or raise StaleVersion."""
        ...

    def all(self, bank_id: BankId) -> Sequence[Provider]:
        """Every provider of a bank, by id."""
        ...


class Connectors(Protocol):
    """Versions of connectors."""

    def get(self, bank_id: BankId, connector_id: str, version: int) -> Connector:
        """One version, or ConnectorNotFound."""
        ...

    def published(self, bank_id: BankId, connector_id: str) -> Connector:
        """The published version, or ConnectorNotFound."""
        ...

    def latest_version(self, bank_id: BankId, connector_id: str) -> int:
        """The number of the newest version; 0 when there is none."""
        ...

    def save(self, connector: Connector, events: Sequence[Envelope] = ()) -> None:
        """Keep it (publishing retires the one published before), or raise StaleVersion."""
        ...

    def all(self, bank_id: BankId) -> Sequence[Connector]:
        """Every version of every connector of a bank."""
        ...


class Prices(Protocol):
    """Price lists."""

    def of(self, bank_id: BankId, connector_id: str) -> Sequence[Price]:
        """Every price of a connector, by its first day; no two are in force on one day."""
        ...

    def add(self, bank_id: BankId, price: Price, by: str, at: datetime) -> None:
        """Keep a price; one that overlaps another of the connector raises Conflict.

        A price without a last day gives way to one that begins later.
        """
        ...


class Gates(Protocol):
    """Counters that never overrun, however many ask at once."""

    def pass_through(self, bank_id: BankId, gate: Gate, *, now: datetime, on: date) -> Admission:
        """Count one call, or raise LimitReached (rules `limit.rate`, `.daily`, `.monthly`)."""
        ...

    def give_back(self, bank_id: BankId, gate: Gate, *, on: date) -> None:
        """Take back a count whose call was not made."""
        ...

    def usage(self, bank_id: BankId, gate: Gate, *, on: date) -> Admission:
        """How much is used, without counting."""
        ...


class Archive(Protocol):
    """Raw responses and canonical documents, each addressed by its content."""

    def keep_raw(self, bank_id: BankId, pages: Sequence[RawPage]) -> None:
        """Keep the bytes, immutable; the same bytes twice are one object."""
        ...

    def keep_manifest(self, manifest: Manifest) -> str:
        """Keep the manifest and answer its key."""
        ...

    def keep_document(
        self, bank_id: BankId, body: bytes, columns: bytes | None, raw_sha256: str | None
    ) -> DocumentRef:
        """Keep a canonical document, and its columns under the hash of the raw response."""
        ...

    def manifest(self, key: str) -> Manifest:
        """Read a manifest."""
        ...

    def raw(self, bank_id: BankId, digest: str) -> bytes:
        """Read raw bytes; other bytes than their hash says raise ArchiveBroken."""
        ...

    def document(self, reference: DocumentRef) -> bytes:
        """Read a canonical document; checked against its hash."""
        ...


class CanonicalDocuments(Protocol):
    """The schemas of canonical documents."""

    def encode(self, product: str, document: Mapping[str, Any]) -> bytes:
        """Check against the product's schema and write canonical bytes.

        Raises ProviderAnswerUnreadable (rule `provider.schema`, the field in `field`).
        """
        ...

    def derived(self, product: str, body: bytes) -> DerivedForms:
        """The columns and the sample of a canonical document."""
        ...

    def masked(self, product: str, body: bytes, fields: Sequence[str]) -> bytes:
        """The document with some fields set to null."""
        ...


class Queries(Protocol):
    """The call log."""

    def get(self, bank_id: BankId, query_id: str) -> Query:
        """The query, or QueryNotFound."""
        ...

    def find(self, bank_id: BankId, query_id: str) -> Query | None:
        """The query if there is one; strongly consistent."""
        ...

    def begin(self, query: Query) -> Query:
        """Keep a query that is about to leave the bank, and answer what stands then.

        Version 0 is created; a loaded one replaces its version. When another run was first, the
        stored query is answered instead: whoever gets back its own `run_id` may go on.
        """
        ...

    def finish(
        self,
        query: Query,
        *,
        meters: Sequence[MeterEvent] = (),
        cache: CachedAnswer | None = None,
        events: Sequence[Envelope] = (),
    ) -> Query:
        """Keep an answered query with meters, cache, audit record and events: all or nothing.

        A query that is there already is answered as it stands: the first one wins.
        """
        ...

    def pending_job(self, bank_id: BankId, connector_id: str, job_id: str) -> Query:
        """The pending query of a provider's job, or QueryNotFound."""
        ...

    def of_day(self, bank_id: BankId, on: date) -> Iterator[Query]:
        """Every query of an accounting day."""
        ...


class Cache(Protocol):
    """Answers that may be given again."""

    def find(self, key: CacheKey) -> CachedAnswer | None:
        """What is known; strongly consistent."""
        ...


class Meters(Protocol):
    """Immutable call events."""

    def of_month(
        self, bank_id: BankId, month: str, provider_id: str | None = None
    ) -> Iterator[MeterEvent]:
        """The events of a month (`2026-10`) in the order of the calls."""
        ...


class Signals(Protocol):
    """Business metrics and log lines; ids and numbers only."""

    def answered(self, query: Query) -> None:
        """A query got its answer."""
        ...

    def limit_warning(self, bank_id: BankId, gate: Gate, quota: str) -> None:
        """80 % of a quota is used."""
        ...

    def limit_stop(self, bank_id: BankId, gate: Gate, rule: str) -> None:
        """A limit stopped a call."""
        ...


class Banks(Protocol):
    """Which banks there are."""

    def all(self) -> Sequence[BankId]:
        """Every bank that has audit records, by id."""
        ...
