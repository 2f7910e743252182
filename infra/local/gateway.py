"""One port for everything a client needs: every API, uploads, token keys, API pages, health."""

from __future__ import annotations

import contextlib
import errno
import socket
import socketserver
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from infra.local.errors import PortInUse
from infra.local.http_message import HttpMessage, MessageTooLarge, read_message
from infra.local.proxy import Refused, Response

MAX_REQUEST_BYTES = 64 * 1024 * 1024
"""More than any product accepts (32 MB); a form upload's own limit is in its policy."""
Handler = Callable[[HttpMessage, str], Response]


class Gateway:
    """Listens on loopback; `/name/rest` goes to the handler mounted as `name`."""

    def __init__(self, port: int) -> None:
        try:
            self._server = _Server(port, self._answer)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                text = f"port {port} is in use: stop the other program or choose --port"
                raise PortInUse(text) from error
            raise
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._mounts: dict[str, Handler] = {}

    def mount(self, name: str, handler: Handler) -> None:
        """Serve `/name/…`; the empty name serves `/` itself."""
        self._mounts[name] = handler

    def start(self) -> None:
        """Serve in the background."""
        threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="gateway", daemon=True
        ).start()

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def close(self) -> None:
        """Free a port that was never served."""
        self._server.server_close()

    def _answer(self, message: HttpMessage) -> Response:
        name, slash, rest = message.path.lstrip("/").partition("/")
        handler = self._mounts.get(name)
        if handler is None:
            return Refused(404, f"nothing is served at /{name}").response
        return handler(message, f"/{rest}" if slash else "/")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 512
    block_on_close = False

    def __init__(self, port: int, answer: Callable[[HttpMessage], Response]) -> None:
        super().__init__(("127.0.0.1", port), _Connection)
        self.answer = answer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is not worth a traceback."""
        if not isinstance(sys.exc_info()[1], ConnectionError | socket.timeout):
            super().handle_error(request, client_address)


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    rbufsize = 65536

    def handle(self) -> None:
        """Serve one keep-alive connection."""
        server: Any = self.server
        while True:
            try:
                message = read_message(self.rfile, self.wfile, MAX_REQUEST_BYTES)
            except MessageTooLarge:
                self._send("POST", Refused(413, "Request Too Long").response, close=True)
                return
            except ValueError:
                self._send("GET", Refused(400, "Bad Request").response, close=True)
                return
            if message is None:
                return
            try:
                response = server.answer(message)
            except Exception:
                self._send("GET", Refused(500, "Internal server error").response, close=True)
                raise
            self._send(message.method, response, close=not message.keep_alive)
            if not message.keep_alive:
                return

    def _send(self, method: str, response: Response, *, close: bool) -> None:
        phrase = ""
        with contextlib.suppress(ValueError):
            phrase = HTTPStatus(response.status).phrase
        lines = [f"HTTP/1.1 {response.status} {phrase}"]
        length = str(len(response.body))
        for name, value in response.headers:
            if name.lower() == "content-length":
                length = value
            elif "\n" not in value and "\r" not in value:
                lines.append(f"{name}: {value}")
        lines.append(f"content-length: {length}")
        lines.append(f"connection: {'close' if close else 'keep-alive'}\r\n\r\n")
        head = "\r\n".join(lines).encode("utf-8")
        self.wfile.write(head if method == "HEAD" else head + response.body)
