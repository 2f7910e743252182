"""Jobs of the providers that answer later: files to be fetched, callbacks to be delivered."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import Condition, Lock, Thread
from urllib.parse import urlsplit

DELIVERY_TIMEOUT_SECONDS = 10
MAX_TRIES = 6
PAUSE_SECONDS = 0.2
"""Before the second try; it doubles with each one, about six seconds in all."""
ACCEPTED = range(200, 300)
SERVER_ERROR = 500

Post = Callable[[str, Mapping[str, str], bytes], int]
"""Posts a callback and answers the HTTP status."""


@dataclass(frozen=True, kw_only=True)
class Callback:
    """One delivery: where to, and what exactly."""

    job_id: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    times: int = 1
    tries: int = 0
    """How often it was delivered and not taken."""
    last: bool = False
    """Delivered after those that came later, as a planned fault."""


@dataclass
class Files:
    """Answers that lie ready to be fetched after a moment."""

    _files: dict[str, tuple[float, Mapping[str, str], bytes]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def keep(self, job_id: str, ready_at: float, headers: Mapping[str, str], body: bytes) -> None:
        """Keep a file; the same job again is the same file."""
        with self._lock:
            self._files.setdefault(job_id, (ready_at, headers, body))

    def get(self, job_id: str) -> tuple[Mapping[str, str], bytes] | None:
        """The file, once it is ready."""
        with self._lock:
            ready_at, headers, body = self._files.get(job_id, (float("inf"), {}, b""))
        return (headers, body) if time.monotonic() >= ready_at else None


class Courier:
    """Delivers callbacks from a thread of its own, or at once when a test asks for it."""

    def __init__(self, post: Post, delay_seconds: float | None) -> None:
        """Without a delay nothing is delivered before `deliver_all`."""
        self._post, self._delay = post, delay_seconds
        self._waiting: list[tuple[float, Callback]] = []
        self._stopped = False
        self._change = Condition()
        self.undelivered: list[str] = []
        """Jobs whose callback nobody took."""
        self._thread = Thread(target=self._run, name="sandbox-callbacks", daemon=True)

    def start(self) -> None:
        """Begin to deliver."""
        if self._delay is not None:
            self._thread.start()

    def stop(self) -> None:
        """Deliver nothing more."""
        with self._change:
            self._stopped = True
            self._change.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout=DELIVERY_TIMEOUT_SECONDS)

    def take(self, callback: Callback) -> None:
        """Deliver this after the usual delay."""
        with self._change:
            due = time.monotonic() + (self._delay or 0) * (3 if callback.last else 1)
            self._waiting.append((due, callback))
            self._change.notify_all()

    def deliver_all(self) -> list[int]:
        """Deliver whatever waits, now and in this thread; answer the HTTP statuses."""
        with self._change:
            waiting, self._waiting = self._waiting, []
        ordered = sorted(waiting, key=lambda item: (item[1].last, item[0]))
        return [status for _, callback in ordered for status in self._deliver(callback)]

    def _deliver(self, callback: Callback, pause: float = 0.0) -> list[int]:
        """One try for each planned time; what is not taken comes again after a pause of its own."""
        statuses = [self._try(callback) for _ in range(callback.times)]
        if max(statuses) >= SERVER_ERROR and callback.tries + 1 < MAX_TRIES:
            due = time.monotonic() + pause * 2**callback.tries
            with self._change:
                self._waiting.append((due, replace(callback, tries=callback.tries + 1)))
        elif any(status not in ACCEPTED for status in statuses):
            self.undelivered.append(callback.job_id)
        return statuses

    def _run(self) -> None:
        while True:
            with self._change:
                if self._stopped:
                    return
                now = time.monotonic()
                due = [item for item in self._waiting if item[0] <= now]
                self._waiting = [item for item in self._waiting if item[0] > now]
                if not due:
                    next_at = min((item[0] for item in self._waiting), default=now + 60)
                    self._change.wait(timeout=next_at - now)
                    continue
            for _, callback in sorted(due, key=lambda item: item[0]):
                self._deliver(callback, PAUSE_SECONDS)

    def _try(self, callback: Callback) -> int:
        """One delivery; nobody there counts as 503."""
        try:
            return self._post(callback.url, callback.headers, callback.body)
        except OSError:
            return 503


def post_over_http(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """Post to a URL as it is; redirects are not followed."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=DELIVERY_TIMEOUT_SECONDS)
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", path, body=body, headers=dict(headers))
        response = connection.getresponse()
        response.read()
        return response.status
    except http.client.HTTPException:
        return 502
    finally:
        connection.close()
