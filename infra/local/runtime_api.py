"""The Lambda Runtime API for one worker: hands it events and takes its answers."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from infra.local.functions import UNHANDLED, FunctionSpec, Invocation, too_large
from infra.local.http_message import HttpMessage, read_message

MAX_ANSWER_BYTES = 6_291_556
"""Lambda's own limit for a synchronous answer."""
MAX_READ_BYTES = 64 * 1024 * 1024
PREFIX = "/2018-06-01/runtime/"


@dataclass
class Job:
    """One invocation on its way through a worker."""

    spec: FunctionSpec
    payload: bytes
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    answer: Invocation | None = None
    assigned: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    _once: threading.Lock = field(default_factory=threading.Lock)

    def finish(self, answer: Invocation) -> bool:
        """Keep the first answer; a later one (a killed worker's) changes nothing."""
        with self._once:
            if self.answer is not None:
                return False
            self.answer = answer
        self.done.set()
        return True


class RuntimeApi:
    """Listens on its own loopback port; the worker asks for the next event and posts results."""

    def __init__(self, on_idle: Callable[[], None], on_init_error: Callable[[bytes], None]) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._on_idle = on_idle
        self._on_init_error = on_init_error
        self._current: Job | None = None
        self._closed = False
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True, name="runtime-api").start()

    def give(self, job: Job) -> None:
        """The worker's next event."""
        self._jobs.put(job)

    def close(self) -> None:
        """Stop serving this worker."""
        self._closed = True
        self._jobs.put(None)
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), connection:
            reader, writer = connection.makefile("rb"), connection.makefile("wb")
            while (message := read_message(reader, writer, MAX_READ_BYTES)) is not None:
                if message.path == f"{PREFIX}invocation/next":
                    if not self._next(connection):
                        return
                else:
                    self._take(message)
                    _reply(connection, 202, b'{"status":"OK"}')

    def _next(self, connection: socket.socket) -> bool:
        self._on_idle()
        job = self._jobs.get()
        if job is None:
            return False
        self._current = job
        job.assigned.set()
        deadline_ms = int((time.time() + job.spec.timeout_seconds) * 1000)
        headers = {
            "Lambda-Runtime-Aws-Request-Id": job.request_id,
            "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": job.spec.arn,
            "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):08x}-{job.request_id[:8]}",
        }
        _reply(connection, 200, job.payload, headers)
        return True

    def _take(self, message: HttpMessage) -> None:
        if message.path == f"{PREFIX}init/error":
            self._on_init_error(message.body)
            return
        job, self._current = self._current, None
        if job is None or f"/{job.request_id}/" not in message.path:
            return
        error = UNHANDLED if message.path.endswith("/error") else None
        if len(message.body) > MAX_ANSWER_BYTES:
            job.finish(too_large(job.request_id))
            return
        job.finish(Invocation(message.body, error, job.request_id))


def _reply(
    connection: socket.socket, status: int, body: bytes, headers: dict[str, str] | None = None
) -> None:
    lines = [f"HTTP/1.1 {status} OK", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    lines.append(f"Content-Length: {len(body)}\r\n\r\n")
    connection.sendall("\r\n".join(lines).encode("latin-1") + body)
