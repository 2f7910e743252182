"""Identifiers: opaque, sortable by creation, safe in URLs, keys and logs."""

from __future__ import annotations

import hashlib
import re

from ulid import ULID

_PREFIX = re.compile(r"[a-z][a-z0-9]{0,15}")


def new_id(prefix: str) -> str:
    """Make a fresh id: a prefix that names the thing and a lower-case ULID.

    >>> new_id("app")  # doctest: +SKIP
    'app-01k3zq7v9c8m2n4p6r8t0w2y4z'
    """
    return f"{_checked(prefix)}-{str(ULID()).lower()}"


def derived_id(prefix: str, *parts: str) -> str:
    """Make the id that belongs to these parts: the same parts always give the same id.

    Use it where an effect can happen twice and the second must find the first.

    >>> derived_id("dis", "north", "app-1") == derived_id("dis", "north", "app-1")
    True
    """
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return f"{_checked(prefix)}-{digest.hexdigest()[:32]}"


def _checked(prefix: str) -> str:
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"an id prefix is up to 16 lower-case letters and digits, not {prefix!r}")
    return prefix
