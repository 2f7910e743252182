"""A key service in memory that honours encryption contexts, and can be told to fail."""

from __future__ import annotations

import os
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError


class InMemoryKms:
    """Makes and opens data keys; counts its calls."""

    def __init__(self) -> None:
        """Start without keys."""
        self._keys: dict[bytes, tuple[str, dict[str, str], bytes]] = {}
        self.generated = 0
        self.decrypted = 0
        self.error_code: str | None = None
        self.unreachable = False

    def generate_data_key(self, **request: Any) -> dict[str, Any]:
        """Make a key for a context."""
        self._maybe_fail("GenerateDataKey")
        assert request["KeySpec"] == "AES_256"
        self.generated += 1
        plaintext, wrapped = os.urandom(32), b"wrapped-" + os.urandom(176)
        self._keys[wrapped] = (request["KeyId"], dict(request["EncryptionContext"]), plaintext)
        return {"Plaintext": plaintext, "CiphertextBlob": wrapped}

    def decrypt(self, **request: Any) -> dict[str, Any]:
        """Open a key that was made here, with its own context."""
        self._maybe_fail("Decrypt")
        self.decrypted += 1
        known = self._keys.get(request["CiphertextBlob"])
        if known is None or known[:2] != (request["KeyId"], request["EncryptionContext"]):
            raise _client_error("InvalidCiphertextException", "Decrypt")
        return {"Plaintext": known[2]}

    def _maybe_fail(self, operation: str) -> None:
        if self.unreachable:
            raise EndpointConnectionError(endpoint_url="https://kms.invalid")
        if self.error_code is not None:
            raise _client_error(self.error_code, operation)


def _client_error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)
