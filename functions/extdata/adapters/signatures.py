"""How bytes are signed and checked, by the names that connectors use."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import gmssl_pyx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from extdata.adapters import rsa_keys, sm2_keys

MAX_SIGNATURE_BYTES = 1_024
"""An RSA signature of 8,192 bits; nothing longer is even looked at."""


@dataclass(frozen=True, slots=True)
class Signer:
    """One way to sign: `sign(key, data)` and `verify(key, data, signature)`."""

    sign: Callable[[bytes, bytes], bytes]
    verify: Callable[[bytes, bytes, bytes], bool]


def sm3_hex(data: bytes) -> str:
    """Lower-case hex SM3."""
    digest: bytes = gmssl_pyx.sm3_hash(data)
    return digest.hex()


def sha256_hex(data: bytes) -> str:
    """Lower-case hex SHA-256."""
    return hashlib.sha256(data).hexdigest()


DIGESTS: Mapping[str, Callable[[bytes], str]] = {"sm3": sm3_hex, "sha256": sha256_hex}


def _hmac_sha256(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")


def _sm3_hmac(key: bytes, data: bytes) -> bytes:
    code: bytes = gmssl_pyx.sm3_hmac(key, data)
    return code


def _by_code(code: Callable[[bytes, bytes], bytes]) -> Signer:
    """A keyed code is checked by computing it again, compared in constant time."""
    return Signer(
        sign=code,
        verify=lambda key, data, given: hmac.compare_digest(code(key, data), given),
    )


def _rsa_sign(key: bytes, data: bytes) -> bytes:
    return rsa_keys.private_key(key).sign(data, PKCS1v15(), hashes.SHA256())


def _rsa_verify(key: bytes, data: bytes, given: bytes) -> bool:
    try:
        rsa_keys.public_key(key).verify(given, data, PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _sm2_sign(key: bytes, data: bytes) -> bytes:
    private = sm2_keys.private_key(key)
    signature: bytes = gmssl_pyx.sm2_sign(private, sm2_keys.public_of(private), data)
    return signature


def _sm2_verify(key: bytes, data: bytes, given: bytes) -> bool:
    """The library raises for what is not a DER signature and answers False for a wrong one."""
    try:
        return bool(gmssl_pyx.sm2_verify(sm2_keys.public_key(key), data, given))
    except gmssl_pyx.GmsslInnerError:
        return False


SIGNERS: Mapping[str, Signer] = {
    "hmac-sha256": _by_code(_hmac_sha256),
    "sm3-hmac": _by_code(_sm3_hmac),
    "rsa-sha256": Signer(sign=_rsa_sign, verify=_rsa_verify),
    "sm2": Signer(sign=_sm2_sign, verify=_sm2_verify),
}
