"""Remembers configuration for a moment, so that a query does not read it again and again.

What is published must be usable at once: another process sees a change after at most
CONFIGURATION_SECONDS, the process that made it at once. Consents are never remembered.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Generic, TypeVar

CONFIGURATION_SECONDS: Final = 2.0
"""The bound of "usable at once": how old remembered configuration may be."""
MAX_REMEMBERED: Final = 1_024
"""Entries of one kind; a warm function meets a few banks with some dozens of connectors."""

T = TypeVar("T")
Key = tuple[str, ...]


class ShortMemory(Generic[T]):
    """Values by key, each for a moment; what cannot be found is asked for again every time."""

    def __init__(
        self,
        seconds: float = CONFIGURATION_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._known: OrderedDict[Key, tuple[float, T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key, load: Callable[[], T]) -> T:
        """The remembered value, or a fresh one; its age counts from before it was read."""
        started = self._monotonic()
        with self._lock:
            known = self._known.get(key)
        if known is not None and started - known[0] < self._seconds:
            return known[1]
        value = load()
        with self._lock:
            self._known[key] = (started, value)
            while len(self._known) > MAX_REMEMBERED:
                self._known.popitem(last=False)
        return value

    def forget(self, key: Key) -> None:
        """Ask again next time."""
        with self._lock:
            self._known.pop(key, None)

    @contextmanager
    def changing(self, key: Key) -> Iterator[None]:
        """Forget the value around a write, whether it succeeds or not."""
        self.forget(key)
        try:
            yield
        finally:
            self.forget(key)
