"""A bank's external data in memory: the real use cases and connectors, no AWS."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from extdata.adapters.canonical_documents import DefinedDocuments
from extdata.adapters.provider_calls import HttpProviderCalls
from extdata.composition import Gateway, Ports, compose
from extdata.domain.query import Query, QueryCommand
from extdata.domain.subject import Subject
from extdata.usecases.keep_consent import GivenConsent, KeepConsent
from infra.demo.extdata.bank import (
    PENDING_PATIENCE_SECONDS,
    PENDING_PAUSE_SECONDS,
    AuditResult,
    Books,
    caller_of,
    subject_fields,
)
from infra.demo.extdata.callbacks import CallbackAddress
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
    InMemoryProviderKeys,
    InMemoryProviders,
    InMemoryQueries,
    InMemoryRouteTables,
    InMemorySignals,
)
from infra.demo.extdata.in_memory_books import close_books, verify_audit
from infra.demo.extdata.in_memory_onboarding import BANK, STEWARD, in_memory_onboarding
from infra.demo.extdata.report import AnswerSeen, CallSeen
from infra.demo.extdata.workload import ConsentGiven, Question
from puhui.clock import FixedBusinessCalendar, SystemClock
from sandbox.domain.applicant import Applicant

MILLISECONDS = 1_000
FINGERPRINT_KEY = hashlib.sha256(b"demonstration").digest()


class InMemoryBank:
    """`ExternalDataBank` in this process."""

    def __init__(self, providers_url: str, callback_base: str, today: date) -> None:
        """Nothing is registered, and nobody was asked."""
        self._queries, self._signals = InMemoryQueries(), InMemorySignals()
        self._breakers = InMemoryBreakers()
        keys = InMemoryProviderKeys()
        self.ports = Ports(
            fingerprints=HmacFingerprints(FINGERPRINT_KEY),
            consents=InMemoryConsents(),
            rulebook=InMemoryAccessRulebook(),
            route_tables=InMemoryRouteTables(),
            providers=InMemoryProviders(),
            connectors=InMemoryConnectors(),
            prices=InMemoryPrices(),
            gates=InMemoryGates(),
            bulkheads=InMemoryBulkheads(),
            breakers=self._breakers,
            calls=HttpProviderCalls(keys, sandbox_base=providers_url),
            documents=DefinedDocuments(),
            archive=InMemoryArchive(),
            queries=self._queries,
            cache=self._queries.cache,
            signals=self._signals,
            clock=SystemClock(),
            calendar=FixedBusinessCalendar(today),
            callback_base=callback_base,
        )
        self.gateway: Gateway = compose(self.ports)
        self._onboarding = in_memory_onboarding(self.ports, keys, providers_url)
        self._keep_consent = KeepConsent(
            self.ports.consents, self.ports.fingerprints, self.ports.clock
        )

    def onboard(self, folder: Path) -> None:
        """Through every stage, as the API would."""
        self._onboarding.folder(folder)

    def limit(self, provider_id: str, daily: int) -> None:
        """Register the provider again with another quota."""
        known = self.ports.providers.get(BANK, provider_id)
        limited = replace(known, limits=replace(known.limits, daily=daily), registered_by=STEWARD)
        self.ports.providers.save(limited, self.ports.clock.now())

    def give(self, consents: Iterable[ConsentGiven], firms: Sequence[Applicant]) -> None:
        """Keep each consent for the firm and the person who signs for it."""
        for consent in consents:
            party = firms[consent.firm].party
            numbers = {"uscc": party.uscc, "id_number": party.legal_person_id}
            self._keep_consent(
                GivenConsent(
                    bank_id=BANK,
                    consent_id=consent.consent_id,
                    scope=consent.scope,
                    numbers={name: value for name, value in numbers.items() if value},
                    purposes=frozenset({"loan_application"}),
                    granted_on=consent.granted_on,
                    expires_on=consent.expires_on,
                    evidence_sha256=hashlib.sha256(consent.consent_id.encode()).hexdigest(),
                    withdrawn=consent.withdrawn,
                )
            )

    def ask(self, question: Question, firm: Applicant) -> AnswerSeen:
        """Put the question, again while its answer is pending."""
        command = _command(question, firm)
        started = time.monotonic()
        query = self.gateway.answer_query(command)
        elapsed = time.monotonic() - started
        while not query.answered and time.monotonic() - started < PENDING_PATIENCE_SECONDS:
            time.sleep(PENDING_PAUSE_SECONDS)
            query = self.gateway.answer_query(command)
            elapsed = time.monotonic() - started
        return _seen(question, query, elapsed)

    def provider_names(self) -> dict[str, str]:
        """As registered."""
        return {one.provider_id: one.name for one in self.ports.providers.all(BANK)}

    def close_books(self, month: str, statements: Mapping[str, bytes]) -> Books:
        """The product's use cases, on what was metered in memory."""
        return close_books(self.ports, self._queries, month, statements)

    def verify_audit(self) -> AuditResult:
        """Chain what the queries left behind, seal it, then walk every chain."""
        return verify_audit(self.ports, self._queries)

    def replay(self, query_ids: Sequence[str]) -> dict[str, int]:
        """Map the archived bytes again."""
        replays = [self.gateway.replay_query(BANK, query_id) for query_id in query_ids]
        return {"tried": len(replays), "identical": sum(one.identical for one in replays)}

    def breaker_transitions(self) -> dict[str, int]:
        """By provider and change."""
        return dict(
            Counter(
                f"{change.provider_id} {change.before}→{change.after}".lower()
                for change in self._breakers.transitions
            )
        )

    def quota_stops(self) -> dict[str, int]:
        """By gate and rule."""
        return {
            f"{key} {rule}": count for (key, rule), count in sorted(self._signals.stops.items())
        }


@contextmanager
def in_memory_bank(providers_url: str, today: date) -> Iterator[InMemoryBank]:
    """A bank whose callbacks arrive over HTTP while the block runs."""
    banks: list[InMemoryBank] = []
    with CallbackAddress(lambda: banks[0].gateway) as address:
        banks.append(InMemoryBank(providers_url, address.url, today))
        yield banks[0]


def _command(question: Question, firm: Applicant) -> QueryCommand:
    return QueryCommand(
        bank_id=BANK,
        request_id=question.request_id,
        caller=caller_of(question),
        callers=frozenset({question.caller}),
        branch_id=question.branch_id,
        application_id=question.application_id,
        product=question.product,
        subject=Subject(**subject_fields(firm)),
        purpose=question.purpose,
        consent_id=question.consent_id,
        correlation_id=question.request_id,
    )


def _seen(question: Question, query: Query, elapsed: float) -> AnswerSeen:
    return AnswerSeen(
        kind=question.kind,
        query_id=query.query_id,
        status=query.status,
        reason=query.reason,
        cached=query.cached,
        elapsed_ms=elapsed * MILLISECONDS,
        gateway_ms=query.gateway_ms,
        calls=tuple(
            CallSeen(
                provider_id=one.provider_id,
                outcome=one.outcome,
                provider_ms=one.provider_ms,
                cost_fen=one.cost_fen,
            )
            for one in query.attempts
        ),
    )
