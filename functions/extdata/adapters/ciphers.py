"""How a body is encrypted and opened, by the names that connectors use.

Layouts: aes-256-gcm and sm4-gcm are nonce12 ‖ ciphertext ‖ tag16; sm4-cbc is iv16 ‖ ciphertext
with PKCS#7 padding. The hybrids wrap a fresh key for every message: RSA-OAEP with SHA-256 (MGF1
too), or SM2 (C1C3C2 in DER).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import gmssl_pyx
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from extdata.adapters import rsa_keys, sm2_keys
from extdata.domain.errors import KeyUnavailable

AES_BYTES = 32
SM4_BYTES = 16
GCM_NONCE_BYTES = 12
GCM_TAG_BYTES = 16
CBC_IV_BYTES = 16

Sealed = tuple[bytes, bytes | None]
"""The encrypted body and, of a hybrid, the wrapped key."""


class NotOpened(Exception):
    """The bytes do not open with this key."""


@dataclass(frozen=True, slots=True)
class Cipher:
    """One way to encrypt: `seal(key, plain)` and `open(key, data, wrapped)`."""

    seal: Callable[[bytes, bytes], Sealed]
    open: Callable[[bytes, bytes, bytes | None], bytes]


def _aes_seal(key: bytes, plain: bytes) -> bytes:
    nonce = secrets.token_bytes(GCM_NONCE_BYTES)
    return nonce + AESGCM(_sized(key, AES_BYTES)).encrypt(nonce, plain, None)


def _aes_open(key: bytes, data: bytes) -> bytes:
    if len(data) < GCM_NONCE_BYTES + GCM_TAG_BYTES:
        raise NotOpened
    try:
        return AESGCM(_sized(key, AES_BYTES)).decrypt(
            data[:GCM_NONCE_BYTES], data[GCM_NONCE_BYTES:], None
        )
    except InvalidTag as error:
        raise NotOpened from error


def _sm4_gcm_seal(key: bytes, plain: bytes) -> bytes:
    nonce = secrets.token_bytes(GCM_NONCE_BYTES)
    sealed, tag = gmssl_pyx.sm4_gcm_encrypt(_sized(key, SM4_BYTES), nonce, b"", plain)
    return nonce + bytes(sealed) + bytes(tag)


def _sm4_gcm_open(key: bytes, data: bytes) -> bytes:
    if len(data) < GCM_NONCE_BYTES + GCM_TAG_BYTES:
        raise NotOpened
    with _library_errors():
        plain: bytes = gmssl_pyx.sm4_gcm_decrypt(
            _sized(key, SM4_BYTES),
            data[:GCM_NONCE_BYTES],
            b"",
            data[GCM_NONCE_BYTES:-GCM_TAG_BYTES],
            data[-GCM_TAG_BYTES:],
        )
    return plain


def _sm4_cbc_seal(key: bytes, plain: bytes) -> bytes:
    iv = secrets.token_bytes(CBC_IV_BYTES)
    sealed: bytes = gmssl_pyx.sm4_cbc_padding_encrypt(_sized(key, SM4_BYTES), iv, plain)
    return iv + sealed


def _sm4_cbc_open(key: bytes, data: bytes) -> bytes:
    if len(data) < 2 * CBC_IV_BYTES or len(data) % CBC_IV_BYTES:
        raise NotOpened
    with _library_errors():
        plain: bytes = gmssl_pyx.sm4_cbc_padding_decrypt(
            _sized(key, SM4_BYTES), data[:CBC_IV_BYTES], data[CBC_IV_BYTES:]
        )
    return plain


def _rsa_seal(key: bytes, plain: bytes) -> Sealed:
    fresh = secrets.token_bytes(AES_BYTES)
    return _aes_seal(fresh, plain), rsa_keys.public_key(key).encrypt(fresh, _oaep())


def _rsa_open(key: bytes, data: bytes, wrapped: bytes | None) -> bytes:
    try:
        fresh = rsa_keys.private_key(key).decrypt(wrapped or b"", _oaep())
    except ValueError as error:
        raise NotOpened from error
    return _aes_open(_unwrapped(fresh, AES_BYTES), data)


def _sm2_seal(key: bytes, plain: bytes) -> Sealed:
    fresh = secrets.token_bytes(SM4_BYTES)
    return _sm4_gcm_seal(fresh, plain), gmssl_pyx.sm2_encrypt(sm2_keys.public_key(key), fresh)


def _sm2_open(key: bytes, data: bytes, wrapped: bytes | None) -> bytes:
    with _library_errors():
        fresh = gmssl_pyx.sm2_decrypt(sm2_keys.private_key(key), wrapped or b"")
    return _sm4_gcm_open(_unwrapped(fresh, SM4_BYTES), data)


def _symmetric(
    seal: Callable[[bytes, bytes], bytes], open_: Callable[[bytes, bytes], bytes]
) -> Cipher:
    return Cipher(
        seal=lambda key, plain: (seal(key, plain), None),
        open=lambda key, data, _wrapped: open_(key, data),
    )


CIPHERS: Mapping[str, Cipher] = {
    "aes-256-gcm": _symmetric(_aes_seal, _aes_open),
    "sm4-gcm": _symmetric(_sm4_gcm_seal, _sm4_gcm_open),
    "sm4-cbc": _symmetric(_sm4_cbc_seal, _sm4_cbc_open),
    "rsa-oaep-aes-gcm": Cipher(seal=_rsa_seal, open=_rsa_open),
    "sm2-sm4-gcm": Cipher(seal=_sm2_seal, open=_sm2_open),
}


@contextmanager
def _library_errors() -> Iterator[None]:
    """The library's own errors mean that the bytes do not open; it also prints a line to stderr."""
    try:
        yield
    except (gmssl_pyx.GmsslInnerError, ValueError) as error:
        raise NotOpened from error


def _oaep() -> OAEP:
    return OAEP(mgf=MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


def _sized(key: bytes, size: int) -> bytes:
    if len(key) != size:
        raise KeyUnavailable(f"the key needs {size} bytes", rule="key.size")
    return key


def _unwrapped(key: bytes, size: int) -> bytes:
    if len(key) != size:
        raise NotOpened
    return key
