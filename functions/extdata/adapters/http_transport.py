"""Sends one HTTP request to a provider: guarded, bounded in time and size, never redirected."""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpcore
import httpx

from extdata.adapters.address_guard import Resolve, Target, system_resolve
from extdata.adapters.guarded_network import NANOSECONDS, Errand, GuardedNetwork
from extdata.domain.errors import (
    ProviderAnswerUnreadable,
    ProviderFailure,
    ProviderTimeout,
    ProviderUnreachable,
)

MEBIBYTE = 1024 * 1024
DEFAULT_MAX_BYTES = MEBIBYTE
MAX_RATIO = 100
RATIO_FREE_BYTES = 64 * 1024
"""Small answers may be as repetitive as they like."""
MAX_CONNECTIONS = 64
MAX_IDLE_CONNECTIONS = 32
IDLE_SECONDS = 30.0
NANOSECONDS_PER_MS = 1_000_000
GZIP = "gzip"
_REDIRECTS = frozenset({301, 302, 303, 305, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What came: the bytes on the wire, and without the content encoding."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """By lower-case name; a header that came twice is kept as it came first."""
    wire: bytes = field(repr=False)
    body: bytes = field(repr=False)


class HttpTransport:
    """One pool of kept-alive connections for the process; safe to use from several threads."""

    def __init__(
        self, *, resolve: Resolve = system_resolve, tls: ssl.SSLContext | None = None
    ) -> None:
        """Trust the bundled authorities; neither proxies nor authorities of the environment."""
        self._errand = Errand()
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls or httpx.create_ssl_context(trust_env=False),
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=MAX_IDLE_CONNECTIONS,
            keepalive_expiry=IDLE_SECONDS,
            retries=0,
            network_backend=GuardedNetwork(self._errand, resolve),
        )

    def send(
        self,
        method: str,
        target: Target,
        *,
        headers: Mapping[str, str],
        body: bytes,
        timeout_ms: int,
        max_bytes: int = DEFAULT_MAX_BYTES,
    ) -> HttpAnswer:
        """Send and receive within `timeout_ms`, or raise a ProviderFailure."""
        errand = self._errand
        errand.target, errand.sent, errand.heard = target, False, False
        errand.deadline_ns = time.monotonic_ns() + timeout_ms * NANOSECONDS_PER_MS
        request = _request(method, target, headers, body, timeout_ms)
        try:
            with _translated(errand):
                response = self._pool.handle_request(request)
                try:
                    return _received(response, max_bytes)
                finally:
                    response.close()
        finally:
            errand.target = None

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


def _request(
    method: str, target: Target, headers: Mapping[str, str], body: bytes, timeout_ms: int
) -> httpcore.Request:
    origin = target.origin
    sent = {
        "host": origin.authority,
        "accept-encoding": GZIP,
        "accept": "*/*",
        "user-agent": "puhui-extdata",
        **{name.lower(): value for name, value in headers.items()},
    }
    if body or method == "POST":
        sent["content-length"] = str(len(body))
    seconds = timeout_ms * NANOSECONDS_PER_MS / NANOSECONDS
    return httpcore.Request(
        method,
        httpcore.URL(
            scheme=origin.scheme.encode(),
            host=origin.host.encode(),
            port=origin.port,
            target=target.resource,
        ),
        headers=[(name.encode("ascii"), value.encode("ascii")) for name, value in sent.items()],
        content=body,
        extensions={
            "timeout": {
                "connect": seconds,
                "read": seconds,
                "write": seconds,
                "pool": seconds,
            }
        },
    )


@contextmanager
def _translated(errand: Errand) -> Iterator[None]:
    """The library's errors in our words; nothing that was sent or received is quoted."""
    try:
        yield
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        ssl.SSLError,
    ) as error:
        failure = _failure_of(error, heard=errand.heard)
        if not errand.sent:
            failure.charge = "free"
        raise failure from error


def _failure_of(error: Exception, *, heard: bool) -> ProviderFailure:
    if isinstance(error, httpcore.TimeoutException):
        return ProviderTimeout("no complete answer in time", rule="provider.timeout")
    # httpcore drops the cause and keeps the socket's own error as its argument.
    if any(isinstance(one, ssl.SSLError) for one in (error, *error.args)):
        return ProviderUnreachable("TLS was not established", rule="provider.tls")
    if isinstance(error, httpcore.ConnectError):
        return ProviderUnreachable("no connection was made", rule="provider.connect")
    # A provider that closes an idle connection just as it is used again says nothing at all.
    if isinstance(error, httpcore.ProtocolError) and heard:
        return ProviderAnswerUnreadable("the answer is not whole HTTP", rule="provider.http")
    failure = ProviderUnreachable("the connection broke", rule="provider.reset")
    failure.charge = "uncertain"
    return failure


def _received(response: httpcore.Response, max_bytes: int) -> HttpAnswer:
    headers: dict[str, str] = {}
    for name, value in response.headers:
        headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    if response.status in _REDIRECTS:
        raise _unreadable("provider.redirect", "the provider redirects; that is not followed")
    encoding = headers.get("content-encoding", "identity").strip().lower() or "identity"
    if encoding not in ("identity", GZIP):
        raise _unreadable("provider.content_encoding", "only gzip is agreed")
    pieces = response.iter_stream()
    if encoding == "identity":
        wire = b"".join(_capped(pieces, max_bytes))
        return HttpAnswer(status=response.status, headers=headers, wire=wire, body=wire)
    wire, body = _inflated(_capped(pieces, max_bytes), max_bytes)
    return HttpAnswer(status=response.status, headers=headers, wire=wire, body=body)


def _capped(pieces: Iterator[bytes], max_bytes: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > max_bytes:
            raise _unreadable("provider.size", f"the answer is larger than {max_bytes} bytes")
        yield piece


def _inflated(pieces: Iterator[bytes], max_bytes: int) -> tuple[bytes, bytes]:
    """Decompress while it arrives; a bomb is noticed before it unfolds."""
    engine = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    wire, body = bytearray(), bytearray()
    after = b""
    try:
        for piece in pieces:
            if engine.eof:
                after = piece
                break
            wire += piece
            rest = piece
            while rest and not engine.eof:
                body += engine.decompress(rest, RATIO_FREE_BYTES)
                rest = engine.unconsumed_tail
                _check_growth(len(wire), len(body), max_bytes)
    except zlib.error as error:
        raise _unreadable("provider.content_encoding", "the answer is not gzip") from error
    if not engine.eof or engine.unused_data or after:
        raise _unreadable("provider.content_encoding", "the answer is not one whole gzip stream")
    return bytes(wire), bytes(body)


def _check_growth(wire: int, body: int, max_bytes: int) -> None:
    if body > max_bytes:
        raise _unreadable("provider.size", f"the answer unfolds to more than {max_bytes} bytes")
    if body > RATIO_FREE_BYTES and body > wire * MAX_RATIO:
        raise _unreadable("provider.gzip_ratio", "the answer unfolds suspiciously")


def _unreadable(rule: str, message: str) -> ProviderAnswerUnreadable:
    return ProviderAnswerUnreadable(message, rule=rule)
