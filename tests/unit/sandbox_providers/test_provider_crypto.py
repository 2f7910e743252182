"""The providers' own cryptography, compared with a second library where there is one."""

from __future__ import annotations

import base64
import json

import gmssl_pyx
import pytest

from sandbox.adapters.provider_crypto import Key, SecretWrong, digest, seal, sign, unseal, verify
from sandbox.adapters.provider_keys import ProviderKeys
from sandbox.domain.providers.profiles import PROFILES

PLAIN = "普惠金融 simulated".encode() * 40
SM4_KEY, AES_KEY = Key("sm4", bytes(range(16))), Key("aes", bytes(range(32)))


def pair(provider_id: str, name: str) -> tuple[Key, Key]:
    """The bank's and the provider's side of a key."""
    keys = ProviderKeys("42").of(PROFILES[provider_id])[name]
    return keys.bank, keys.provider


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [("sm4-cbc", SM4_KEY), ("sm4-gcm", SM4_KEY), ("aes-256-gcm", AES_KEY)],
)
def test_a_sealed_body_opens_with_the_same_key(algorithm: str, key: Key) -> None:
    assert unseal(algorithm, key, seal(algorithm, key, PLAIN)) == PLAIN


@pytest.mark.parametrize(
    ("algorithm", "provider_id"),
    [("rsa-oaep-aes-gcm", "sbx-bureau"), ("sm2-sm4-gcm", "sbx-relation")],
)
def test_a_hybrid_opens_with_the_private_half_only(algorithm: str, provider_id: str) -> None:
    bank, provider = pair(provider_id, "their_encrypt")
    other = pair(provider_id, "our_decrypt")[0]

    sealed = seal(algorithm, bank, PLAIN)

    assert unseal(algorithm, provider, sealed) == PLAIN
    with pytest.raises(SecretWrong):
        unseal(algorithm, other, sealed)


@pytest.mark.parametrize("algorithm", ["sm4-cbc", "sm4-gcm", "aes-256-gcm"])
def test_a_changed_byte_does_not_open(algorithm: str) -> None:
    key = AES_KEY if algorithm == "aes-256-gcm" else SM4_KEY
    data = bytearray(base64.b64decode(json.loads(seal(algorithm, key, PLAIN))["data"]))
    data[-1] ^= 1
    changed = json.dumps({"data": base64.b64encode(data).decode()}).encode()

    with pytest.raises(SecretWrong):
        unseal(algorithm, key, changed)


def test_sm4_is_the_other_librarys_sm4() -> None:
    data = base64.b64decode(json.loads(seal("sm4-gcm", SM4_KEY, PLAIN))["data"])

    opened = gmssl_pyx.sm4_gcm_decrypt(SM4_KEY.material, data[:12], b"", data[12:-16], data[-16:])

    assert opened == PLAIN


def test_sm3_is_the_other_librarys_sm3() -> None:
    key = Key("hmac", b"k" * 32)

    assert digest("sm3", PLAIN) == gmssl_pyx.sm3_hash(PLAIN).hex()
    assert sign("sm3-hmac", key, PLAIN) == gmssl_pyx.sm3_hmac(key.material, PLAIN)


@pytest.mark.parametrize(
    ("algorithm", "provider_id"), [("sm2", "sbx-tax"), ("rsa-sha256", "sbx-agri")]
)
def test_a_signature_verifies_for_its_message_only(algorithm: str, provider_id: str) -> None:
    bank, provider = pair(provider_id, "our_sign")

    signature = sign(algorithm, bank, PLAIN)

    assert verify(algorithm, provider, PLAIN, signature)
    assert not verify(algorithm, provider, PLAIN + b".", signature)
    assert not verify(algorithm, provider, PLAIN, b"no signature")


def test_symmetric_and_sm2_keys_follow_from_the_seed() -> None:
    tax = PROFILES["sbx-tax"]

    first, second = ProviderKeys("42").onboarding_kit(tax), ProviderKeys("42").onboarding_kit(tax)

    assert first == second
    assert first != ProviderKeys("43").onboarding_kit(tax)


def test_an_sm2_public_key_is_a_point_of_the_curve() -> None:
    _, provider = pair("sbx-tax", "our_sign")

    assert gmssl_pyx.normalize_sm2_public_key(provider.material) == provider.material
