"""SM2 key material as providers hand it out: raw numbers, since the library reads nothing else."""

from __future__ import annotations

from functools import lru_cache

from gmssl_pyx import GmsslInnerError, normalize_sm2_public_key

from extdata.domain.errors import KeyUnavailable

# The recommended curve of GB/T 32918.5-2017.
_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = _P - 3
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
PRIVATE_BYTES = 32
PUBLIC_BYTES = (33, 64, 65)
"""Compressed, bare, and with the leading 04."""

Point = tuple[int, int] | None


def private_key(material: bytes) -> bytes:
    """The 32 bytes of a private key; anything else raises KeyUnavailable."""
    if len(material) != PRIVATE_BYTES or not 0 < int.from_bytes(material, "big") < _N - 1:
        raise KeyUnavailable("not a raw SM2 private key of 32 bytes", rule="key.sm2_private")
    return material


def public_key(material: bytes) -> bytes:
    """The 64 bytes (x, y) of a public key; anything else raises KeyUnavailable."""
    if len(material) not in PUBLIC_BYTES:
        raise KeyUnavailable("not a raw SM2 public key", rule="key.sm2_public")
    try:
        key: bytes = normalize_sm2_public_key(material)
    except GmsslInnerError as error:
        raise KeyUnavailable("not a point of the SM2 curve", rule="key.sm2_public") from error
    return key


@lru_cache(maxsize=64)
def public_of(private: bytes) -> bytes:
    """The public key of a private one; the signature's digest covers it.

    About 15 ms in Python, once for each key of a process.
    """
    scalar = int.from_bytes(private, "big")
    total: Point = None
    addend: Point = _G
    while scalar:
        if scalar & 1:
            total = _add(total, addend)
        addend = _add(addend, addend)
        scalar >>= 1
    if total is None:
        raise KeyUnavailable("not an SM2 private key", rule="key.sm2_private")
    return total[0].to_bytes(32, "big") + total[1].to_bytes(32, "big")


def _add(left: Point, right: Point) -> Point:
    if left is None or right is None:
        return left or right
    if left[0] == right[0]:
        if (left[1] + right[1]) % _P == 0:
            return None
        slope = (3 * left[0] * left[0] + _A) * pow(2 * left[1], -1, _P) % _P
    else:
        slope = (right[1] - left[1]) * pow(right[0] - left[0], -1, _P) % _P
    x = (slope * slope - left[0] - right[0]) % _P
    return x, (slope * (left[0] - x) - left[1]) % _P
