"""Signed requests between systems: what is changed, replayed late or unsigned is refused."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from puhui.clock import UTC, FixedClock
from puhui.http_signing import HmacSigner, SignatureRefused, verify_signature

SECRET = b"shared between two systems"
NOON = datetime(2026, 8, 3, 12, 0, tzinfo=UTC)
REQUEST = ("POST", "/rail/payments", b'{"amount_fen":1}')


def signed() -> dict[str, str]:
    return HmacSigner(SECRET, FixedClock(NOON))(*REQUEST)


def test_a_signed_request_is_taken_also_with_lower_case_headers() -> None:
    headers = {name.lower(): value for name, value in signed().items()}

    verify_signature(SECRET, REQUEST, headers, NOON + timedelta(minutes=5))


@pytest.mark.parametrize(
    "request_",
    [
        ("GET", "/rail/payments", b'{"amount_fen":1}'),
        ("POST", "/rail/faults", b'{"amount_fen":1}'),
        ("POST", "/rail/payments", b'{"amount_fen":2}'),
    ],
)
def test_a_changed_request_is_refused(request_: tuple[str, str, bytes]) -> None:
    with pytest.raises(SignatureRefused):
        verify_signature(SECRET, request_, signed(), NOON)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_request_out_of_the_window_is_refused(minutes: int) -> None:
    with pytest.raises(SignatureRefused) as refused:
        verify_signature(SECRET, REQUEST, signed(), NOON + timedelta(minutes=minutes))
    assert refused.value.rule == "signature.window"


@pytest.mark.parametrize(
    ("secret", "headers"),
    [
        (b"another secret", signed()),
        (SECRET, {}),
        (SECRET, {**signed(), "X-Puhui-Timestamp": "yesterday"}),
        (SECRET, {**signed(), "X-Puhui-Signature": "é"}),
    ],
)
def test_an_unsigned_request_is_refused(secret: bytes, headers: dict[str, str]) -> None:
    with pytest.raises(SignatureRefused):
        verify_signature(secret, REQUEST, headers, NOON)
