"""Requests between the bank's systems, signed: both sides share one secret.

    signer = HmacSigner(secret, clock)
    headers = signer("POST", "/rail/payments", body)        # X-Puhui-Timestamp, X-Puhui-Signature
    verify_signature(secret, method, path, body, headers, now=clock.now())

The signature covers timestamp, method, path and body; a request older or newer than five minutes
is refused, so that a captured one soon is worthless.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from puhui.clock import Clock, utc_from_text, utc_text
from puhui.errors import Unauthenticated
from puhui.secrets import secret_key

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

TIMESTAMP_HEADER = "X-Puhui-Timestamp"
SIGNATURE_HEADER = "X-Puhui-Signature"
WINDOW = timedelta(minutes=5)
"""How far a request's timestamp may be from the receiver's clock."""


class SignatureRefused(Unauthenticated):
    """The request is not signed with the shared secret, or its time is out of the window."""


class HmacSigner:
    """Signs requests; callable as `signer(method, path, body) -> headers`."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        """Use a shared secret."""
        self._secret = secret
        self._clock = clock

    @classmethod
    def from_secret(cls, client: SecretsManagerClient, arn: str, clock: Clock) -> HmacSigner:
        """Read the shared secret from Secrets Manager, once."""
        return cls(secret_key(client, arn), clock)

    def __call__(self, method: str, path: str, body: bytes) -> dict[str, str]:
        """Sign one request as of now."""
        timestamp = utc_text(self._clock.now())
        return {
            TIMESTAMP_HEADER: timestamp,
            SIGNATURE_HEADER: _signature(self._secret, timestamp, method, path, body),
        }


def verify_signature(
    secret: bytes, request: tuple[str, str, bytes], headers: Mapping[str, str], now: datetime
) -> None:
    """Check a request (method, path, body) against its headers, in constant time.

    Raises `SignatureRefused`; header names are compared without regard to case.
    """
    given = {name.lower(): value for name, value in headers.items()}
    timestamp = given.get(TIMESTAMP_HEADER.lower(), "")
    signature = given.get(SIGNATURE_HEADER.lower(), "")
    expected = _signature(secret, timestamp, *request)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise SignatureRefused("the signature does not match", rule="signature.match")
    try:
        signed_at = utc_from_text(timestamp)
    except ValueError:
        raise SignatureRefused("the timestamp is not readable", rule="signature.time") from None
    if abs(now - signed_at) > WINDOW:
        raise SignatureRefused("the timestamp is out of the window", rule="signature.window")


def _signature(secret: bytes, timestamp: str, method: str, path: str, body: bytes) -> str:
    digest = hashlib.sha256(body).hexdigest()
    text = "\n".join((timestamp, method.upper(), path, digest))
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
