"""Encrypts single fields of rows, so that a ciphertext is worthless anywhere but in its place.

    cipher = FieldCipher(kms, key_id)
    aad = field_aad(table, pk, sk, "phone")
    text = cipher.encrypt("13800138000", aad, bank_id="north")   # "e1.north/2026-08.….…"
    cipher.decrypt(text, aad)                                    # "13800138000"

In a row, `BaseRow.encrypt_field` and `decrypt_field` build the aad from the row's own keys.
The key is a KMS data key, one per bank and month and process; its wrapped form travels in every
ciphertext, so months and rotations need no bookkeeping. The header (version, algorithm, bank,
month) is authenticated with the aad, so nobody can relabel a ciphertext.
"""

from __future__ import annotations

import base64
import os
import re
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from puhui.clock import Clock, SystemClock
from puhui.data_keys import DataKey, DataKeys, SealBroken
from puhui.strict_json import dumps

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

CIPHERTEXT = re.compile(r"e1\.([a-z][a-z0-9-]{1,31})/(\d{4}-\d{2})\.([\w-]+)\.([\w-]+)")
"""What a ciphertext looks like: version.bank/month.wrapped key.nonce and data."""

NONCE_BYTES = 12
SHARED = "shared"
_BANK_KEY = re.compile(r"BANK#([a-z][a-z0-9-]{1,31})(?![a-z0-9-])")
_VERSION = "e1"
_ALGORITHM = "A256GCM"


def field_aad(table: str, pk: str, sk: str, field: str) -> str:
    """Name one field of one row unambiguously; a ciphertext opens only with its own name."""
    return dumps([table, pk, sk, field])


class FieldCipher:
    """Encrypts and decrypts field values under KMS data keys."""

    def __init__(self, kms_client: KMSClient, key_id: str, clock: Clock | None = None) -> None:
        """Use a KMS key; the clock decides the month of the data key."""
        self._keys = DataKeys(kms_client, key_id)
        self._clock = clock or SystemClock()
        self._current: dict[str, tuple[str, DataKey]] = {}

    def encrypt(self, plaintext: str, aad: str, *, bank_id: str | None = None) -> str:
        """Encrypt under the bank's key of this month; calls KMS once per bank and month.

        Without `bank_id` the bank is read from a key like `BANK#north#…` in the aad.
        """
        bank_id = bank_id or _bank_in(aad)
        month = self._clock.now().strftime("%Y-%m")
        key = self._key_of(bank_id, month)
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(key.plaintext).encrypt(
            nonce, plaintext.encode(), _authenticated(bank_id, month, aad)
        )
        return f"{_VERSION}.{bank_id}/{month}.{_text(key.wrapped)}.{_text(nonce + sealed)}"

    def decrypt(self, ciphertext: str, aad: str) -> str:
        """Open a ciphertext in its place, or raise `SealBroken`."""
        match = CIPHERTEXT.fullmatch(ciphertext)
        if match is None:
            raise SealBroken("not a ciphertext")
        bank_id, month, wrapped, data = match.groups()
        raw = _bytes(data)
        key = self._keys.open(_bytes(wrapped), _context(bank_id, month))
        try:
            return (
                AESGCM(key)
                .decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _authenticated(bank_id, month, aad))
                .decode()
            )
        except (InvalidTag, ValueError):
            raise SealBroken("the ciphertext does not belong to this field") from None

    def _key_of(self, bank_id: str, month: str) -> DataKey:
        known = self._current.get(bank_id)
        if known is not None and known[0] == month:
            return known[1]
        key = self._keys.generate(_context(bank_id, month))
        self._current[bank_id] = (month, key)
        return key


def _bank_in(aad: str) -> str:
    """Find the bank in the row's key; data of no bank is under the platform's shared key."""
    found = _BANK_KEY.search(aad)
    return found.group(1) if found else SHARED


def _context(bank_id: str, month: str) -> dict[str, str]:
    return {"purpose": "field", "bank_id": bank_id, "month": month}


def _authenticated(bank_id: str, month: str, aad: str) -> bytes:
    return dumps([_VERSION, _ALGORITHM, bank_id, month, aad]).encode()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise SealBroken("not a ciphertext") from None
