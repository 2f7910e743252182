"""The key file of a local archive: it wraps data keys as KMS does on AWS, without a service.

`KeyFile` has the two verbs of `puhui.data_keys.DataKeys`, so that whoever holds the file opens the
archive with nothing running, and whoever lacks it opens nothing.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infra.local.errors import LocalCloudError
from puhui.data_keys import DataKey, SealBroken
from puhui.field_cipher import NONCE_BYTES
from puhui.strict_json import dumps

KEY_BYTES: Final = 32
OWNER_ONLY: Final = 0o600
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class KeyFileUnusable(LocalCloudError):
    """The key file is absent, open to others, or no key."""


@dataclass(frozen=True)
class KeyFile:
    """A 256-bit key in a file of one person."""

    path: Path

    @classmethod
    def made(cls, path: Path) -> KeyFile:
        """The key file at a path; a new key where there is none."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        except FileExistsError:
            return cls(path)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(os.urandom(KEY_BYTES).hex() + "\n")
        return cls(path)

    def generate(self, context: Mapping[str, str]) -> DataKey:
        """Make a fresh data key that opens with the same context only."""
        plaintext, nonce = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES)
        return DataKey(plaintext, nonce + self._cipher().encrypt(nonce, plaintext, _aad(context)))

    def open(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """Open a wrapped data key, or raise `SealBroken`: another key or another context."""
        nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        try:
            return self._cipher().decrypt(nonce, sealed, _aad(context))
        except (InvalidTag, ValueError):
            raise SealBroken(f"{self.path} is not the key of this archive") from None

    def _cipher(self) -> AESGCM:
        try:
            if self.path.stat().st_mode & OTHERS:
                raise KeyFileUnusable(f"{self.path} is open to others: chmod 600 {self.path}")
            return AESGCM(bytes.fromhex(self.path.read_text(encoding="ascii").strip()))
        except FileNotFoundError as error:
            raise KeyFileUnusable(f"there is no key file {self.path}") from error
        except (OSError, ValueError) as error:
            raise KeyFileUnusable(f"{self.path} holds no key") from error


def _aad(context: Mapping[str, str]) -> bytes:
    return dumps(dict(context)).encode()
