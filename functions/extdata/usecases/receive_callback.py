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
    ProviderFailure,
    QueryNotFound,
)
from extdata.domain.query import Query
from extdata.ports import Connectors, Consents, Providers, Queries
from extdata.provider_ports import Callback, ProviderCalls
from extdata.usecases.await_answer import AwaitAnswer
from extdata.usecases.keep_answer import KeepAnswer
from puhui.clock import BusinessCalendar, Clock
from puhui.errors import UpstreamUnavailable
from puhui.tenancy import BankId

MAX_VERSIONS = 3
"""Versions of a connector that may have asked for what is delivered now."""
Received = Literal["taken", "repeated", "unusable", "refused"]


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
    is asked to come again.
    """

    providers: Providers
    connectors: Connectors
    consents: Consents
    queries: Queries
    calls: ProviderCalls
    await_answer: AwaitAnswer
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
        query, connector, delivered = self._opened(bank_id, connector_id, delivery)
        if query.answered:
            return "repeated"
        if not self._still_allowed(query):
            self.keep.refused(
                self.await_answer.give_up(query, "consent.withdrawn"), "consent.withdrawn"
            )
            return "refused"
        return self._finish(query, connector, delivered)

    def _opened(
        self, bank_id: BankId, connector_id: str, delivery: Delivery
    ) -> tuple[Query, Connector, Callback]:
        """Open the delivery by the version that its query was asked with.

        That is the published one, or a version that was replaced while its job was pending.
        """
        refusal: Exception = ConnectorNotFound(field="connector_id")
        for connector in self._versions(bank_id, connector_id):
            provider = self.providers.get(bank_id, connector.provider_id)
            try:
                delivered = self.calls.open_callback(
                    provider,
                    connector,
                    headers=delivery.headers,
                    path=delivery.path,
                    body=delivery.body,
                    now=self.clock.now(),
                )
                query = self.queries.pending_job(bank_id, connector_id, delivered.job_id)
            except CallbackRefused as refused:
                refusal = refused if isinstance(refusal, ConnectorNotFound) else refusal
                continue
            except QueryNotFound:
                refusal = UpstreamUnavailable("no query waits for this job yet; deliver again")
                continue
            if query.attempts[-1].connector_version == connector.version:
                return query, connector, delivered
            refusal = CallbackRefused("another version asked for this", rule="callback.version")
        raise refusal

    def _versions(self, bank_id: BankId, connector_id: str) -> Iterator[Connector]:
        """The newest versions that were ever in use, the newest first."""
        newest = self.connectors.latest_version(bank_id, connector_id)
        for version in range(newest, max(newest - MAX_VERSIONS, 0), -1):
            connector = self.connectors.get(bank_id, connector_id, version)
            if connector.stage in ("published", "retired"):
                yield connector

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
