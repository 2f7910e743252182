"""Planned faults of the simulated providers: what goes wrong, for whom, how often."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Literal

from puhui.errors import Unprocessable

BEFORE = ("dead", "refuse", "error", "redirect", "code_error")
"""The question is not answered, so it is not billed."""
CONTENT = ("wrong_schema", "duplicate_keys", "nan", "wrong_encoding")
"""The content is wrong before it is encrypted and signed."""
WIRE = ("slow", "drip", "html", "truncated", "huge", "gzip_bomb", "bad_signature")
"""The answer is right, what arrives is not; it is billed all the same."""
CALLBACK = ("callback_twice", "callback_reordered", "callback_signature", "callback_timestamp")
"""The answer of a job is delivered wrongly."""
STATEMENT = ("statement_extra", "statement_price", "statement_missing")
"""The month's statement has a line too much, a wrong price, or a line too little."""
KINDS = (*BEFORE, *CONTENT, *WIRE, *CALLBACK, *STATEMENT)
HARMLESS_IN_DEMOS = ("slow", "error", "code_error", "html", "truncated", "dead")
MAX_FAULTS = 100

Place = Literal["answer", "callback", "statement"]
_PLACES: dict[Place, tuple[str, ...]] = {
    "answer": (*BEFORE, *CONTENT, *WIRE),
    "callback": CALLBACK,
    "statement": STATEMENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFault:
    """One planned fault; `delay_ms` belongs to slow, `status` to error."""

    provider_id: str
    kind: str
    times: int = 1
    delay_ms: int = 2_000
    status: int = 500
    probability_permille: int = 1_000
    """Below 1,000 it hits by chance, the same ones for the same seed and request numbers."""

    def __post_init__(self) -> None:
        """An unknown kind or an endless delay is refused."""
        if self.kind not in KINDS:
            raise Unprocessable("no such fault", field="kind", rule="fault.kind")
        if not (0 <= self.delay_ms <= 120_000 and 400 <= self.status <= 599 and self.times >= 0):
            raise Unprocessable("out of bounds", field="delay_ms", rule="fault.bounds")

    @classmethod
    def read(cls, plan: dict[str, Any]) -> ProviderFault:
        """Read a posted fault; what is unknown is refused."""
        known = set(cls.__dataclass_fields__)
        if not {"provider_id", "kind"} <= set(plan) <= known:
            raise Unprocessable("not a fault", field="fault", rule="fault.fields")
        numbers = [plan[name] for name in plan if name not in {"provider_id", "kind"}]
        if any(type(number) is not int for number in numbers):
            raise Unprocessable("whole numbers are needed", field="fault", rule="fault.fields")
        return cls(**plan)


@dataclass
class FaultPlan:
    """Every planned fault, oldest first; safe to use from many threads."""

    seed: str
    _faults: list[ProviderFault] = field(default_factory=list)
    _arrivals: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def add(self, fault: ProviderFault) -> None:
        """Plan a fault; more than a hundred are refused."""
        with self._lock:
            if len(self._faults) >= MAX_FAULTS:
                raise Unprocessable("too many faults", field="fault", rule="fault.count")
            self._faults.append(fault)

    def clear(self, provider_id: str | None = None) -> int:
        """Forget the faults of a provider, or all; answer how many there were."""
        with self._lock:
            kept = [f for f in self._faults if provider_id not in (None, f.provider_id)]
            gone = len(self._faults) - len(kept)
            self._faults = kept
            return gone

    def take(self, provider_id: str, place: Place, request_no: str) -> ProviderFault | None:
        """Use up one time of the oldest fault that hits, if there is one."""
        if not self._faults:
            return None
        with self._lock:
            arrival = self._arrivals.get(request_no, 0)
            self._arrivals[request_no] = arrival + 1
            for index, fault in enumerate(self._faults):
                fits = fault.provider_id == provider_id and fault.kind in _PLACES[place]
                if fits and fault.times > 0 and self._hits(fault, request_no, arrival):
                    self._faults[index] = replace(fault, times=fault.times - 1)
                    return fault
        return None

    def _hits(self, fault: ProviderFault, request_no: str, arrival: int) -> bool:
        if fault.probability_permille >= 1_000:
            return True
        text = f"{self.seed}|{fault.provider_id}|{fault.kind}|{request_no}|{arrival}"
        draw = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % 1_000
        return draw < fault.probability_permille


def random_plan(
    provider_ids: Sequence[str], permille: int, kinds: Sequence[str] = HARMLESS_IN_DEMOS
) -> list[ProviderFault]:
    """Faults by chance for a demonstration: each kind gets an even part of the probability."""
    share = max(permille // len(kinds), 1)
    return [
        ProviderFault(
            provider_id=provider_id,
            kind=kind,
            times=10**9,
            delay_ms=800,
            status=503,
            probability_permille=share,
        )
        for provider_id in provider_ids
        for kind in kinds
    ]
