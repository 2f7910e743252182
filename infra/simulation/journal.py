"""Everything that happens, hashed as it happens: two runs with one hash lived the same lives."""

from __future__ import annotations

import hashlib
from typing import Any

from puhui.strict_json import dumps


class Journal:
    """A running SHA-256 over one line of JSON for each happening."""

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self._sha256 = hashlib.sha256()
        self.lines = 0

    def write(self, what: str, *told: Any) -> None:
        """Something happened."""
        self._sha256.update(dumps([what, *told]).encode() + b"\n")
        self.lines += 1

    def enclose(self, name: str, body: bytes) -> None:
        """A file came to be."""
        self.write("file", name, hashlib.sha256(body).hexdigest())

    @property
    def sha256(self) -> str:
        """The hash of everything so far."""
        return self._sha256.hexdigest()
