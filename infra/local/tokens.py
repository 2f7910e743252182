"""The development token issuer: an OIDC issuer's keys and tokens, for this machine only."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

KEY_BITS = 2048
AUDIENCE = "puhui"
DEFAULT_LIFE_SECONDS = 3600
ROLES = (
    "customer",
    "relationship_manager",
    "approver",
    "underwriter",
    "risk_manager",
    "data_steward",
    "operator",
    "collector",
    "finance",
    "auditor",
    "admin",
)


class UnknownRole(ValueError):
    """Nobody has this role on the platform."""


@dataclass(frozen=True)
class TokenIssuer:
    """Signs RS256 tokens with a key that only its owner may read."""

    issuer: str
    key_file: Path

    @classmethod
    def at(cls, state_dir: Path, issuer: str) -> TokenIssuer:
        """The issuer whose key is in the state directory; made on first use, mode 0600."""
        key_file = state_dir / "oidc-signing-key.pem"
        if not key_file.exists():
            _make_key(key_file)
        return cls(issuer, key_file)

    def issue(
        self,
        role: str | Sequence[str],
        bank: str,
        *,
        branch: str | None = None,
        customer: str | None = None,
        subject: str | None = None,
        life_seconds: int = DEFAULT_LIFE_SECONDS,
    ) -> str:
        """A token for someone of this bank with these roles."""
        import jwt

        roles = [role] if isinstance(role, str) else list(role)
        unknown = sorted(set(roles) - set(ROLES))
        if unknown:
            text = f"unknown role {', '.join(unknown)}; there are {', '.join(ROLES)}"
            raise UnknownRole(text)
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": subject or customer or f"{roles[0]}-{bank}",
            "iat": now,
            "nbf": now,
            "exp": now + life_seconds,
            "jti": str(uuid.uuid4()),
            "bank_id": bank,
            "roles": roles,
        }
        if branch:
            claims["branch"] = branch
        if customer:
            claims["customer_id"] = customer
        return jwt.encode(claims, self._key(), algorithm="RS256", headers={"kid": self.key_id})

    @property
    def key_id(self) -> str:
        """The RFC 7638 thumbprint of the public key."""
        public = self._public_numbers()
        canonical = json.dumps(
            {"e": public["e"], "kty": "RSA", "n": public["n"]}, separators=(",", ":")
        )
        return _base64url(hashlib.sha256(canonical.encode()).digest())

    def jwks(self) -> dict[str, Any]:
        """The public keys, as `jwks_uri` serves them."""
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.key_id}
        return {"keys": [{**key, **self._public_numbers()}]}

    def issuers_parameter(self) -> str:
        """The value of the SSM parameter `oidc/issuers`."""
        entry = {
            "issuer": self.issuer,
            "audience": AUDIENCE,
            "jwks_uri": f"{self.issuer}/jwks.json",
        }
        return json.dumps([entry])

    def _key(self) -> RSAPrivateKey:
        return _load_key(self.key_file)

    def _public_numbers(self) -> dict[str, str]:
        numbers = self._key().public_key().public_numbers()
        return {"n": _integer(numbers.n), "e": _integer(numbers.e)}


_KEYS: dict[tuple[Path, float], Any] = {}


def _load_key(path: Path) -> RSAPrivateKey:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    version = (path, path.stat().st_mtime)
    if version not in _KEYS:
        _KEYS[version] = load_pem_private_key(path.read_bytes(), password=None)
    key: RSAPrivateKey = _KEYS[version]
    return key


def _make_key(path: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    temporary = path.with_suffix(f".{uuid.uuid4().hex}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    try:
        os.link(temporary, path)  # two processes may start at once: the first key stays
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def _integer(number: int) -> str:
    return _base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
