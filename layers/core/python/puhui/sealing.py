"""Personal data travels sealed between modules: in events, state-machine payloads and queues.

    sealer = Sealer(kms, key_arn)
    context = {"bank_id": bank, "application_id": application_id}
    sealed = sealer.seal(party.model_dump(mode="json"), context)      # text, safe to store
    party = Party.model_validate(sealer.open(sealed, context))

A seal opens only with the context that it was made for: a sealed party moved to another
application raises `SealBroken`.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from puhui.data_keys import DataKeys, SealBroken
from puhui.field_cipher import NONCE_BYTES
from puhui.strict_json import dumps, loads

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

REQUIRED_CONTEXT = frozenset({"bank_id", "application_id"})
_HEADER = b"s1"
_LENGTH_BYTES = 2


class Sealer:
    """Seals and opens JSON objects under the platform's exchange key."""

    def __init__(self, kms_client: KMSClient, key_arn: str) -> None:
        """Use the exchange key; sealing and opening each need one KMS call."""
        self._keys = DataKeys(kms_client, key_arn)

    def seal(self, data: dict[str, Any], context: Mapping[str, str]) -> str:
        """Encrypt an object for one context; the text is base64."""
        bound = _checked(context)
        key = self._keys.generate(bound)
        nonce = os.urandom(NONCE_BYTES)
        header = _HEADER + len(key.wrapped).to_bytes(_LENGTH_BYTES, "big") + key.wrapped
        sealed = AESGCM(key.plaintext).encrypt(nonce, dumps(data).encode(), _aad(header, bound))
        return base64.b64encode(header + nonce + sealed).decode()

    def open(self, sealed: str, context: Mapping[str, str]) -> dict[str, Any]:
        """Decrypt a seal with the context that it was made for, or raise `SealBroken`."""
        bound = _checked(context)
        header, wrapped, nonce, data = _parts(sealed)
        key = self._keys.open(wrapped, bound)
        try:
            plaintext = AESGCM(key).decrypt(nonce, data, _aad(header, bound))
        except (InvalidTag, ValueError):
            raise SealBroken("the seal was changed") from None
        opened: dict[str, Any] = loads(plaintext)
        return opened


def _checked(context: Mapping[str, str]) -> dict[str, str]:
    missing = sorted(REQUIRED_CONTEXT - {key for key, value in context.items() if value})
    if missing:
        raise ValueError(f"a seal's context names {', '.join(missing)}")
    return {"purpose": "seal", **context}


def _aad(header: bytes, context: Mapping[str, str]) -> bytes:
    return header + dumps(dict(context)).encode()


def _parts(sealed: str) -> tuple[bytes, bytes, bytes, bytes]:
    """Cut a seal into header, wrapped key, nonce and data."""
    try:
        raw = base64.b64decode(sealed, validate=True)
    except ValueError:
        raise SealBroken("not a seal") from None
    start = len(_HEADER) + _LENGTH_BYTES
    if raw[: len(_HEADER)] != _HEADER or len(raw) < start:
        raise SealBroken("not a seal")
    end = start + int.from_bytes(raw[len(_HEADER) : start], "big")
    if len(raw) < end + NONCE_BYTES:
        raise SealBroken("not a seal")
    return raw[:end], raw[start:end], raw[end : end + NONCE_BYTES], raw[end + NONCE_BYTES :]
