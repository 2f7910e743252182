"""The line between the moto process and the supervisor: framed messages on a Unix socket.

Two kinds of connections: one carries news (a queue or a stream has something new), the others
carry one invocation at a time and are kept for the next.
"""

from __future__ import annotations

import contextlib
import json
import queue
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from infra.local.errors import UnknownFunction

HEADER = struct.Struct(">II")
Frame = tuple[dict[str, Any], bytes]


def write_frame(stream: socket.socket, head: Mapping[str, Any], body: bytes = b"") -> None:
    """Send one message: a small JSON head and an opaque body."""
    encoded = json.dumps(head).encode()
    stream.sendall(HEADER.pack(len(encoded), len(body)) + encoded + body)


def read_frame(reader: BinaryIO) -> Frame | None:
    """Receive one message, or None at the end of the connection."""
    prefix = reader.read(HEADER.size)
    if len(prefix) < HEADER.size:
        return None
    head_length, body_length = HEADER.unpack(prefix)
    head = json.loads(reader.read(head_length))
    return head, reader.read(body_length) if body_length else b""


class SupervisorClient:
    """The moto process' end: implements what the shims need from outside."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._idle: list[tuple[socket.socket, BinaryIO]] = []
        self._lock = threading.Lock()
        self._news: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        threading.Thread(target=self._tell, name="news", daemon=True).start()

    def invoke(self, function: str, payload: bytes) -> tuple[bytes, str | None]:
        """Run a function now and wait for its answer."""
        head, body = self._ask({"kind": "invoke", "function": function}, payload)
        if head.get("unknown"):
            raise UnknownFunction(function)
        return body, head.get("error")

    def invoke_later(self, function: str, payload: bytes) -> None:
        """Hand an asynchronous invocation over."""
        head, _ = self._ask({"kind": "invoke_later", "function": function}, payload)
        if head.get("unknown"):
            raise UnknownFunction(function)

    def notify(self, kind: str, name: str) -> None:
        """Tell that a queue or a stream has something new; nobody answers.

        The caller holds moto's interpreter lock: it must not wait for a socket.
        """
        self._news.put((kind, name))

    def _tell(self) -> None:
        stream = self._connect()[0]
        with contextlib.suppress(OSError):
            while True:
                news = {self._news.get()}
                with contextlib.suppress(queue.Empty):
                    while True:
                        news.add(self._news.get_nowait())
                for kind, name in sorted(news):
                    write_frame(stream, {"kind": kind, "name": name})

    def _ask(self, head: Mapping[str, Any], body: bytes) -> Frame:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        stream, reader = connection or self._connect()
        write_frame(stream, head, body)
        answer = read_frame(reader)
        if answer is None:
            raise ConnectionError("the supervisor of the local cloud is gone")
        with self._lock:
            self._idle.append((stream, reader))
        return answer

    def _connect(self) -> tuple[socket.socket, BinaryIO]:
        stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        stream.connect(self._path)
        return stream, stream.makefile("rb")


class SupervisorServer:
    """The supervisor's end: a thread per connection, because an invocation blocks."""

    def __init__(self, path: Path, answer: Callable[[dict[str, Any], bytes], Frame | None]) -> None:
        self._answer = answer
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen(512)
        self.path = path
        threading.Thread(target=self._accept, name="link", daemon=True).start()

    def close(self) -> None:
        """Stop accepting; open connections end with the moto process."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.path.unlink(missing_ok=True)

    def _accept(self) -> None:
        while True:
            try:
                stream, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(stream,), daemon=True).start()

    def _serve(self, stream: socket.socket) -> None:
        with stream, stream.makefile("rb") as reader, contextlib.suppress(OSError):
            while (frame := read_frame(reader)) is not None:
                answer = self._answer(*frame)
                if answer is not None:
                    write_frame(stream, *answer)
