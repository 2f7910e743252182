"""Stand-ins for what a connector talks to: a scripted server on the loopback, keys in memory."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from extdata.adapters.provider_calls import HttpProviderCalls
from extdata.domain.errors import KeyUnavailable
from extdata.provider_ports import KeyVersion, ProviderRequest
from tests.support.extdata import NOON, a_connector, a_provider, a_specification, a_subject

Reply = Callable[[socket.socket, bytes], None]
"""Writes whatever it likes to the connection, given the request."""
HIT = {
    "code": "0000",
    "data": {
        "begin": "20260101",
        "end": "20260731",
        "total": 2,
        "list": [{"skssq": "2026-06", "xse": "1234.50"}, {"skssq": "2026-07", "xse": "0.01"}],
    },
}
TODAY = NOON.date()


class InMemoryProviderKeys:
    """Keys of one provider by name; the first version is the current one."""

    def __init__(self, **keys: bytes | Sequence[bytes]) -> None:
        self._keys = {
            name: [material] if isinstance(material, bytes) else list(material)
            for name, material in keys.items()
        }

    def versions(self, bank_id: str, provider_id: str, name: str) -> Sequence[KeyVersion]:
        if name not in self._keys:
            raise KeyUnavailable("no such key", rule="key.missing")
        materials = self._keys[name]
        return [
            KeyVersion(version=f"v{len(materials) - number}", material=material)
            for number, material in enumerate(materials)
        ]

    def refresh(self, bank_id: str, provider_id: str, name: str) -> Sequence[KeyVersion]:
        """Nothing is remembered here."""
        return self.versions(bank_id, provider_id, name)

    def put(self, bank_id: str, provider_id: str, name: str, version: KeyVersion) -> None:
        self._keys.setdefault(name, []).insert(0, version.material)


@dataclass
class StubProvider:
    """A server that answers each connection's requests with the next script; the last repeats."""

    scripts: list[Reply]
    tls: ssl.SSLContext | None = None
    greeting: bytes = b""
    """Said before anything was asked, as no server of HTTP does."""
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> StubProvider:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._stopped = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Wake the thread that accepts: it would hold the port open for one more connection."""
        self._stopped.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            connection.sendall(self.greeting)
            while request := read_request(connection):
                self.requests.append(request)
                number = min(len(self.requests), len(self.scripts)) - 1
                self.scripts[number](connection, request)
        except OSError:
            pass
        finally:
            connection.close()


def read_request(connection: socket.socket) -> bytes:
    """One request with its body, or nothing when the caller is done."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"),
        0,
    )
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def answering(
    body: Any, *, status: str = "200 OK", headers: Mapping[str, str] | None = None
) -> Reply:
    """A whole HTTP answer; what is not bytes goes out as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(data)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    whole = "\r\n".join(lines).encode() + b"\r\n\r\n" + data
    return lambda connection, _request: connection.sendall(whole)


def a_small_specification(**request: Any) -> dict[str, Any]:
    """A specification that needs no more than the fields of `HIT`."""
    made = deepcopy(a_specification(**({"tries": 1} | request)))
    made["response"]["codes"].insert(0, {"code": "8*", "meaning": "retry", "charge": "free"})
    return made


def a_request(
    specification: dict[str, Any] | None = None, *, budget_ms: int = 3_000, **changes: Any
) -> ProviderRequest:
    """A request to the connector with this specification."""
    fields: dict[str, Any] = {
        "bank_id": "north",
        "provider": a_provider(),
        "connector": a_connector(specification=specification or a_small_specification()),
        "subject": a_subject(),
        "purpose": "loan_application",
        "request_no": "req-0001",
        "asked_at": NOON,
        "asked_on": TODAY,
        "budget_ms": budget_ms,
    }
    return ProviderRequest(**(fields | changes))


def calls_to(stub: StubProvider, **keys: bytes | Sequence[bytes]) -> HttpProviderCalls:
    """Provider calls whose sandbox is the stub."""
    return HttpProviderCalls(InMemoryProviderKeys(**keys), sandbox_base=stub.url)


VERIFY = {
    "step": "verify",
    "algorithm": "hmac-sha256",
    "key": "mac",
    "over": ["path", "timestamp", "nonce", "body"],
    "from": "X-Signature",
}


def later(mode: str) -> dict[str, Any]:
    """A specification whose answer comes later: as a file, or by a signed callback."""
    made = a_small_specification()
    made["mode"] = mode
    made["response"]["job_id"] = "jobNo"
    made["response"]["codes"].insert(0, {"code": "1000", "meaning": "pending", "charge": "free"})
    if mode == "file":
        made["file"] = {"url": "{base}/files/{job_id}", "not_ready_status": 404}
    else:
        made["security"] = {"callback": [VERIFY]}
    return made
