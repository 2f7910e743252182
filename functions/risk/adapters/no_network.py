"""A room without a network: while it is entered, whoever makes a socket or a look-up is stopped.

Python's audit events tell of every socket, also of those that C code makes through `_socket`. A
hook cannot be taken away again, so it is set once and is silent outside the room.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

EVENT: Final = "socket."


class NetworkUsed(RuntimeError):
    """Something wanted the network while a decision was computed again."""


class _Room:
    """Who is inside: a number, so that rooms may be entered inside each other."""

    def __init__(self) -> None:
        self.inside = 0
        self.lock = threading.Lock()
        self.guarded = False


_room = _Room()


@contextmanager
def no_network() -> Iterator[None]:
    """Refuse sockets of every thread of this process until it is left."""
    with _room.lock:
        if not _room.guarded:
            sys.addaudithook(_refuse)
            _room.guarded = True
        _room.inside += 1
    try:
        yield
    finally:
        with _room.lock:
            _room.inside -= 1


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if _room.inside and event.startswith(EVENT):
        raise NetworkUsed(f"{event} while a decision is replayed")
