"""Where simulated providers deliver to a gateway in memory: its callback address over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from extdata.composition import Gateway
from puhui.errors import PuhuiError
from puhui.tenancy import bank_id

PREFIX = "/callbacks/"
TAKEN = b'{"received":true}'


class CallbackAddress:
    """A small server in front of `receive_callback`, as API Gateway would be."""

    def __init__(self, gateway: Callable[[], Gateway]) -> None:
        """The gateway is asked for when the first delivery comes."""
        self._http = _Server(("127.0.0.1", 0), _Handler)
        self._http.gateway = gateway
        self._thread = Thread(
            target=self._http.serve_forever, args=(0.1,), name="callbacks", daemon=True
        )

    @property
    def url(self) -> str:
        """The address below which providers deliver."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> CallbackAddress:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    gateway: Callable[[], Gateway]


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """Hand a delivery in; the provider learns only whether to come again."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        bank, _, connector = self.path.removeprefix(PREFIX).partition("/")
        try:
            self.server.gateway().receive_callback(
                bank_id(bank),
                connector,
                headers={name.lower(): value for name, value in self.headers.items()},
                path=self.path,
                body=body,
            )
        except PuhuiError as error:
            self._answer(error.status, b"{}")
        else:
            self._answer(200, TAKEN)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
