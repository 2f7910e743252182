"""KMS data keys: made for a named context, wrapped beside what they encrypt, cached when opened.

Everything that encrypts here (field ciphers, seals) asks KMS for a key once and then works
locally with AES-256-GCM. The context is KMS's encryption context: a wrapped key only opens with
the same context, so a key of one bank never opens another bank's data.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from puhui.aws import error_code
from puhui.errors import PuhuiError, UpstreamUnavailable
from puhui.strict_json import dumps

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

MAX_CACHED_KEYS = 256
"""Opened keys kept in memory; a warm function meets a few banks and months."""

_BROKEN = {"InvalidCiphertextException", "IncorrectKeyException", "ValidationException"}
_REVOKED = {
    "AccessDeniedException",
    "DisabledException",
    "KMSInvalidStateException",
    "NotFoundException",
    "InvalidKeyUsageException",
}


class SealBroken(PuhuiError):
    """Encrypted data does not belong here, was changed, or was made for another context."""

    code = "seal_broken"


class KeyUnavailable(PuhuiError):
    """The key was disabled, deleted or withdrawn from us; nothing under it can be read."""

    code = "key_unavailable"


@dataclass(frozen=True)
class DataKey:
    """A 256-bit key and its form wrapped by KMS, which may be stored anywhere."""

    plaintext: bytes
    wrapped: bytes

    def __repr__(self) -> str:
        """Show nothing of the key."""
        return "DataKey(…)"


class DataKeys:
    """Makes and opens data keys under one KMS key."""

    def __init__(self, kms_client: KMSClient, key_id: str) -> None:
        """Use a KMS key by its id, ARN or alias."""
        self._kms = kms_client
        self._key_id = key_id
        self._opened: OrderedDict[tuple[bytes, str], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def generate(self, context: Mapping[str, str]) -> DataKey:
        """Make a fresh key for a context: one KMS call."""
        with _kms_errors():
            answer = self._kms.generate_data_key(
                KeyId=self._key_id, KeySpec="AES_256", EncryptionContext=dict(context)
            )
        key = DataKey(answer["Plaintext"], answer["CiphertextBlob"])
        self._remember(key.wrapped, context, key.plaintext)
        return key

    def open(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """Open a wrapped key: one KMS call, then from memory."""
        known = self._opened.get((wrapped, dumps(dict(context))))
        if known is not None:
            return known
        with _kms_errors():
            answer = self._kms.decrypt(
                KeyId=self._key_id, CiphertextBlob=wrapped, EncryptionContext=dict(context)
            )
        self._remember(wrapped, context, answer["Plaintext"])
        return answer["Plaintext"]

    def forget(self) -> None:
        """Drop all opened keys, so that a key revoked meanwhile is noticed."""
        with self._lock:
            self._opened.clear()

    def _remember(self, wrapped: bytes, context: Mapping[str, str], plaintext: bytes) -> None:
        with self._lock:
            self._opened[(wrapped, dumps(dict(context)))] = plaintext
            while len(self._opened) > MAX_CACHED_KEYS:
                self._opened.popitem(last=False)


@contextmanager
def _kms_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error_code(error)
        if code in _BROKEN:
            raise SealBroken() from error
        if code in _REVOKED:
            raise KeyUnavailable() from error
        raise UpstreamUnavailable("the key service refused") from error
    except BotoCoreError as error:
        raise UpstreamUnavailable("the key service does not answer") from error
