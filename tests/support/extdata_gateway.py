"""A gateway in memory whose providers are scripted: what each answers, and what it saw."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from extdata.composition import Gateway, Ports, compose
from extdata.domain.answer import ProviderAnswer, RawPage
from extdata.domain.archive import DerivedForms
from extdata.domain.connector import Connector
from extdata.domain.errors import CallbackRefused, ProviderAnswerUnreadable
from extdata.domain.provider import Provider
from extdata.domain.query import Query
from extdata.provider_ports import Callback, ProviderRequest
from infra.demo.extdata.in_memory import (
    HmacFingerprints,
    InMemoryAccessRulebook,
    InMemoryArchive,
    InMemoryBreakers,
    InMemoryBulkheads,
    InMemoryConnectors,
    InMemoryConsents,
    InMemoryGates,
    InMemoryPrices,
    InMemoryProviders,
    InMemoryQueries,
    InMemoryRouteTables,
    InMemorySignals,
)
from puhui.clock import FixedBusinessCalendar, FixedClock
from puhui.strict_json import dumps
from tests.support.extdata import (
    BANK,
    NOON,
    TODAY,
    a_connector,
    a_consent,
    a_page,
    a_price,
    a_provider,
    a_query_command,
    a_route,
    a_route_table,
    a_subject,
    access_rules,
    an_answer,
)

Script = Callable[[ProviderRequest], ProviderAnswer]


def hit_script(request: ProviderRequest) -> ProviderAnswer:
    """A charged hit."""
    return an_answer()


@dataclass
class ScriptedCalls:
    """`ProviderCalls` that answers by script and keeps every request that reached it."""

    scripts: dict[str, Script] = field(default_factory=dict)
    requests: list[ProviderRequest] = field(default_factory=list)
    files: dict[str, ProviderAnswer] = field(default_factory=dict)
    on_call: Callable[[ProviderRequest], None] = lambda request: None

    def call(self, request: ProviderRequest) -> ProviderAnswer:
        self.requests.append(request)
        self.on_call(request)
        return self.scripts.get(request.connector.connector_id, hit_script)(request)

    def fetch(self, request: ProviderRequest, job_id: str) -> ProviderAnswer:
        return self.files.get(job_id, an_answer(meaning="pending", document=None, pages=()))

    def open_callback(
        self,
        provider: Provider,
        connector: Connector,
        *,
        headers: Mapping[str, str],
        path: str,
        body: bytes,
        now: datetime,
    ) -> Callback:
        if headers.get("x-signature") != "good":
            raise CallbackRefused(rule="callback.signature")
        return Callback(
            job_id=json.loads(body)["job"],
            nonce=headers.get("x-nonce", ""),
            page=a_page(body, received_at=now),
        )

    def read(
        self, connector: Connector, pages: Sequence[RawPage], *, asked_on: date
    ) -> ProviderAnswer:
        content = json.loads(pages[0].opened)
        if content.get("broken"):
            raise ProviderAnswerUnreadable(rule="provider.mapping")
        return an_answer(pages=tuple(pages), provider_ms=0)


class PlainDocuments:
    """`CanonicalDocuments` without schemas: canonical JSON, refused when it says `invalid`."""

    def encode(self, product: str, document: Mapping[str, Any]) -> bytes:
        if document.get("invalid"):
            raise ProviderAnswerUnreadable(field="returns", rule="provider.schema")
        return dumps(dict(document)).encode()

    def derived(self, product: str, body: bytes) -> DerivedForms:
        return DerivedForms(columns=b"columns of " + body, sample={})

    def masked(self, product: str, body: bytes, fields: Sequence[str]) -> bytes:
        return dumps({"masked": list(fields)}).encode()


@dataclass(kw_only=True)
class GatewayWorld:
    """Everything in memory, with one published connector, one consent and one permission."""

    calls: ScriptedCalls = field(default_factory=ScriptedCalls)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    today: date = TODAY

    def __post_init__(self) -> None:
        self.fingerprints = HmacFingerprints(b"k" * 32)
        self.consents = InMemoryConsents()
        self.rulebook = InMemoryAccessRulebook()
        self.route_tables = InMemoryRouteTables()
        self.providers = InMemoryProviders()
        self.connectors = InMemoryConnectors()
        self.prices = InMemoryPrices()
        self.gates = InMemoryGates()
        self.queries = InMemoryQueries()
        self.archive = InMemoryArchive()
        self.signals = InMemorySignals()
        self.gateway = self.compose()
        self.providers.save(a_provider(), NOON)
        self.connectors.save(a_connector())
        self.prices.add(BANK, a_price(), "steward-1", NOON)
        self.route_tables.add(BANK, a_route_table(cache_days=7), "steward-1", NOON)
        self.rulebook.save(BANK, access_rules(), "steward-1", NOON)
        self.consents.save(a_consent(subject_keys=frozenset({self.subject_key})))

    @property
    def subject_key(self) -> str:
        return self.fingerprints.of(a_subject())

    def ask(self, **changes: Any) -> Query:
        return self.gateway.answer_query(a_query_command(**changes))

    def add_route(self, provider_id: str, connector_id: str, **changes: Any) -> None:
        """A second way to the same product."""
        self.providers.save(a_provider(provider_id=provider_id), NOON)
        self.connectors.save(a_connector(provider_id=provider_id, connector_id=connector_id))
        known = self.route_tables.current(BANK, "tax/1")
        second = a_route(provider_id=provider_id, connector_id=connector_id, **changes)
        table = a_route_table(
            *known.routes, second, version=known.version + 1, cache_days=known.cache_days
        )
        self.route_tables.add(BANK, table, "steward-1", NOON)

    def withdraw(self, consent_id: str = "con-1") -> None:
        known = self.consents.get(BANK, consent_id)
        self.consents.save(known.withdraw(self.clock.now()))

    def compose(self) -> Gateway:
        """Hang the use cases together around the ports as they are now."""
        return compose(
            Ports(
                fingerprints=self.fingerprints,
                consents=self.consents,
                rulebook=self.rulebook,
                route_tables=self.route_tables,
                providers=self.providers,
                connectors=self.connectors,
                prices=self.prices,
                gates=self.gates,
                bulkheads=InMemoryBulkheads(),
                breakers=InMemoryBreakers(),
                calls=self.calls,
                documents=PlainDocuments(),
                archive=self.archive,
                queries=self.queries,
                cache=self.queries.cache,
                signals=self.signals,
                clock=self.clock,
                calendar=FixedBusinessCalendar(self.today),
            )
        )
