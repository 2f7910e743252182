"""Reads one HTTP/1.1 request from a socket file: the little that loopback clients send."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes

MAX_HEAD_LINES = 200
MAX_LINE_BYTES = 65536


class Reader(Protocol):
    """The reading half of a socket file."""

    def read(self, size: int, /) -> bytes:
        """Read exactly this much, less only at the end."""

    def readline(self, size: int, /) -> bytes:
        """Read one line, at most this long."""


class Writer(Protocol):
    """The writing half of a socket file."""

    def write(self, data: bytes, /) -> object:
        """Write everything."""

    def flush(self) -> None:
        """Send what is buffered."""


class MessageTooLarge(ValueError):
    """The body is longer than this server accepts."""


@dataclass(frozen=True, slots=True)
class HttpMessage:
    """A request as it arrived: method, raw target, headers in order, whole body."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    keep_alive: bool = True

    @property
    def path(self) -> str:
        """The target without its query string, still percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query string, without its question mark."""
        return self.target.partition("?")[2]

    def header(self, name: str, default: str = "") -> str:
        """The first header of this name, whatever its case."""
        wanted = name.lower()
        for key, value in self.headers:
            if key.lower() == wanted:
                return value
        return default

    def environ(self, host: str, port: int) -> dict[str, Any]:
        """The WSGI environment of this message, without its input."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(self.path).decode("latin-1"),
            "QUERY_STRING": self.query,
            "RAW_URI": self.target,
            "REQUEST_URI": self.target,
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": str(len(self.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": None,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.input_terminated": True,
        }
        return _with_headers(environ, self.headers)


def _with_headers(environ: dict[str, Any], headers: Iterable[tuple[str, str]]) -> dict[str, Any]:
    for name, value in headers:
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = value
        elif key not in ("CONTENT_LENGTH", "TRANSFER_ENCODING"):
            key = f"HTTP_{key}"
            environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


def read_message(reader: Reader, writer: Writer, max_body_bytes: int) -> HttpMessage | None:
    """Read the next request, or None when the client has closed the connection."""
    line = reader.readline(MAX_LINE_BYTES)
    if not line.strip():
        return None
    method, target, version = line.decode("latin-1").split()
    headers = _read_headers(reader)
    named = {name.lower(): value for name, value in headers}
    if named.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        writer.flush()
    body = _read_body(reader, named, max_body_bytes)
    keep_alive = version == "HTTP/1.1" and named.get("connection", "").lower() != "close"
    return HttpMessage(method, target, tuple(headers), body, keep_alive)


def _read_headers(reader: Reader) -> list[tuple[str, str]]:
    headers: list[tuple[str, str]] = []
    for _ in range(MAX_HEAD_LINES):
        line = reader.readline(MAX_LINE_BYTES)
        if line in (b"\r\n", b"\n", b""):
            return headers
        name, _, value = line.decode("latin-1").partition(":")
        headers.append((name.strip(), value.strip()))
    raise ValueError("too many headers")


def _read_body(reader: Reader, named: Mapping[str, str], max_bytes: int) -> bytes:
    if "chunked" in named.get("transfer-encoding", "").lower():
        return _read_chunks(reader, max_bytes)
    length = int(named.get("content-length") or 0)
    if length < 0 or length > max_bytes:
        raise MessageTooLarge(f"body of {length} bytes, at most {max_bytes} accepted")
    body = reader.read(length) if length else b""
    if len(body) < length:
        raise ConnectionError("the client closed the connection inside a body")
    return body


def _read_chunks(reader: Reader, max_bytes: int) -> bytes:
    body = bytearray()
    while True:
        size = int(reader.readline(MAX_LINE_BYTES).split(b";")[0], 16)
        if size == 0:
            while reader.readline(MAX_LINE_BYTES) not in (b"\r\n", b"\n", b""):
                pass
            return bytes(body)
        if len(body) + size > max_bytes:
            raise MessageTooLarge(f"body of more than {max_bytes} bytes")
        body += reader.read(size)
        reader.readline(MAX_LINE_BYTES)
