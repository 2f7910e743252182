"""Receive a callback (接收回调): a provider delivers what it promised, once or several times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from extdata.domain.answer import ProviderAnswer
from extdata.domain.connector import Connector
from extdata.domain.errors import (
    CallbackRefused,
    ConnectorNotFound,
    ConsentMissing,
    KeyUnavailable,
    ProviderFailure,
    QueryNotFound,
)
from extdata.domain.query import Query
from extdata.ports import Connectors, Consents, Providers, Queries
from extdata.provider_ports import Callback, ProviderCalls
from extdata.usecases.await_answer import AwaitAnswer
from extdata.usecases.keep_answer import KeepAnswer
from extdata.usecases.take_test_delivery import TakeTestDelivery
from puhui.clock import BusinessCalendar, Clock
from puhui.errors import UpstreamUnavailable
from puhui.tenancy import BankId

MAX_VERSIONS = 3
"""Versions of a connector that may have asked for what is delivered now."""
Received = Literal["taken", "repeated", "unusable", "refused", "tested"]
IN_USE = frozenset({"published", "retired"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came over HTTP; header names in lower case."""

    headers: Mapping[str, str]
    path: str
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class ReceiveCallback:
    """Check a delivered answer and finish the query that waits for it; one effect, however often.

    A forged, old or unsigned delivery raises CallbackRefused before anything is read. A delivery
    for a query that is answered already changes nothing. One whose query is not written down yet
    is asked to come again. What a connector's test asked for goes to the test.
    """

    providers: Providers
    connectors: Connectors
    consents: Consents
    queries: Queries
    calls: ProviderCalls
    await_answer: AwaitAnswer
    take_test_delivery: TakeTestDelivery
    keep: KeepAnswer
    clock: Clock
    calendar: BusinessCalendar

    def __call__(
        self,
        bank_id: BankId,
        connector_id: str,
        *,
        headers: Mapping[str, str],
        path: str,
        body: bytes,
    ) -> Received:
        """Answer what became of the delivery."""
        delivery = Delivery(headers=headers, path=path, body=body)
        refusal: Exception = ConnectorNotFound(field="connector_id")
        for connector in self._versions(bank_id, connector_id):
            try:
                delivered = self._opened(connector, delivery)
                if connector.test is not None and connector.test.job(delivered.job_id):
                    self.take_test_delivery(connector, delivered)
                    return "tested"
                query = self._waiting(connector, delivered)
            except CallbackRefused as refused:
                refusal = refused if isinstance(refusal, ConnectorNotFound) else refusal
            except KeyUnavailable as missing:  # a demand whose keys are not there yet
                refusal = missing
            except QueryNotFound:
                refusal = UpstreamUnavailable("no query waits for this job yet; deliver again")
            else:
                return self._taken(query, connector, delivered)
        raise refusal

    def _taken(self, query: Query, connector: Connector, delivered: Callback) -> Received:
        if query.answered:
            return "repeated"
        if not self._still_allowed(query):
            self.keep.refused(
                self.await_answer.give_up(query, "consent.withdrawn"), "consent.withdrawn"
            )
            return "refused"
        return self._finish(query, connector, delivered)

    def _opened(self, connector: Connector, delivery: Delivery) -> Callback:
        return self.calls.open_callback(
            self.providers.get(connector.bank_id, connector.provider_id),
            connector,
            headers=delivery.headers,
            path=delivery.path,
            body=delivery.body,
            now=self.clock.now(),
        )

    def _waiting(self, connector: Connector, delivered: Callback) -> Query:
        """The query that was asked with this version: the published one, or one replaced since."""
        if connector.stage not in IN_USE:
            raise QueryNotFound
        query = self.queries.pending_job(
            connector.bank_id, connector.connector_id, delivered.job_id
        )
        if query.attempts[-1].connector_version != connector.version:
            raise CallbackRefused("another version asked for this", rule="callback.version")
        return query

    def _versions(self, bank_id: BankId, connector_id: str) -> Iterator[Connector]:
        """The newest versions, and the published one however many were demanded since."""
        newest = self.connectors.latest_version(bank_id, connector_id)
        listed = range(newest, max(newest - MAX_VERSIONS, 0), -1)
        for version in listed:
            yield self.connectors.get(bank_id, connector_id, version)
        try:
            published = self.connectors.published(bank_id, connector_id)
        except ConnectorNotFound:
            return
        if published.version not in listed:
            yield published

    def _still_allowed(self, query: Query) -> bool:
        """A consent that was withdrawn meanwhile ends the use of what comes."""
        try:
            self.consents.get(query.bank_id, query.consent_id).check(
                subject_key=query.subject_key,
                product=query.product,
                purpose=query.purpose,
                today=self.calendar.today(),
            )
        except ConsentMissing:
            return False
        return True

    def _finish(self, query: Query, connector: Connector, delivered: Callback) -> Received:
        attempt = query.attempts[-1]
        asked = self.connectors.get(
            query.bank_id, connector.connector_id, attempt.connector_version
        )

        def delivered_answer() -> ProviderAnswer:
            try:
                return self.calls.read(asked, [delivered.page], asked_on=query.asked_on)
            except ProviderFailure as failure:
                failure.pages = (delivered.page,)
                raise

        ended = self.await_answer.take(query, asked, delivered_answer)
        return "taken" if ended is not None and ended.status in ("hit", "miss") else "unusable"
