"""The kernel's inbox and idempotent requests in memory, with the same promises as the tables."""

from __future__ import annotations

from collections.abc import Callable

from puhui.idempotency import Answer, OtherPayload


class InMemoryInbox:
    """An inbox for tests."""

    def __init__(self) -> None:
        """Start empty."""
        self._seen: set[tuple[str, str]] = set()

    def first_time(self, consumer: str, event_id: str) -> bool:
        """Mark the event as consumed; answer whether it was not before."""
        if (consumer, event_id) in self._seen:
            return False
        self._seen.add((consumer, event_id))
        return True

    def run_once(self, consumer: str, event_id: str, effect: Callable[[], None]) -> bool:
        """Run the effect unless it was done before; a failing effect may run again."""
        if (consumer, event_id) in self._seen:
            return False
        effect()
        self._seen.add((consumer, event_id))
        return True


class InMemoryIdempotency:
    """Idempotent requests for tests."""

    def __init__(self) -> None:
        """Start empty."""
        self._known: dict[tuple[str, str, str], tuple[str, Answer]] = {}

    def remember(
        self, bank_id: str, actor: str, key: str, payload_hash: str, run: Callable[[], Answer]
    ) -> Answer:
        """Run the request, or answer what its first run answered."""
        known = self._known.get((bank_id, actor, key))
        if known is None:
            self._known[(bank_id, actor, key)] = (payload_hash, run())
        elif known[0] != payload_hash:
            raise OtherPayload()
        return self._known[(bank_id, actor, key)][1]
