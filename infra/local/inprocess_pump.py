"""Moves what waits in the in-process cloud: queues, streams, asynchronous events, by rounds."""

from __future__ import annotations

from collections.abc import Sequence

from infra.local.deployed import EventSource
from infra.local.events import Source
from infra.local.inprocess_runtime import InProcessRuntime


class Pump:
    """Looks where moto has told of news; to look everywhere costs a request for each source."""

    def __init__(
        self, sources: Sequence[tuple[EventSource, Source]], runtime: InProcessRuntime
    ) -> None:
        self._sources = sources
        self._runtime = runtime
        self._unfinished: set[tuple[str, str]] = set()

    def deliver_news(self) -> int:
        """One batch from each source that has news or held something when it was last looked at."""
        places = self._unfinished | self._runtime.take_news()
        return self._deliver([one for one in self._sources if _place(one[0]) in places])

    def look_everywhere(self) -> int:
        """One batch from each source: delayed and returned messages make no news."""
        return self._deliver(self._sources)

    def _deliver(self, sources: Sequence[tuple[EventSource, Source]]) -> int:
        delivered = self._runtime.deliver_later()
        self._unfinished.clear()
        for mapping, source in sources:
            held = source.deliver_once()
            if held:
                self._unfinished.add(_place(mapping))
            delivered += held
        return delivered


def _place(mapping: EventSource) -> tuple[str, str]:
    """As moto's news name it."""
    return ("queue" if mapping.is_queue else "stream", mapping.source_name)
