"""Gates and bulkheads of one process: the same rules as in DynamoDB, under a lock."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from extdata.domain.errors import LimitReached
from extdata.domain.limit import (
    QUOTAS,
    Admission,
    Gate,
    day_key,
    limit_reached,
    microseconds,
    month_key,
    stopped_by,
    warning_line,
)
from puhui.tenancy import BankId


@dataclass
class _Counters:
    """One gate's month: when the bucket is empty, how much was used, which lines were crossed."""

    empty_at_us: int = 0
    days: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    month: int = 0
    marks: set[str] = field(default_factory=set)

    def admission(self, gate: Gate, on: date) -> Admission:
        return Admission(
            gate=gate,
            used_today=self.days[day_key(on)],
            used_this_month=self.month,
            warned=frozenset(quota for quota in QUOTAS if _mark(gate, on, quota) in self.marks),
        )


class InMemoryGates:
    """`extdata.ports.Gates` of one process."""

    def __init__(self) -> None:
        """Nothing was counted."""
        self._lock = threading.Lock()
        self._counters: dict[tuple[str, str, str], _Counters] = defaultdict(_Counters)

    def pass_through(self, bank_id: BankId, gate: Gate, *, now: datetime, on: date) -> Admission:
        """Count one call, or raise LimitReached; a gate without limits counts nothing."""
        if gate.limits.unlimited:
            return Admission(gate=gate)
        moment = microseconds(now)
        with self._lock:
            counters = self._of(bank_id, gate, on)
            rule = stopped_by(
                gate.limits,
                used_today=counters.days[day_key(on)],
                used_this_month=counters.month,
                empty_at_us=counters.empty_at_us,
                now_us=moment,
            )
            if rule is not None:
                raise limit_reached(gate, rule)
            counters.empty_at_us = max(counters.empty_at_us, moment) + gate.limits.interval_us
            counters.days[day_key(on)] += 1
            counters.month += 1
            return counters.admission(gate, on)

    def give_back(self, bank_id: BankId, gate: Gate, *, on: date) -> None:
        """Take back a count, never below 0; a quota that falls from its line has warned."""
        if gate.limits.unlimited:
            return
        with self._lock:
            counters = self._of(bank_id, gate, on)
            if not (counters.month and counters.days[day_key(on)]):
                return
            fallen = counters.admission(gate, on).at_line
            counters.marks |= {_mark(gate, on, quota) for quota in fallen}
            counters.days[day_key(on)] -= 1
            counters.month -= 1

    def usage(self, bank_id: BankId, gate: Gate, *, on: date) -> Admission:
        """How much is used; a reading never warns."""
        with self._lock:
            counters = self._of(bank_id, gate, on)
            return Admission(
                gate=gate,
                used_today=counters.days[day_key(on)],
                used_this_month=counters.month,
                warned=QUOTAS,
            )

    def _of(self, bank_id: BankId, gate: Gate, on: date) -> _Counters:
        return self._counters[bank_id, gate.key, month_key(on)]


class InMemoryBulkheads:
    """`extdata.ports.Bulkheads` of one process; remembers the most places that were ever taken."""

    def __init__(self) -> None:
        """Nobody is inside."""
        self._lock = threading.Lock()
        self._leases: dict[tuple[str, str], list[_Lease]] = defaultdict(list)
        self.peaks: dict[tuple[str, str], int] = defaultdict(int)

    @contextmanager
    def enter(
        self, bank_id: BankId, provider_id: str, *, most: int, now: datetime, lease_seconds: int
    ) -> Iterator[None]:
        """Hold one place until the block ends or its lease does."""
        lease = _Lease(until=now + timedelta(seconds=lease_seconds))
        with self._lock:
            leases = self._leases[bank_id, provider_id]
            leases[:] = [other for other in leases if other.until > now]
            if len(leases) >= most:
                raise LimitReached(
                    "as many calls as allowed are under way",
                    field=provider_id,
                    rule="bulkhead.full",
                )
            leases.append(lease)
            peak = max(self.peaks[bank_id, provider_id], len(leases))
            self.peaks[bank_id, provider_id] = peak
        try:
            yield
        finally:
            with self._lock:
                leases[:] = [other for other in leases if other is not lease]


@dataclass(frozen=True, eq=False)
class _Lease:
    until: datetime


def _mark(gate: Gate, on: date, quota: str) -> str:
    most = gate.limits.daily if quota == "daily" else gate.limits.monthly
    period = day_key(on) if quota == "daily" else month_key(on)
    return f"{period}@{warning_line(most or 0)}"
