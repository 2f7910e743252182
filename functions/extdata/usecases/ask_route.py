"""Ask one route (调用一条路由): its gate, its place, its breaker, its call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from extdata.domain.answer import Charge, ProviderAnswer
from extdata.domain.connector import Connector
from extdata.domain.errors import (
    ConnectorNotFound,
    LimitReached,
    ProviderAnswerUnreadable,
    ProviderFailure,
    ProviderNotFound,
)
from extdata.domain.limit import Gate
from extdata.domain.price import Price
from extdata.domain.provider import Provider
from extdata.domain.query import Attempt, Query
from extdata.domain.route import Choice
from extdata.domain.subject import Subject
from extdata.ports import CanonicalDocuments, Connectors, Gates, Prices, Providers, Signals
from extdata.provider_ports import Breakers, Bulkheads, ProviderCalls, ProviderRequest
from puhui.clock import Clock
from puhui.ids import derived_id

LEASE_MARGIN_SECONDS = 5
"""A place in the bulkhead outlives the query's budget by this much, then it is free again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteOutcome:
    """How one route ended: the attempt for the record, and the answer or the failure."""

    attempt: Attempt
    called: bool
    """Whether anything may have left the bank; only then there is something to meter."""
    answer: ProviderAnswer | None = None
    failure: ProviderFailure | None = None
    body: bytes | None = field(default=None, repr=False)
    """The canonical document of a hit."""
    asked_at: datetime | None = None


@dataclass(frozen=True)
class AskRoute:
    """Call one connector for a query, if its contract, consent, gate, place and breaker allow."""

    providers: Providers
    connectors: Connectors
    prices: Prices
    gates: Gates
    bulkheads: Bulkheads
    breakers: Breakers
    calls: ProviderCalls
    documents: CanonicalDocuments
    signals: Signals
    clock: Clock
    callback_base: str | None
    """Public address of this API, for providers that deliver later; None when there is none."""

    def __call__(
        self,
        query: Query,
        subject: Subject,
        choice: Choice,
        *,
        number: int,
        budget_ms: int,
        allowed: bool,
    ) -> RouteOutcome:
        """Answer how it went; never raises for anything that a provider can do."""
        route = choice.route
        blank = Attempt(
            number=number,
            connector_id=route.connector_id,
            connector_version=0,
            provider_id=route.provider_id,
            because=choice.because,
            outcome="",
            charge="free",
            cost_fen=0,
            provider_ms=0,
            tries=0,
            request_no=derived_id("req", query.bank_id, query.query_id, route.connector_id),
        )
        if not allowed:
            return _not_called(blank, "consent.provider")
        try:
            provider = self.providers.get(query.bank_id, route.provider_id)
            connector = self.connectors.published(query.bank_id, route.connector_id)
        except (ProviderNotFound, ConnectorNotFound):
            return _not_called(blank, "connector.unpublished")
        blank = replace(blank, connector_version=connector.version)
        if not provider.contract.is_valid(query.asked_on):
            return _not_called(blank, "provider.contract")
        request = self._request(query, subject, provider, connector, blank, budget_ms)
        return self._through_the_gate(query, request, blank)

    def _request(
        self,
        query: Query,
        subject: Subject,
        provider: Provider,
        connector: Connector,
        attempt: Attempt,
        budget_ms: int,
    ) -> ProviderRequest:
        base = self.callback_base
        callback = f"{base}/callbacks/{query.bank_id}/{connector.connector_id}" if base else None
        return ProviderRequest(
            bank_id=query.bank_id,
            provider=provider,
            connector=connector,
            subject=subject,
            purpose=query.purpose,
            request_no=attempt.request_no,
            asked_at=self.clock.now(),
            asked_on=query.asked_on,
            budget_ms=budget_ms,
            callback_url=callback,
        )

    def _through_the_gate(
        self, query: Query, request: ProviderRequest, attempt: Attempt
    ) -> RouteOutcome:
        gate = Gate(key=f"provider:{attempt.provider_id}", limits=request.provider.limits)
        now = self.clock.now()
        try:
            admission = self.gates.pass_through(query.bank_id, gate, now=now, on=query.asked_on)
        except LimitReached as limit:
            self.signals.limit_stop(query.bank_id, gate, limit.rule or "limit")
            return _not_called(attempt, limit.rule or "limit")
        for quota in admission.warnings:
            self.signals.limit_warning(query.bank_id, gate, quota)
        outcome = self._guarded(request, attempt)
        if not outcome.called:
            self.gates.give_back(query.bank_id, gate, on=query.asked_on)
        return outcome

    def _guarded(self, request: ProviderRequest, attempt: Attempt) -> RouteOutcome:
        """Hold a place and run the call under its breaker; an unusable document is a failure."""
        bank, provider = request.bank_id, request.provider
        breaker = self.breakers.guarded(bank, provider.provider_id, request.connector.connector_id)
        body: list[bytes] = []

        def call() -> ProviderAnswer:
            answer = self.calls.call(request)
            body.extend(canonical(self.documents, request.connector, answer))
            return answer

        lease = request.budget_ms // 1_000 + LEASE_MARGIN_SECONDS
        try:
            with self.bulkheads.enter(
                bank,
                provider.provider_id,
                most=provider.max_concurrent,
                now=request.asked_at,
                lease_seconds=lease,
            ):
                answer = breaker.run(call)
        except LimitReached as full:
            return _not_called(attempt, full.rule or "bulkhead.full")
        except ProviderFailure as failure:
            return self._failed(request, attempt, failure)
        return RouteOutcome(
            attempt=self._priced(request, attempt, answer),
            called=True,
            answer=answer,
            body=body[0] if body else None,
            asked_at=request.asked_at,
        )

    def _failed(
        self, request: ProviderRequest, attempt: Attempt, failure: ProviderFailure
    ) -> RouteOutcome:
        rule = failure.rule or "provider.failure"
        if rule == "breaker.open":
            return _not_called(attempt, rule)
        paid = expected_cost(self._prices_of(request), request.asked_on, failure.charge, rule)
        return RouteOutcome(
            attempt=replace(
                attempt,
                outcome=rule,
                charge=failure.charge,
                cost_fen=paid,
                provider_ms=failure.provider_ms,
                tries=failure.tries,
            ),
            called=True,
            failure=failure,
            asked_at=request.asked_at,
        )

    def _priced(
        self, request: ProviderRequest, attempt: Attempt, answer: ProviderAnswer
    ) -> Attempt:
        return replace(
            attempt,
            outcome=answer.meaning,
            charge=answer.charge,
            cost_fen=expected_cost(
                self._prices_of(request), request.asked_on, answer.charge, answer.meaning
            ),
            provider_ms=answer.provider_ms,
            tries=answer.tries,
            provider_code=answer.provider_code,
            job_id=answer.job_id,
        )

    def _prices_of(self, request: ProviderRequest) -> Sequence[Price]:
        return self.prices.of(request.bank_id, request.connector.connector_id)


def canonical(
    documents: CanonicalDocuments, connector: Connector, answer: ProviderAnswer
) -> tuple[bytes, ...]:
    """The canonical bytes of a hit, none for anything else.

    A document that breaks its schema makes the call a failure that keeps its charge and pages: it
    is billed once and never enters a model ("Garbage" in docs/extdata-promises.md).
    """
    if answer.document is None:
        return ()
    try:
        return (documents.encode(connector.product, answer.document),)
    except ProviderAnswerUnreadable as error:
        error.charge, error.pages = answer.charge, answer.pages
        error.tries, error.provider_ms = answer.tries, answer.provider_ms
        error.request_sha256 = answer.request_sha256
        raise


def expected_cost(prices: Sequence[Price], on: date, charge: Charge, outcome: str) -> int:
    """What a call is expected to cost by the price of the day, in 分.

    As in the month's bill: a charged call by a price per call, a charged hit by a price per hit.
    """
    price = next((price for price in prices if price.is_in_force(on)), None)
    if price is None or charge != "charged":
        return 0
    return price.expected_fen() if price.basis == "per_call" or outcome == "hit" else 0


def _not_called(attempt: Attempt, rule: str) -> RouteOutcome:
    return RouteOutcome(attempt=replace(attempt, outcome=rule), called=False)
