"""One HTTP server for the twelve simulated data providers (沙箱模拟), on the loopback only.

    server = ProviderServer(PopulationFirms(seed="42", size=500, as_of=day), seed="42")
    server.start()
    server.url                 # what connector files call {base}
    server.add(applicant)      # one firm more
    server.stop()

Beside the providers' own paths: GET /onboarding/{provider_id}, GET /statements/{provider_id},
POST and DELETE /faults, POST /callbacks/deliver, GET /health.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from puhui.clock import Clock, SystemClock
from sandbox.adapters import provider_office
from sandbox.adapters.provider_content import Content
from sandbox.adapters.provider_desk import ProviderDesk, Reply
from sandbox.adapters.provider_firms import FirmsSource, ListedFirms
from sandbox.adapters.provider_jobs import Courier, Files, Post, post_over_http
from sandbox.adapters.provider_keys import ProviderKeys
from sandbox.adapters.provider_log import CallLog, Statements
from sandbox.adapters.provider_mischief import Gone, send, write
from sandbox.adapters.provider_security import Message
from sandbox.domain.applicant import Applicant
from sandbox.domain.providers.billing import CallRecord
from sandbox.domain.providers.faults import FaultPlan, ProviderFault
from sandbox.domain.providers.profile import Endpoint, Profile
from sandbox.domain.providers.profiles import PROFILES

HOST = "127.0.0.1"
MAX_QUESTION_BYTES = 256 * 1024
IDLE_SECONDS = 30
NOTICES_ITS_END_SECONDS = 0.05
FILES_PATH = "/ssf/v1/files/"


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How long jobs take."""

    callback_delay_ms: int | None = 50
    """None delivers only when `deliver_pending` asks for it."""
    file_delay_ms: int = 0


AT_ONCE = Pace()


class ProviderServer:
    """The twelve providers at one address."""

    def __init__(
        self,
        firms: FirmsSource,
        *,
        seed: str | int,
        port: int = 0,
        clock: Clock | None = None,
        prices: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        pace: Pace = AT_ONCE,
        post: Post = post_over_http,
    ) -> None:
        """Port 0 takes a free one."""
        self.faults = FaultPlan(str(seed))
        self._log = CallLog()
        self.statements = Statements(self._log, prices or {}, self.faults)
        wait_ms = pace.callback_delay_ms
        self._courier = Courier(post, None if wait_ms is None else wait_ms / 1000)
        self.desk = ProviderDesk(
            firms=firms,
            added=ListedFirms(),
            keys=ProviderKeys(str(seed)),
            content=Content(str(seed)),
            log=self._log,
            faults=self.faults,
            files=Files(),
            courier=self._courier,
            clock=clock or SystemClock(),
            file_delay_seconds=pace.file_delay_ms / 1000,
        )
        self.stopped = Event()
        self._http = _HttpServer((HOST, port), _Handler)
        self._http.providers = self
        self._thread = Thread(
            target=self._http.serve_forever,
            args=(NOTICES_ITS_END_SECONDS,),
            name="sandbox-providers",
            daemon=True,
        )

    @property
    def url(self) -> str:
        """The address without a slash at its end."""
        return f"http://{HOST}:{self._http.server_address[1]}"

    def start(self) -> ProviderServer:
        """Begin to answer."""
        self._thread.start()
        self._courier.start()
        return self

    def stop(self) -> None:
        """Answer nothing more and free the port."""
        self.stopped.set()
        self._courier.stop()
        if self._thread.is_alive():
            self._http.shutdown()
        self._http.server_close()

    def __enter__(self) -> ProviderServer:
        """Start, for `with`."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop, whatever happened."""
        self.stop()

    def add(self, applicant: Applicant) -> None:
        """Know one firm more."""
        self.desk.added.add(applicant)

    def plan(self, *faults: ProviderFault) -> None:
        """Plan faults, as POST /faults does."""
        for fault in faults:
            self.faults.add(fault)

    def calls(self, provider_id: str) -> list[CallRecord]:
        """The provider's own log of the calls it answered."""
        return self._log.of(provider_id)

    def deliver_pending(self) -> list[int]:
        """Deliver every waiting callback now; answer the HTTP statuses."""
        return self._courier.deliver_all()

    def onboarding(self, provider_id: str) -> dict[str, Any]:
        """The kit that a provider hands out: keys, and subjects for tests."""
        return provider_office.onboarding_kit(self.desk, PROFILES[provider_id])


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    providers: ProviderServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is nobody's error."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


_ROUTES: dict[tuple[str, str], tuple[Profile, Endpoint]] = {
    (endpoint.method, endpoint.path): (profile, endpoint)
    for profile in PROFILES.values()
    for endpoint in profile.endpoints
}


class _Handler(BaseHTTPRequestHandler):
    """One connection; many requests."""

    server: _HttpServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    timeout = IDLE_SECONDS
    server_version = "PuhuiSandbox/1"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._answer()

    def do_DELETE(self) -> None:
        """Answer a DELETE."""
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: addresses of questions hold personal data."""

    def _answer(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > MAX_QUESTION_BYTES:
            self.close_connection = True
            write(self, 413, {"Connection": "close"}, b"")
            return
        body = self.rfile.read(int(length))
        path, _, query = self.path.partition("?")
        message = Message(
            method=self.command,
            path=path,
            query=query,
            request_no=self.headers.get("X-Request-No", ""),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )
        providers = self.server.providers
        try:
            send(self, self._reply(providers, message), providers.stopped.is_set)
        except (Gone, ConnectionError, TimeoutError):
            self.close_connection = True

    def _reply(self, providers: ProviderServer, message: Message) -> Reply:
        route = _ROUTES.get((message.method, message.path))
        if route is not None:
            return providers.desk.answer(*route, message, time.monotonic())
        if message.method == "GET" and message.path.startswith(FILES_PATH):
            return self._file(providers, message.path.removeprefix(FILES_PATH))
        return provider_office.reply(providers, message)

    def _file(self, providers: ProviderServer, job_id: str) -> Reply:
        found = providers.desk.files.get(job_id)
        if found is None:
            return Reply(status=404, headers={"Content-Type": "text/plain"}, body=b"")
        headers, body = found
        return Reply(headers=headers, body=body)
