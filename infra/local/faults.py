"""Faults that tests inject: kill a worker, delay or fail a function, repeat or lose a message."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from infra.local.functions import UNHANDLED, Invocation, failure

ALWAYS = 1_000_000_000


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What happens to an invocation instead of, before or after the function itself."""

    error_type: str | None = None
    """Answer with this error class and do not run the function."""
    message: str = "injected fault"
    delay_seconds: float = 0.0
    """Wait before the function runs, or before its caller is told what it gets instead."""
    hang_seconds: float = 0.0
    """Wait after the function ran, so that its effects exist and its answer is late."""
    kill_worker: bool = False
    """The worker dies after the function ran and before its answer is seen."""
    lose_answer: bool = False
    """The function runs; the caller gets the error instead of the answer."""
    answer: Any = None
    """Answer with this JSON and do not run the function."""

    @property
    def runs_function(self) -> bool:
        """True when the function itself runs, whatever its caller is told."""
        if self.answer is not None:
            return False
        return self.lose_answer or self.kill_worker or self.error_type is None

    def after(self, answer: Invocation) -> Invocation:
        """What the caller is told after the function ran."""
        return self.instead(answer.request_id) if self.lose_answer or self.kill_worker else answer

    def instead(self, request_id: str = "") -> Invocation:
        """What the caller is told in place of the function's answer."""
        if self.answer is not None:
            return Invocation(json.dumps(self.answer).encode())
        if self.kill_worker:
            text = "Runtime exited with error: signal: SIGKILL"
            return failure("Runtime.ExitError", text, request_id)
        body = {"errorType": self.error_type or "Exception", "errorMessage": self.message}
        return Invocation(json.dumps({**body, "stackTrace": []}).encode(), UNHANDLED, request_id)


@dataclass
class _Armed:
    fault: Fault
    times: int
    when: Callable[[Any], bool]


@dataclass
class Faults:
    """The faults that are armed; each is used up after `times` matching invocations."""

    _functions: dict[str, list[_Armed]] = field(default_factory=lambda: defaultdict(list))
    _duplicates: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _drops: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def on_function(
        self,
        name: str,
        fault: Fault,
        *,
        times: int = 1,
        when: Callable[[Any], bool] = lambda payload: True,
    ) -> None:
        """Arm a fault for a function: its name, or the end of it (`decide`)."""
        with self._lock:
            self._functions[name].append(_Armed(fault, times, when))

    def duplicate_delivery(self, queue: str, *, times: int = 1) -> None:
        """Deliver each batch of this queue twice, for so many batches."""
        with self._lock:
            self._duplicates[queue] += times

    def drop_delivery(self, source: str, *, times: int = 1) -> None:
        """Lose so many batches of this queue or stream between source and function."""
        with self._lock:
            self._drops[source] += times

    @property
    def armed(self) -> bool:
        """True when any function has a fault: a cheap question for the hot path."""
        return bool(self._functions)

    def clear(self) -> None:
        """Disarm everything."""
        with self._lock:
            self._functions.clear()
            self._duplicates.clear()
            self._drops.clear()

    def take(self, function: str, payload: Any) -> Fault | None:
        """The fault for this invocation, used up once."""
        with self._lock:
            for armed in self._matching(function):
                if armed.times > 0 and armed.when(payload):
                    armed.times -= 1
                    return armed.fault
        return None

    def take_duplicate(self, queue: str) -> bool:
        """True when this batch is to be delivered twice."""
        return self._use_up(self._duplicates, queue)

    def take_drop(self, source: str) -> bool:
        """True when this batch is to be lost."""
        return self._use_up(self._drops, source)

    def _matching(self, function: str) -> Iterator[_Armed]:
        for name, armed in self._functions.items():
            if names_function(name, function):
                yield from armed

    def _use_up(self, armed: dict[str, int], name: str) -> bool:
        with self._lock:
            for wanted, times in armed.items():
                if times > 0 and names_function(wanted, name):
                    armed[wanted] -= 1
                    return True
        return False


def names_function(wanted: str, physical_name: str) -> bool:
    """True when `wanted` is the physical name or its last parts (`risk-decide`, `decide`)."""
    return physical_name == wanted or physical_name.endswith(f"-{wanted}")
