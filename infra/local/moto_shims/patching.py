"""Replaces attributes of moto and remembers the originals, so that a test can put them back."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

_ORIGINALS: list[tuple[Any, str, Any]] = []


def replace(owner: Any, name: str, replacement: Any) -> Any:
    """Replace one attribute and return what was there."""
    original = owner.__dict__[name]
    _ORIGINALS.append((owner, name, original))
    setattr(owner, name, replacement)
    return original


def anything_replaced() -> bool:
    """True between the first replacement and `restore_all`."""
    return bool(_ORIGINALS)


def restore_all() -> None:
    """Put back everything that was replaced, last first."""
    while _ORIGINALS:
        owner, name, original = _ORIGINALS.pop()
        setattr(owner, name, original)


def locked_cache(function: Callable[..., Any]) -> Callable[..., Any]:
    """A cache whose function runs once per key even when many threads ask at once."""
    cached, lock = functools.cache(function), threading.Lock()

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with lock:
            return cached(*args, **kwargs)

    return call
