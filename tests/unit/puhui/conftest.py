"""The kernel's unit tests open no socket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_socket import disable_socket, enable_socket


@pytest.fixture(autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection, loopback included."""
    disable_socket()
    yield
    enable_socket()
