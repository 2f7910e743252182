"""What the use cases of extdata need of providers: calls, keys, circuits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

from extdata.domain.answer import ProviderAnswer, RawPage
from extdata.domain.connector import Connector
from extdata.domain.provider import Provider
from extdata.domain.subject import Subject
from puhui.tenancy import BankId


class Bulkheads(Protocol):
    """At most so many calls of a provider at once (舱壁)."""

    def enter(
        self, bank_id: BankId, provider_id: str, *, most: int, now: datetime, lease_seconds: int
    ) -> AbstractContextManager[None]:
        """Hold one place; none free raises LimitReached (rule `bulkhead.full`)."""
        ...


class Breakers(Protocol):
    """Circuit breakers (熔断), one for each provider and connector of a bank."""

    def guarded(self, bank_id: BankId, provider_id: str, connector_id: str) -> Breaker:
        """The breaker of one connector."""
        ...


class Breaker(Protocol):
    """Runs a call unless the circuit is open."""

    def run(self, call: Call) -> ProviderAnswer:
        """Run it; an open circuit raises ProviderUnreachable (rule `breaker.open`)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerState:
    """How a circuit stands: closed (calls pass), open (none does) or half_open (one may try)."""

    provider_id: str
    connector_id: str
    state: Literal["closed", "open", "half_open"]
    failures: int = 0
    opened_at: datetime | None = None


class BreakerStates(Protocol):
    """What operators see of the breakers."""

    def of(self, bank_id: BankId, provider_id: str, connector_id: str) -> BreakerState:
        """The state as it is kept; a circuit that never failed is closed."""
        ...


class Call(Protocol):
    """A call that a breaker guards."""

    def __call__(self) -> ProviderAnswer:
        """Make the call."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRequest:
    """What a connector needs for one call."""

    bank_id: BankId
    provider: Provider
    connector: Connector
    subject: Subject
    purpose: str
    request_no: str
    asked_at: datetime
    asked_on: date
    budget_ms: int
    """Time left of the query's deadline; all tries and pages together stay within it."""
    callback_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """A delivered answer: which job it belongs to, what makes it unique, and its page."""

    job_id: str
    nonce: str
    page: RawPage


class ProviderCalls(Protocol):
    """Calls providers as their connectors describe."""

    def call(self, request: ProviderRequest) -> ProviderAnswer:
        """Ask; raises ProviderUnreachable, -Timeout, -AnswerUnreadable or -Refused."""
        ...

    def fetch(self, request: ProviderRequest, job_id: str) -> ProviderAnswer:
        """Fetch the file of a pending job (mode `file`); `pending` while it is not there yet."""
        ...

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
        """Check and open what a provider delivered, or raise CallbackRefused."""
        ...

    def read(
        self, connector: Connector, pages: Sequence[RawPage], *, asked_on: date
    ) -> ProviderAnswer:
        """Map pages that were received before: callbacks, files and replays; needs no network."""
        ...


class Specifications(Protocol):
    """The schema of connectors' specifications."""

    def check(self, provider: Provider, product: str, specification: Mapping[str, Any]) -> None:
        """Raise ConfigurationRefused, with field and rule, for one that could not work."""
        ...


class ProviderKeys(Protocol):
    """Versioned keys of providers; never logged, never answered."""

    def versions(self, bank_id: BankId, provider_id: str, name: str) -> Sequence[KeyVersion]:
        """Every usable version of a key, the current one first; none raises KeyUnavailable."""
        ...

    def refresh(self, bank_id: BankId, provider_id: str, name: str) -> Sequence[KeyVersion]:
        """The same, read again: a message may be secured by a key put a moment ago."""
        ...

    def put(self, bank_id: BankId, provider_id: str, name: str, version: KeyVersion) -> None:
        """Make a version the current one; older ones stay usable for reading."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyVersion:
    """One version of a key: raw bytes for symmetric keys, PEM for asymmetric ones."""

    version: str
    material: bytes = field(repr=False)
