"""Issues tokens as an OIDC issuer would, and forges those that it never would."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from puhui.identity import Issuer, TrustedIssuers

ISSUER = "https://id.north.example"
AUDIENCE = "puhui"
JWKS_URI = "https://id.north.example/jwks.json"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key(number: int = 1, bits: int = 2048) -> rsa.RSAPrivateKey:
    """The RSA key with this number; made once."""
    assert number
    return rsa.generate_private_key(public_exponent=65_537, key_size=bits)


@cache
def ec_key(number: int = 1) -> ec.EllipticCurvePrivateKey:
    """The P-256 key with this number; made once."""
    assert number
    return ec.generate_private_key(ec.SECP256R1())


def public_pem(key: PrivateKey) -> bytes:
    """The public key as PEM, which key-confusion attacks use as an HMAC secret."""
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def jwk(kid: str, key: PrivateKey, **changes: Any) -> dict[str, Any]:
    """The public key as a JWKS entry."""
    kind = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else None
    algorithm = kind or jwt.algorithms.ECAlgorithm
    entry = json.loads(algorithm.to_jwk(key.public_key()))  # type: ignore[arg-type]
    return {**entry, "kid": kid, "use": "sig", **changes}


@dataclass
class JwksServer:
    """An issuer's key address that can rotate, fail and count."""

    keys: dict[str, PrivateKey] = field(default_factory=lambda: {"k1": rsa_key(1), "e1": ec_key(1)})
    extra: list[Any] = field(default_factory=list)
    calls: int = 0
    down: bool = False

    def __call__(self, uri: str) -> bytes:
        """Answer the key set, or fail."""
        assert uri == JWKS_URI
        self.calls += 1
        if self.down:
            raise OSError("no route to issuer")
        entries = [jwk(kid, key) for kid, key in self.keys.items()]
        return json.dumps({"keys": entries + self.extra}).encode()


def trusted(server: JwksServer) -> TrustedIssuers:
    """Trust the one issuer whose keys this server answers."""
    return TrustedIssuers([Issuer(ISSUER, AUDIENCE, JWKS_URI)], server)


def claims(now: datetime, **changes: Any) -> dict[str, Any]:
    """The claims of a good token; a change to None leaves the claim out."""
    moment = int(now.timestamp())
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "user-1",
        "iat": moment,
        "nbf": moment,
        "exp": moment + 3_600,
        "bank_id": "north",
        "roles": ["relationship_manager"],
        "branch": "n01",
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def signed(
    payload: dict[str, Any],
    *,
    kid: str | None = "k1",
    key: Any = None,
    alg: str = "RS256",
    **headers: Any,
) -> str:
    """A token signed by the library, as issuers do it."""
    extra = {**({"kid": kid} if kid is not None else {}), **headers}
    return jwt.encode(payload, key or rsa_key(1), algorithm=alg, headers=extra)


def b64(data: bytes | dict[str, Any]) -> str:
    """One part of a token."""
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
