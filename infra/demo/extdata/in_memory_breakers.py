"""Circuit breakers of one process: the same state machine over a store in memory."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

from extdata.adapters.powertools_breakers import (
    BreakerSettings,
    BreakerTransition,
    CircuitRecord,
    CircuitStore,
    LostElection,
    PowertoolsBreakers,
)
from puhui.tenancy import BankId


class InMemoryCircuitStore(CircuitStore):
    """Circuit records in a dictionary, changed under a lock."""

    def __init__(self) -> None:
        """No circuit ever changed."""
        super().__init__()
        self._changes = threading.Lock()
        self.records: dict[str, CircuitRecord] = {}

    def wait(self, seconds: int) -> None:
        """Let every circuit have opened, and every probe begun, so much earlier."""
        with self._changes:
            for name, record in self.records.items():
                self.records[name] = replace(
                    record,
                    opened_at=None if record.opened_at is None else record.opened_at - seconds,
                    probe_lease_expiry=None
                    if record.probe_lease_expiry is None
                    else record.probe_lease_expiry - seconds,
                )

    def _get_record(self, name: str) -> CircuitRecord | None:
        with self._changes:
            return self.records.get(name)

    def _put_record(
        self,
        record: CircuitRecord,
        condition: str | None = None,
        expected_opened_at: int | None = None,
    ) -> None:
        with self._changes:
            if condition == "half_open" and not self._may_probe(record.name, expected_opened_at):
                raise LostElection
            self.records[record.name] = record

    def _update_record(self, record: CircuitRecord) -> None:
        with self._changes:
            self.records[record.name] = record

    def _may_probe(self, name: str, expected_opened_at: int | None) -> bool:
        """The same election as in DynamoDB: an open circuit without owner, or a lapsed lease."""
        stored = self.records.get(name)
        if stored is None:
            return False
        if stored.state == "OPEN":
            same = expected_opened_at is None or stored.opened_at == expected_opened_at
            return stored.half_open_owner is None and same
        lease = stored.probe_lease_expiry
        return stored.state == "HALF_OPEN" and lease is not None and lease <= int(time.time())


class InMemoryBreakers(PowertoolsBreakers):
    """`extdata.ports.Breakers` and `BreakerStates`; remembers every transition."""

    def __init__(
        self,
        settings: BreakerSettings | None = None,
        on_transition: Callable[[BreakerTransition], None] = lambda change: None,
    ) -> None:
        """Every circuit is closed."""
        self.transitions: list[BreakerTransition] = []
        self.stores: dict[BankId, InMemoryCircuitStore] = defaultdict(InMemoryCircuitStore)

        def remember(change: BreakerTransition) -> None:
            self.transitions.append(change)
            on_transition(change)

        super().__init__(
            lambda bank_id: self.stores[bank_id],
            settings or BreakerSettings(cache_seconds=0),
            remember,
            namespace=f"{uuid4().hex}:",
        )
