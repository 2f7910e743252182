"""Connections of the provider transport: to checked addresses only, never longer than allowed.

The time left counts for every single read and write, so that a provider which drips one byte a
second ends like one which says nothing.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from extdata.adapters.address_guard import Resolve, Target, checked_addresses
from extdata.domain.errors import ProviderUnreachable

WRITE_CHUNK_BYTES = 16_384
MAX_ADDRESSES = 3
"""Addresses of a name that are tried, one after the other."""
NANOSECONDS = 1_000_000_000


class Errand(threading.local):
    """What this thread is doing: which target, until when (monotonic nanoseconds)."""

    target: Target | None = None
    deadline_ns: int = 0
    sent: bool = False
    """Whether any byte of a request may have left."""
    heard: bool = False
    """Whether any byte of an answer came."""

    def seconds_left(self) -> float:
        """Time left; none raises httpcore's timeout."""
        left = self.deadline_ns - time.monotonic_ns()
        if left <= 0:
            raise httpcore.ReadTimeout("the time is up")
        return left / NANOSECONDS


class GuardedNetwork(httpcore.NetworkBackend):
    """Connects to the address that was looked up and checked; TLS still asks for the name."""

    def __init__(self, errand: Errand, resolve: Resolve) -> None:
        """Look names up with `resolve`; read the target and the deadline of this thread."""
        self._errand, self._resolve = errand, resolve
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a checked address of the name."""
        target = self._errand.target
        if target is None or (target.origin.host, target.origin.port) != (host, port):
            raise ProviderUnreachable("another host than the checked one", rule="address.host")
        addresses = checked_addresses(
            target.origin,
            sandbox=target.sandbox,
            resolve=self._resolve,
            timeout_seconds=self._errand.seconds_left(),
        )
        for number, address in enumerate(addresses[:MAX_ADDRESSES], start=1):
            try:
                stream = self._sockets.connect_tcp(
                    address, port, self._errand.seconds_left(), None, socket_options
                )
            except httpcore.ConnectError:
                if number == min(len(addresses), MAX_ADDRESSES):
                    raise
                continue
            return TimedStream(stream, self._errand)
        raise ProviderUnreachable("the name has no address", rule="provider.name")

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Never: no provider lives in a file."""
        raise ProviderUnreachable("no local sockets", rule="address.url")

    def sleep(self, seconds: float) -> None:
        """Wait between connection attempts; the pool makes only one."""
        time.sleep(min(seconds, self._errand.seconds_left()))


class TimedStream(httpcore.NetworkStream):
    """A connection whose every operation gets the time that is left, and no more."""

    def __init__(self, stream: httpcore.NetworkStream, errand: Errand) -> None:
        """Wrap a connection."""
        self._stream, self._errand = stream, errand

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there, within the time left."""
        data = self._stream.read(max_bytes, self._errand.seconds_left())
        self._errand.heard = self._errand.heard or bool(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write piece by piece, each within the time left."""
        for start in range(0, len(buffer), WRITE_CHUNK_BYTES):
            self._errand.sent = True
            self._stream.write(
                buffer[start : start + WRITE_CHUNK_BYTES], self._errand.seconds_left()
            )

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Shake hands within the time left; the certificate must be the name's."""
        secured = self._stream.start_tls(ssl_context, server_hostname, self._errand.seconds_left())
        return TimedStream(secured, self._errand)

    def get_extra_info(self, info: str) -> Any:
        """What the pool asks of a connection, such as whether it is still open."""
        return self._stream.get_extra_info(info)
