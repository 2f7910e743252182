"""RSA keys from PEM, parsed once for each process."""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from extdata.domain.errors import KeyUnavailable

MIN_BITS = 2048


@lru_cache(maxsize=64)
def private_key(pem: bytes) -> RSAPrivateKey:
    """A private key of at least 2,048 bits in PKCS#8 PEM, or KeyUnavailable."""
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnavailable("not a private key in PEM", rule="key.rsa_private") from error
    if not isinstance(key, RSAPrivateKey) or key.key_size < MIN_BITS:
        raise KeyUnavailable("not an RSA private key of 2,048 bits", rule="key.rsa_private")
    return key


@lru_cache(maxsize=64)
def public_key(pem: bytes) -> RSAPublicKey:
    """A public key of at least 2,048 bits in SubjectPublicKeyInfo PEM, or KeyUnavailable."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnavailable("not a public key in PEM", rule="key.rsa_public") from error
    if not isinstance(key, RSAPublicKey) or key.key_size < MIN_BITS:
        raise KeyUnavailable("not an RSA public key of 2,048 bits", rule="key.rsa_public")
    return key
