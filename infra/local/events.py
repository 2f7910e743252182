"""The event hub: wakes queue and stream sources when moto reports news, one thread or two each."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Protocol

from infra.local.async_invocations import AsyncInvocations
from infra.local.deployed import Deployed, EventSource
from infra.local.errors import UnknownFunction
from infra.local.faults import Faults
from infra.local.functions import Invocation
from infra.local.queue_source import QueueSource
from infra.local.stream_source import StreamSource

QUEUE_THREADS = 2
"""As many as a function has workers."""
FALLBACK_SECONDS = 2.0
"""How often a source looks without news: delayed and returned messages make none."""
RETRY_AFTER_SECONDS = 2
log = logging.getLogger(__name__)


class Source(Protocol):
    """Something that can deliver a batch now."""

    @property
    def batch_limit(self) -> int:
        """How much one batch can hold; a smaller one means that no more was waiting."""

    def deliver_once(self) -> int:
        """Deliver one batch; return how much it held."""


def make_sources(
    deployed: Deployed,
    *,
    client: Callable[[str], Any],
    invoke: Callable[[str, bytes], Invocation],
    faults: Faults,
    retry_after_seconds: int = RETRY_AFTER_SECONDS,
    wait: Callable[[float], object] = time.sleep,
) -> list[tuple[EventSource, Source]]:
    """One source for each event source mapping of the assembly."""

    def send(arn: str, body: str) -> None:
        queue = deployed.queue_by_arn(arn)
        if queue is not None:
            client("sqs").send_message(QueueUrl=queue.url, MessageBody=body)

    sources: list[tuple[EventSource, Source]] = []
    for mapping in deployed.event_sources:
        if mapping.is_queue:
            queue = deployed.queues[mapping.source_name]
            source: Source = QueueSource(
                mapping,
                queue,
                client=client("sqs"),
                invoke=invoke,
                faults=faults,
                retry_after_seconds=retry_after_seconds,
            )
        else:
            streams = client("dynamodbstreams")
            source = StreamSource(
                mapping, client=streams, invoke=invoke, faults=faults, send=send, wait=wait
            )
        sources.append((mapping, source))
    return sources


class EventHub:
    """Runs every source in threads and accepts asynchronous invocations."""

    def __init__(
        self,
        deployed: Deployed,
        *,
        client: Callable[[str], Any],
        invoke: Callable[[str, bytes], Invocation],
        faults: Faults,
    ) -> None:
        self._deployed = deployed
        self._invoke = invoke
        self._client = client
        self._loops: dict[tuple[str, str], list[_Loop]] = defaultdict(list)
        self._stopping = threading.Event()
        self._sources = make_sources(
            deployed, client=client, invoke=invoke, faults=faults, wait=self._stopping.wait
        )
        self._later = AsyncInvocations(invoke, self._send)

    def start(self) -> None:
        """Start a thread per stream and two per queue."""
        for mapping, source in self._sources:
            kind = "queue" if mapping.is_queue else "stream"
            for number in range(QUEUE_THREADS if mapping.is_queue else 1):
                loop = _Loop(source, self._stopping, f"{mapping.source_name}-{number}")
                self._loops[kind, mapping.source_name].append(loop)
                loop.start()

    def stop(self) -> None:
        """Stop delivering."""
        self._stopping.set()
        self._later.stop()
        for loops in self._loops.values():
            for loop in loops:
                loop.wake.set()

    def notify(self, kind: str, name: str) -> None:
        """A queue or a stream has something new: wake a thread that has nothing to do."""
        loops = self._loops.get((kind, name), ())
        for loop in loops:
            if not loop.busy and not loop.wake.is_set():
                loop.wake.set()
                return
        for loop in loops:
            loop.wake.set()

    def invoke_later(self, function: str, payload: bytes) -> None:
        """Accept an asynchronous invocation."""
        spec = self._deployed.functions.find(function)
        if spec is None:
            raise UnknownFunction(function)
        self._later.submit(spec, payload)

    @property
    def quiet(self) -> bool:
        """True when no source is delivering, none has news, and no event waits."""
        loops = [loop for group in self._loops.values() for loop in group]
        return not any(loop.busy or loop.wake.is_set() for loop in loops) and not self._later.open

    def _send(self, arn: str, body: str) -> None:
        queue = self._deployed.queue_by_arn(arn)
        if queue is not None:
            self._client("sqs").send_message(QueueUrl=queue.url, MessageBody=body)


class _Loop(threading.Thread):
    """One thread that delivers a source whenever it is woken."""

    def __init__(self, source: Source, stopping: threading.Event, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.wake = threading.Event()
        self.busy = False
        self._source = source
        self._stopping = stopping

    def run(self) -> None:
        """Deliver until the cloud stops."""
        while not self._stopping.is_set():
            self.wake.wait(FALLBACK_SECONDS)
            self.busy = True
            self.wake.clear()
            try:
                while not self._stopping.is_set():
                    if self._source.deliver_once() < self._source.batch_limit:
                        break
            except Exception:
                if self._stopping.is_set():
                    return
                log.exception("delivery of %s", self.name)
                self._stopping.wait(1.0)
            finally:
                self.busy = False
