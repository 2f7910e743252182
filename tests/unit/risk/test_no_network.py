"""A replay happens in a room without a network; outside of it there is one again."""

from __future__ import annotations

import _socket
import socket
from typing import Any

import pytest

from risk.adapters.no_network import NetworkUsed, no_network
from risk.usecases import compute_decision
from tests.support.risk import (
    a_document,
    a_healthy_firm,
)
from tests.support.risk_archive import archived, replayed

HEALTHY = a_document(a_healthy_firm())


@pytest.mark.parametrize(
    "use",
    [
        lambda: socket.socket(),
        lambda: _socket.socket(),
        lambda: socket.socketpair(),
        lambda: socket.getaddrinfo("localhost", 80),
        lambda: socket.create_connection(("127.0.0.1", 9)),
    ],
)
def test_there_is_no_network_in_the_room(use: Any) -> None:
    with no_network(), pytest.raises(NetworkUsed):
        use()


def test_outside_the_room_there_is_a_network_again() -> None:
    with no_network(), no_network():
        pass

    one, other = socket.socketpair()
    one.close()
    other.close()


def test_the_recomputation_happens_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    archive, (decision,) = archived([HEALTHY])
    right = compute_decision.evaluate

    def calling_home(*arguments: Any, **named: Any) -> Any:
        socket.socket()
        return right(*arguments, **named)

    monkeypatch.setattr(compute_decision, "evaluate", calling_home)

    with pytest.raises(NetworkUsed):
        replayed(archive, decision)
