"""Circuit breakers (熔断) on Powertools: the state is shared in the module's table.

    breakers = PowertoolsBreakers(dynamo_stores(client("dynamodb"), table_name))
    answer = breakers.guarded(bank, "sbx-tax", "sbx-tax-returns").run(call)

Failures are counted in each process, and only a transition is written, so a healthy call costs one
cached read. A store that does not answer counts as closed: a breaker must not become the outage
that it is there to prevent. That is told here, because Powertools' own logger writes stack traces
with foreign messages and is therefore silent.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from aws_lambda_powertools.utilities.circuit_breaker import (
    CircuitBreakerConfig,
    CircuitBreakerOpenError,
    CircuitState,
    CircuitTransition,
    circuit_breaker,
)
from aws_lambda_powertools.utilities.circuit_breaker.persistence import (
    CircuitBreakerDynamoDBPersistence,
    CircuitBreakerPersistenceLayer,
)
from aws_lambda_powertools.utilities.circuit_breaker.persistence.base import (
    CircuitBreakerExistingLockError,
)
from aws_lambda_powertools.utilities.circuit_breaker.persistence.record import CircuitStateRecord

from extdata.domain.answer import ProviderAnswer
from extdata.domain.errors import (
    AddressRefused,
    KeyUnavailable,
    ProviderAnswerUnreadable,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnreachable,
    RequestNotBuilt,
)
from extdata.provider_ports import BreakerState, Call
from puhui.observability import logger, metrics
from puhui.safe_errors import safe_error
from puhui.tenancy import BankId

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FAILURES: Final = 5
"""Failures in a row that open a circuit."""
RECOVERY_SECONDS: Final = 30
PROBES: Final = 1
"""Probes that must succeed before the circuit is closed again."""
CACHE_SECONDS: Final = 2
"""How long a process believes the state that it read."""
TRIPPING: Final = (ProviderUnreachable, ProviderTimeout, ProviderAnswerUnreadable)
NOTHING_SENT: Final = (AddressRefused, KeyUnavailable, RequestNotBuilt)
"""Our own configuration or question was at fault; that says nothing about the provider."""

State = Literal["closed", "open", "half_open"]
Stores = Callable[[BankId], CircuitBreakerPersistenceLayer]
CircuitStore = CircuitBreakerPersistenceLayer
CircuitRecord = CircuitStateRecord
LostElection = CircuitBreakerExistingLockError

_STATES: Final[dict[CircuitState, State]] = {
    CircuitState.CLOSED: "closed",
    CircuitState.OPEN: "open",
    CircuitState.HALF_OPEN: "half_open",
}
logging.getLogger("aws_lambda_powertools.utilities.circuit_breaker").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerTransition:
    """A circuit changed: closed → open → half_open → closed, or back to open."""

    bank_id: BankId
    provider_id: str
    connector_id: str
    before: State
    after: State


def count_transition(change: BreakerTransition) -> None:
    """Tell operators: the metrics `BreakerOpened` and `BreakerClosed`, and one line."""
    name = {"open": "BreakerOpened", "closed": "BreakerClosed"}.get(change.after)
    if name is not None:
        metrics.count(name, bank_id=change.bank_id, provider=change.provider_id)
    logger.warning(
        "circuit breaker changed",
        bank_id=change.bank_id,
        upstream=f"{change.provider_id}/{change.connector_id}",
        state=change.after,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerSettings:
    """When a circuit opens and how it closes again."""

    failures: int = FAILURES
    recovery_seconds: int = RECOVERY_SECONDS
    probes: int = PROBES
    cache_seconds: int = CACHE_SECONDS


class PowertoolsBreakers:
    """`extdata.ports.Breakers` and `BreakerStates`."""

    def __init__(
        self,
        stores: Stores,
        settings: BreakerSettings | None = None,
        on_transition: Callable[[BreakerTransition], None] = count_transition,
        namespace: str = "",
    ) -> None:
        """Keep where each bank's circuits are stored, and whom to tell of a transition.

        Powertools counts failures per process and name; a namespace keeps two worlds apart.
        """
        given = settings or BreakerSettings()
        self._stores = stores
        self._namespace = namespace
        self._on_transition = on_transition
        self._by_bank: dict[BankId, CircuitBreakerPersistenceLayer] = {}
        self._lock = threading.Lock()
        self._config = CircuitBreakerConfig(
            failure_threshold=given.failures,
            recovery_timeout=given.recovery_seconds,
            success_threshold=given.probes,
            handled_exceptions=TRIPPING,
            local_cache_max_age=given.cache_seconds,
        )

    def guarded(self, bank_id: BankId, provider_id: str, connector_id: str) -> PowertoolsBreaker:
        """The breaker of one connector."""

        def tell(change: CircuitTransition) -> None:
            self._on_transition(
                BreakerTransition(
                    bank_id=bank_id,
                    provider_id=provider_id,
                    connector_id=connector_id,
                    before=_STATES[change.from_state],
                    after=_STATES[change.to_state],
                )
            )

        guard = circuit_breaker(
            name=self._name(bank_id, provider_id, connector_id),
            persistence_store=self._store(bank_id),
            on_transition=tell,
            config=self._config,
        )
        return PowertoolsBreaker(connector_id, guard)

    def of(self, bank_id: BankId, provider_id: str, connector_id: str) -> BreakerState:
        """The state as it is kept; a circuit that never failed is closed."""
        record = self._store(bank_id).get_state(self._name(bank_id, provider_id, connector_id))
        opened = record.opened_at
        return BreakerState(
            provider_id=provider_id,
            connector_id=connector_id,
            state=_STATES[record.state],
            failures=record.failure_count,
            opened_at=None if opened is None else datetime.fromtimestamp(opened, UTC),
        )

    def _name(self, bank_id: BankId, provider_id: str, connector_id: str) -> str:
        return f"{self._namespace}{bank_id}:{provider_id}:{connector_id}"

    def _store(self, bank_id: BankId) -> CircuitBreakerPersistenceLayer:
        """One store per bank and process, because it remembers what it read."""
        with self._lock:
            if bank_id not in self._by_bank:
                self._by_bank[bank_id] = self._stores(bank_id)
            return self._by_bank[bank_id]


class PowertoolsBreaker:
    """`extdata.ports.Breaker` of one connector."""

    def __init__(self, connector_id: str, guard: Callable[[Any], Any]) -> None:
        """Keep the decorator that guards calls."""
        self._connector_id = connector_id
        self._guard = guard

    def run(self, call: Call) -> ProviderAnswer:
        """Run it unless the circuit is open; an error code of the provider proves it alive."""

        def alive() -> ProviderAnswer | ProviderRefused:
            try:
                return call()
            except ProviderRefused as refusal:
                return refusal
            except NOTHING_SENT as error:
                raise _NothingSent(error) from error

        try:
            outcome: ProviderAnswer | ProviderRefused = self._guard(alive)()
        except CircuitBreakerOpenError as error:
            raise ProviderUnreachable(
                "the circuit is open", field=self._connector_id, rule="breaker.open"
            ) from error
        except _NothingSent as wrapped:
            raise wrapped.error from wrapped.error.__cause__
        if isinstance(outcome, ProviderRefused):
            raise outcome
        return outcome


class _NothingSent(Exception):
    """Carries an error past the breaker uncounted."""

    def __init__(self, error: ProviderUnreachable) -> None:
        super().__init__()
        self.error = error


class DynamoCircuitStore(CircuitBreakerDynamoDBPersistence):
    """Powertools' store in the module's table; tells in our words when it does not answer."""

    def _get_record(self, name: str) -> CircuitStateRecord | None:
        with _told("read"):
            return super()._get_record(name)

    def _put_record(
        self,
        record: CircuitStateRecord,
        condition: str | None = None,
        expected_opened_at: int | None = None,
    ) -> None:
        with _told("write"):
            super()._put_record(record, condition, expected_opened_at)

    def _update_record(self, record: CircuitStateRecord) -> None:
        with _told("write"):
            super()._update_record(record)


def dynamo_stores(client: DynamoDBClient, table_name: str) -> Stores:
    """Each bank's circuits in one partition; needs GetItem, PutItem and UpdateItem on it."""

    def store(bank_id: BankId) -> CircuitBreakerPersistenceLayer:
        return DynamoCircuitStore(
            table_name=table_name,
            key_attr="pk",
            sort_key_attr="sk",
            static_pk_value=f"BANK#{bank_id}#BREAKERS",
            expiry_attr="expires_at",
            boto3_client=client,
        )

    return store


@contextmanager
def _told(action: str) -> Iterator[None]:
    """Say that the store did not answer; Powertools then goes on as if the circuit were closed."""
    try:
        yield
    except CircuitBreakerExistingLockError:
        raise
    except Exception as error:
        logger.error("circuit breaker store failed", error=safe_error(error), action=action)
        metrics.count("BreakerStoreFailed")
        raise
