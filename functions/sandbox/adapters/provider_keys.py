"""Keys of the simulated providers: both sides of each, made when a provider is first asked.

Symmetric and SM2 keys follow from the seed; RSA keys are fresh at every start. Symmetric keys are
raw bytes, RSA keys PEM, SM2 keys raw: 32 bytes private, 64 bytes public (what GmSSL takes).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from threading import Lock
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.adapters.provider_crypto import Key
from sandbox.domain.providers.profile import KeySpec, Profile

VERSION = "v1"
RSA_BITS = 2048
KEY_BYTES = {"hmac": 32, "aes": 32, "sm4": 16}

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
A = P - 3
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
"""The curve of GB/T 32918.5: GmSSL draws keys at random only, ours follow from the seed."""


@dataclass(frozen=True)
class KeyPair:
    """One named key of the onboarding kit: what the bank gets and what the provider keeps."""

    bank: Key
    provider: Key


class ProviderKeys:
    """Every provider's keys by name."""

    def __init__(self, seed: str) -> None:
        """Nothing is made before it is needed."""
        self._seed = seed
        self._pairs: dict[str, dict[str, KeyPair]] = {}
        self._lock = Lock()

    def of(self, profile: Profile) -> dict[str, KeyPair]:
        """Both sides of a provider's keys."""
        pairs = self._pairs.get(profile.provider_id)
        if pairs is None:
            with self._lock:
                pairs = self._pairs.get(profile.provider_id) or {
                    spec.name: self._pair(profile, spec) for spec in profile.keys
                }
                self._pairs[profile.provider_id] = pairs
        return pairs

    def onboarding_kit(self, profile: Profile) -> dict[str, Any]:
        """What the provider hands to the bank when they sign the contract."""
        return {
            name: {
                "version": VERSION,
                "kind": pair.bank.kind,
                "material": base64.b64encode(pair.bank.material).decode(),
            }
            for name, pair in self.of(profile).items()
        }

    def _pair(self, profile: Profile, spec: KeySpec) -> KeyPair:
        label = f"{profile.provider_id}|{spec.name}"
        if spec.kind in KEY_BYTES:
            key = Key(spec.kind, self._derived(label)[: KEY_BYTES[spec.kind]])
            return KeyPair(bank=key, provider=key)
        algorithm, _, bank_side = spec.kind.partition("_")
        private, public = self._sm2(label) if algorithm == "sm2" else _rsa()
        if bank_side == "private":
            return KeyPair(bank=private, provider=public)
        return KeyPair(bank=public, provider=private)

    def _sm2(self, label: str) -> tuple[Key, Key]:
        scalar = int.from_bytes(self._derived(label), "big") % (N - 2) + 1
        x, y = _times_g(scalar)
        public = x.to_bytes(32, "big") + y.to_bytes(32, "big")
        private = Key("sm2_private", scalar.to_bytes(32, "big"), public)
        return private, Key("sm2_public", public)

    def _derived(self, label: str) -> bytes:
        return hmac.digest(f"sandbox|{self._seed}".encode(), label.encode(), hashlib.sha256)


def _rsa() -> tuple[Key, Key]:
    private = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    private_pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public_pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return Key("rsa_private", private_pem), Key("rsa_public", public_pem)


def _times_g(scalar: int) -> tuple[int, int]:
    """The public point of a private number, by doubling and adding."""
    result: tuple[int, int] | None = None
    addend = G
    while scalar:
        if scalar & 1:
            result = addend if result is None else _add(result, addend)
        addend = _add(addend, addend)
        scalar >>= 1
    if result is None:
        raise ValueError("a private number is positive")
    return result


def _add(left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
    """Add two points that are not each other's opposites: multiples below the order never are."""
    if left == right:
        slope = (3 * left[0] ** 2 + A) * pow(2 * left[1], -1, P)
    else:
        slope = (right[1] - left[1]) * pow(right[0] - left[0], -1, P)
    x = (slope * slope - left[0] - right[0]) % P
    return x, (slope * (left[0] - x) - left[1]) % P
