"""Look after a pending query (跟进查询): fetch its file, or wait for its callback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from extdata.domain.answer import Charge, ProviderAnswer, worse
from extdata.domain.connector import Connector
from extdata.domain.errors import ProviderFailure
from extdata.domain.query import Attempt, Query
from extdata.domain.route import RouteTable
from extdata.domain.subject import Subject
from extdata.ports import CanonicalDocuments, Connectors, Prices, Providers
from extdata.provider_ports import ProviderCalls, ProviderRequest
from extdata.usecases.ask_route import RouteOutcome, canonical, expected_cost
from extdata.usecases.keep_answer import KeepAnswer
from puhui.clock import Clock

TIMED_OUT = "provider.pending_timeout"


@dataclass(frozen=True)
class AwaitAnswer:
    """Bring a pending query forward when its caller asks again."""

    providers: Providers
    connectors: Connectors
    prices: Prices
    calls: ProviderCalls
    documents: CanonicalDocuments
    keep: KeepAnswer
    clock: Clock

    def __call__(self, query: Query, subject: Subject, table: RouteTable) -> Query:
        """Answer the query as it stands now; one that waited too long becomes unavailable."""
        attempt = query.attempts[-1]
        connector = self.connectors.get(
            query.bank_id, attempt.connector_id, attempt.connector_version
        )
        if connector.mode == "file" and attempt.job_id:
            answered = self._fetch(query, attempt, connector, subject, table)
            if answered is not None:
                return answered
        if self.clock.now() < query.asked_at + timedelta(seconds=table.pending_seconds):
            return query
        ended = self.give_up(query, TIMED_OUT)
        return self.keep.nothing(ended, ended.attempts, TIMED_OUT, query.gateway_ms)

    def _fetch(
        self,
        query: Query,
        attempt: Attempt,
        connector: Connector,
        subject: Subject,
        table: RouteTable,
    ) -> Query | None:
        """Fetch the file; None while it is not there, or cannot be read this time."""
        request = ProviderRequest(
            bank_id=query.bank_id,
            provider=self.providers.get(query.bank_id, attempt.provider_id),
            connector=connector,
            subject=subject,
            purpose=query.purpose,
            request_no=attempt.request_no,
            asked_at=self.clock.now(),
            asked_on=query.asked_on,
            budget_ms=table.deadline_ms,
        )
        return self.take(query, connector, lambda: self.calls.fetch(request, attempt.job_id or ""))

    def take(
        self, query: Query, connector: Connector, get: Callable[[], ProviderAnswer]
    ) -> Query | None:
        """Finish a pending query with what came by file or callback; None when nothing came yet."""
        attempt = query.attempts[-1]
        try:
            answer = get()
            body = canonical(self.documents, connector, answer)
        except ProviderFailure as failure:
            return self._unusable(query, attempt, failure) if failure.pages else None
        if answer.meaning == "pending":
            return None
        ended = replace(
            self._charged(query, attempt, answer.meaning, answer.charge),
            provider_ms=attempt.provider_ms + answer.provider_ms,
            provider_code=answer.provider_code,
        )
        outcome = RouteOutcome(
            attempt=ended,
            called=True,
            answer=answer,
            body=body[0] if body else None,
            asked_at=query.asked_at,
        )
        return self._finish(query, outcome)

    def give_up(self, query: Query, rule: str) -> Query:
        """A pending query whose answer is no longer awaited.

        What was charged when it was accepted stays charged; else whether it is billed stays open.
        """
        ended = self._charged(query, query.attempts[-1], rule, "uncertain")
        return replace(query, attempts=(*query.attempts[:-1], ended))

    def _charged(self, query: Query, attempt: Attempt, outcome: str, charge: Charge) -> Attempt:
        """The attempt as it ended, at the dearer of what was said when it began and now."""
        charge = worse(attempt.charge, charge)
        prices = self.prices.of(query.bank_id, attempt.connector_id)
        cost = expected_cost(prices, query.asked_on, charge, outcome)
        return replace(attempt, outcome=outcome, charge=charge, cost_fen=cost)

    def _finish(self, query: Query, outcome: RouteOutcome) -> Query:
        ended = self.keep.pages(query, outcome)
        attempts = (*query.attempts[:-1], ended)
        if outcome.body is not None:
            return self.keep.hit(query, attempts, outcome, query.gateway_ms)
        return self.keep.miss(query, attempts, query.gateway_ms)

    def _unusable(self, query: Query, attempt: Attempt, failure: ProviderFailure) -> Query:
        """A file that came and cannot be read ends the query; it comes out the same next time."""
        rule = failure.rule or "provider.failure"
        ended = self._charged(query, attempt, rule, failure.charge)
        kept = self.keep.pages(query, RouteOutcome(attempt=ended, called=True, failure=failure))
        return self.keep.nothing(query, (*query.attempts[:-1], kept), rule, query.gateway_ms)
