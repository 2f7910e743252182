"""How planned faults look on the wire: slow, cut off, endless, poisoned, or nothing at all."""

from __future__ import annotations

import gzip
import socket
import struct
import time
from collections.abc import Callable
from functools import lru_cache
from http.server import BaseHTTPRequestHandler

from sandbox.adapters.provider_desk import Reply
from sandbox.domain.providers.faults import ProviderFault

HUGE_BYTES = 50 * 1024 * 1024
BOMB_BYTES = 256 * 1024 * 1024
CHUNK = b" " * 65_536
HTML = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
REDIRECT_TO = "http://169.254.169.254/latest/meta-data/"
"""Where no client may follow: the address of a cloud's instance metadata."""
RESET_AT_CLOSE = struct.pack("ii", 1, 0)


class Gone(Exception):
    """The provider hangs up without an answer."""


def send(
    handler: BaseHTTPRequestHandler, reply: Reply, stopped: Callable[[], bool] = lambda: False
) -> None:
    """Send a reply as its fault wants it; a client that goes away ends the matter."""
    fault = reply.fault
    if fault is None or fault.kind not in _WAYS:
        write(handler, reply.status, dict(reply.headers), reply.body)
        return
    _WAYS[fault.kind](handler, reply, fault, stopped)


def write(
    handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes
) -> None:
    """Send head and body in one go."""
    _head(handler, status, headers, len(body))
    handler.wfile.write(body)
    handler.wfile.flush()


def _head(
    handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], length: int
) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("X-Sandbox", "simulated")
    handler.send_header("Content-Length", str(length))
    handler.end_headers()


Way = Callable[[BaseHTTPRequestHandler, Reply, ProviderFault, Callable[[], bool]], None]


def _slow(
    handler: BaseHTTPRequestHandler, reply: Reply, fault: ProviderFault, stopped: Callable[[], bool]
) -> None:
    _pause(fault.delay_ms / 1000, stopped)
    write(handler, reply.status, dict(reply.headers), reply.body)


def _drip(
    handler: BaseHTTPRequestHandler, reply: Reply, _: ProviderFault, stopped: Callable[[], bool]
) -> None:
    """One byte a second."""
    _head(handler, reply.status, dict(reply.headers), len(reply.body))
    for position in range(len(reply.body)):
        handler.wfile.write(reply.body[position : position + 1])
        handler.wfile.flush()
        _pause(1, stopped)


def _dead(
    handler: BaseHTTPRequestHandler, _: Reply, __: ProviderFault, ___: Callable[[], bool]
) -> None:
    raise Gone


def _refuse(
    handler: BaseHTTPRequestHandler, _: Reply, __: ProviderFault, ___: Callable[[], bool]
) -> None:
    """A reset instead of an orderly end."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    raise Gone


def _error(
    handler: BaseHTTPRequestHandler, _: Reply, fault: ProviderFault, __: Callable[[], bool]
) -> None:
    write(handler, fault.status, {"Content-Type": "text/plain"}, b"simulated outage")


def _redirect(
    handler: BaseHTTPRequestHandler, _: Reply, __: ProviderFault, ___: Callable[[], bool]
) -> None:
    write(handler, 302, {"Location": REDIRECT_TO}, b"")


def _html(
    handler: BaseHTTPRequestHandler, _: Reply, __: ProviderFault, ___: Callable[[], bool]
) -> None:
    write(handler, 200, {"Content-Type": "text/html"}, HTML)


def _truncated(
    handler: BaseHTTPRequestHandler, reply: Reply, _: ProviderFault, __: Callable[[], bool]
) -> None:
    """Half of the body, under a length that says it is all."""
    write(handler, 200, dict(reply.headers), reply.body[: len(reply.body) // 2])


def _huge(
    handler: BaseHTTPRequestHandler, reply: Reply, _: ProviderFault, stopped: Callable[[], bool]
) -> None:
    """Fifty megabytes of spaces before the answer."""
    headers = {k: v for k, v in reply.headers.items() if k != "Content-Encoding"}
    _head(handler, 200, headers, HUGE_BYTES)
    for _chunk in range(HUGE_BYTES // len(CHUNK)):
        if stopped():
            return
        handler.wfile.write(CHUNK)


def _gzip_bomb(
    handler: BaseHTTPRequestHandler, reply: Reply, _: ProviderFault, __: Callable[[], bool]
) -> None:
    """A quarter of a megabyte that unfolds to 256."""
    write(handler, 200, dict(reply.headers) | {"Content-Encoding": "gzip"}, _bomb())


@lru_cache(maxsize=1)
def _bomb() -> bytes:
    return gzip.compress(b"\0" * BOMB_BYTES, 9)


def _pause(seconds: float, stopped: Callable[[], bool]) -> None:
    """Wait, unless the server stops."""
    until = time.monotonic() + seconds
    while not stopped() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 0.05))


_WAYS: dict[str, Way] = {
    "slow": _slow,
    "drip": _drip,
    "dead": _dead,
    "refuse": _refuse,
    "error": _error,
    "redirect": _redirect,
    "html": _html,
    "truncated": _truncated,
    "huge": _huge,
    "gzip_bomb": _gzip_bomb,
}
