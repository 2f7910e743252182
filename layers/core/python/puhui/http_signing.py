"""Signed HTTP between us and the bank's own systems: HMAC-SHA256 over what a request says.

X-Puhui-Timestamp: 1785722400
X-Puhui-Signature: hex HMAC-SHA256(key, timestamp \\n method \\n path \\n sha256(body))

sign = HmacSigner(key, clock)
headers = sign("POST", "/sandbox/rail/payments", body)
verify_signature(key, headers, "POST", path, body, now=clock.now())     # raises Unauthenticated
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from puhui.clock import Clock
from puhui.errors import Unauthenticated
from puhui.secrets import secret_key

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

SIGNATURE_HEADER = "X-Puhui-Signature"
TIMESTAMP_HEADER = "X-Puhui-Timestamp"
WINDOW_SECONDS = 300
MIN_KEY_BYTES = 32


class HmacSigner:
    """Makes the two headers of a request."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        """Keep the shared key."""
        if len(key) < MIN_KEY_BYTES:
            raise ValueError(f"a signing key has at least {MIN_KEY_BYTES} bytes")
        self._key = key
        self._clock = clock

    @classmethod
    def from_secret(cls, client: SecretsManagerClient, secret_id: str, clock: Clock) -> HmacSigner:
        """Read the shared key from Secrets Manager."""
        return cls(secret_key(client, secret_id), clock)

    def __call__(self, method: str, path: str, body: bytes) -> dict[str, str]:
        """Sign a request; `path` is the full path as sent, without a query."""
        timestamp = str(int(self._clock.now().timestamp()))
        signature = _signature(self._key, timestamp, method, path, body)
        return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: signature}


def verify_signature(
    key: bytes, headers: Mapping[str, str], method: str, path: str, body: bytes, *, now: datetime
) -> None:
    """Check a signed request in constant time; older or newer than five minutes is refused."""
    lowered = {name.lower(): value for name, value in headers.items()}
    timestamp = lowered.get(TIMESTAMP_HEADER.lower(), "")
    given = lowered.get(SIGNATURE_HEADER.lower(), "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Unauthenticated("the request is not signed", rule="signature.timestamp")
    if abs(now.timestamp() - int(timestamp)) > WINDOW_SECONDS:
        raise Unauthenticated("the signature is too old", rule="signature.window")
    expected = _signature(key, timestamp, method, path, body)
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise Unauthenticated("the signature does not fit the request", rule="signature.value")


def _signature(key: bytes, timestamp: str, method: str, path: str, body: bytes) -> str:
    text = "\n".join((timestamp, method.upper(), path, hashlib.sha256(body).hexdigest()))
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()
