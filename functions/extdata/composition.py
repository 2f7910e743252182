"""How the use cases of a query hang together, whatever is behind their ports.

    gateway = compose(Ports(consents=…, gates=…, calls=…, …))
    query = gateway.answer_query(command)

`wiring` plugs in DynamoDB and HTTP, the demonstration plugs in memory, tests plug in fakes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from extdata.ports import (
    AccessRulebook,
    Archive,
    Cache,
    CanonicalDocuments,
    Connectors,
    Consents,
    Fingerprints,
    Gates,
    Prices,
    Providers,
    Queries,
    RouteTables,
    Signals,
)
from extdata.provider_ports import Breakers, Bulkheads, ProviderCalls
from extdata.usecases.answer_query import AnswerQuery
from extdata.usecases.ask_route import AskRoute
from extdata.usecases.await_answer import AwaitAnswer
from extdata.usecases.find_cached import FindCached
from extdata.usecases.keep_answer import KeepAnswer
from extdata.usecases.pass_gates import PassGates
from extdata.usecases.read_document import ReadDocument
from extdata.usecases.receive_callback import ReceiveCallback
from extdata.usecases.replay_query import ReplayQuery
from extdata.usecases.take_test_delivery import TakeTestDelivery
from puhui.clock import BusinessCalendar, Clock


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Everything that a query needs of the world outside."""

    fingerprints: Fingerprints
    consents: Consents
    rulebook: AccessRulebook
    route_tables: RouteTables
    providers: Providers
    connectors: Connectors
    prices: Prices
    gates: Gates
    bulkheads: Bulkheads
    breakers: Breakers
    calls: ProviderCalls
    documents: CanonicalDocuments
    archive: Archive
    queries: Queries
    cache: Cache
    signals: Signals
    clock: Clock
    calendar: BusinessCalendar
    callback_base: str | None = None
    stopwatch: Callable[[], int] = time.monotonic_ns


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """The use cases around a query."""

    answer_query: AnswerQuery
    receive_callback: ReceiveCallback
    read_document: ReadDocument
    replay_query: ReplayQuery


def compose(ports: Ports) -> Gateway:
    """Hang the use cases together."""
    keep = KeepAnswer(ports.archive, ports.documents, ports.queries, ports.signals, ports.clock)
    await_answer = AwaitAnswer(
        ports.providers,
        ports.connectors,
        ports.prices,
        ports.calls,
        ports.documents,
        keep,
        ports.clock,
    )
    return Gateway(
        answer_query=_answer_query(ports, keep, await_answer),
        receive_callback=ReceiveCallback(
            ports.providers,
            ports.connectors,
            ports.consents,
            ports.queries,
            ports.calls,
            await_answer,
            TakeTestDelivery(ports.connectors, ports.calls, ports.documents, ports.calendar),
            keep,
            ports.clock,
            ports.calendar,
        ),
        read_document=ReadDocument(ports.queries, ports.consents, ports.archive, ports.calendar),
        replay_query=ReplayQuery(
            ports.queries, ports.connectors, ports.archive, ports.calls, ports.documents
        ),
    )


def _answer_query(ports: Ports, keep: KeepAnswer, await_answer: AwaitAnswer) -> AnswerQuery:
    ask = AskRoute(
        providers=ports.providers,
        connectors=ports.connectors,
        prices=ports.prices,
        gates=ports.gates,
        bulkheads=ports.bulkheads,
        breakers=ports.breakers,
        calls=ports.calls,
        documents=ports.documents,
        signals=ports.signals,
        clock=ports.clock,
        callback_base=ports.callback_base,
    )
    return AnswerQuery(
        fingerprints=ports.fingerprints,
        consents=ports.consents,
        rulebook=ports.rulebook,
        route_tables=ports.route_tables,
        queries=ports.queries,
        find_cached=FindCached(ports.cache, ports.consents),
        pass_gates=PassGates(ports.gates, ports.signals),
        ask_route=ask,
        await_answer=await_answer,
        keep=keep,
        clock=ports.clock,
        calendar=ports.calendar,
        stopwatch=ports.stopwatch,
    )
