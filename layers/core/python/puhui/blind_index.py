"""Finds a row by an encrypted value without decrypting: a keyed fingerprint of the value.

    index = BlindIndex(key)                       # 32 bytes or more, from Secrets Manager
    row.id_number_index = index.index("id_number", "11010519491231002X")

Equal values give equal fingerprints, so never index a field with few possible values (a gender, a
branch): anyone could count them. The key comes from Secrets Manager, not from KMS GenerateMac: a
lookup by phone number then costs 8 µs instead of a network call, and the key rotates by writing
both fingerprints for a while.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from typing import TYPE_CHECKING

from puhui.secrets import secret_key

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

MIN_KEY_BYTES = 32
FINGERPRINT_BYTES = 16


class BlindIndex:
    """Fingerprints values with HMAC-SHA256 under a key of their own per field."""

    def __init__(self, key: bytes) -> None:
        """Keep the master key; every field gets a subkey derived from it."""
        if len(key) < MIN_KEY_BYTES:
            raise ValueError(f"a blind-index key has at least {MIN_KEY_BYTES} bytes")
        self._key = key
        self._subkeys: dict[str, bytes] = {}

    @classmethod
    def from_secret(cls, client: SecretsManagerClient, secret_id: str) -> BlindIndex:
        """Read the key from Secrets Manager: a text secret is base64 or at least 32 characters."""
        return cls(secret_key(client, secret_id))

    def index(self, field: str, value: str) -> str:
        """Fingerprint a value: 32 hex characters, the same for every spelling of the value."""
        subkey = self._subkeys.get(field)
        if subkey is None:
            subkey = hmac.digest(self._key, b"field:" + field.encode(), hashlib.sha256)
            self._subkeys[field] = subkey
        digest = hmac.digest(subkey, normalised(value).encode(), hashlib.sha256)
        return digest[:FINGERPRINT_BYTES].hex()


def normalised(value: str) -> str:
    """Reduce spellings to one: full-width to half-width, upper case, no spaces or hyphens.

    >>> normalised(" １３８-0013 8000 ")
    '13800138000'
    """
    folded = unicodedata.normalize("NFKC", value).upper()
    return "".join(c for c in folded if not c.isspace() and c != "-")
