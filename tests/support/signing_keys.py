"""RSA keys made once per process: each costs 0.2 s, and every signature asks for a fresh one."""

from __future__ import annotations

from functools import cache
from itertools import cycle

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from signing.adapters import event_certificates, secret_bank_seals
from signing.adapters.event_certificates import fresh_key

KEYS = 6
"""More than one contract takes, so that no two of its signatures share a key."""


def use_known_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let signatures and seals take these keys in turn."""
    keys = cycle(_keys())
    for module in (event_certificates, secret_bank_seals):
        monkeypatch.setattr(module, "fresh_key", lambda: next(keys))


@cache
def _keys() -> tuple[RSAPrivateKey, ...]:
    return tuple(fresh_key() for _ in range(KEYS))
