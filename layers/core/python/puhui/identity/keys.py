"""The keys of the issuers that we trust, read from their configured JWKS address and cached.

An unknown key id makes us read again, so a rotation needs no downtime; at most once a minute, so
forged key ids cannot make us hammer the issuer. When the issuer is silent, known keys stay good
for an hour.
"""

from __future__ import annotations

import ipaddress
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.exceptions import PyJWTError

from puhui.errors import BadRequest, UpstreamUnavailable
from puhui.strict_json import loads

CACHE_SECONDS = 600
MIN_REFRESH_SECONDS = 60
MAX_STALE_SECONDS = 3_600
FETCH_TIMEOUT_SECONDS = 3
MAX_JWKS_BYTES = 64 * 1024
MAX_KEYS = 32
MIN_RSA_BITS = 2_048

_ALGORITHM_OF = {"RSA": "RS256", "EC": "ES256"}

PublicKey = RSAPublicKey | EllipticCurvePublicKey
Fetch = Callable[[str], bytes]


class KeyNotFound(LookupError):
    """The issuer has no usable key with this id."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """An OIDC issuer that we trust: its name, our audience there, where its keys are."""

    issuer: str
    audience: str
    jwks_uri: str

    def __post_init__(self) -> None:
        """Refuse an incomplete issuer and a key address that anybody could answer for."""
        if not (self.issuer and self.audience):
            raise ValueError("an issuer needs issuer and audience")
        parts = urlsplit(self.jwks_uri)
        secure = parts.scheme == "https" or (
            parts.scheme == "http" and _is_loopback(parts.hostname or "")
        )
        if not secure or not parts.hostname or parts.username or parts.password:
            raise ValueError("a jwks_uri is https (http only on loopback), without credentials")


@dataclass(frozen=True, slots=True)
class VerifiedKey:
    """A public key and the one algorithm it is used with."""

    public_key: PublicKey
    algorithm: str


@dataclass(slots=True)
class _KeySet:
    """What we know of one issuer's keys."""

    keys: dict[str, VerifiedKey] = field(default_factory=dict)
    read_at: float = float("-inf")
    tried_at: float = float("-inf")


class TrustedIssuers:
    """The configured issuers with their cached keys."""

    def __init__(self, issuers: Iterable[Issuer], fetch: Fetch | None = None) -> None:
        """Trust these issuers; `fetch` reads a key address and is replaced in tests."""
        self._issuers = {issuer.issuer: issuer for issuer in issuers}
        if not self._issuers:
            raise ValueError("no issuer is trusted")
        self._fetch = fetch or fetch_jwks
        self._sets = {name: _KeySet() for name in self._issuers}
        self._lock = threading.Lock()

    @classmethod
    def from_json(cls, text: str, fetch: Fetch | None = None) -> TrustedIssuers:
        """Read a JSON list of {issuer, audience, jwks_uri}."""
        return cls([Issuer(**entry) for entry in loads(text)], fetch)

    def named(self, name: object) -> Issuer | None:
        """Find a trusted issuer by its exact name."""
        return self._issuers.get(name) if isinstance(name, str) else None

    def key(self, issuer: Issuer, kid: str, now: datetime) -> VerifiedKey:
        """Find a key, reading the issuer's keys again when they are old or the id is new."""
        moment = now.timestamp()
        with self._lock:
            known = self._sets[issuer.issuer]
            old = moment - known.read_at > CACHE_SECONDS
            may_try = moment - known.tried_at >= MIN_REFRESH_SECONDS
            if (old or kid not in known.keys) and may_try:
                self._refresh(issuer, known, moment)
            if moment - known.read_at > MAX_STALE_SECONDS:
                raise UpstreamUnavailable("the issuer's keys cannot be read")
            if kid not in known.keys:
                raise KeyNotFound(issuer.issuer)
            return known.keys[kid]

    def _refresh(self, issuer: Issuer, known: _KeySet, moment: float) -> None:
        known.tried_at = moment
        try:
            known.keys = read_jwks(self._fetch(issuer.jwks_uri))
        except (OSError, ValueError, BadRequest):
            return
        known.read_at = moment


def read_jwks(document: bytes) -> dict[str, VerifiedKey]:
    """Read the signature keys of a JWKS; keys we cannot or may not use are passed over."""
    body = loads(document)
    entries = body.get("keys") if isinstance(body, dict) else None
    if not isinstance(entries, list) or len(entries) > MAX_KEYS:
        raise ValueError("not a JWKS")
    found: dict[str, VerifiedKey] = {}
    for entry in entries:
        key = _usable(entry)
        if key is not None and entry["kid"] not in found:
            found[entry["kid"]] = key
    return found


def fetch_jwks(uri: str) -> bytes:
    """Read a key address: no redirects, no proxies, three seconds, 64 KB."""
    request = urllib.request.Request(uri, headers={"Accept": "application/json"})  # noqa: S310
    with _OPENER.open(request, timeout=FETCH_TIMEOUT_SECONDS) as response:
        body: bytes = response.read(MAX_JWKS_BYTES + 1)
    if len(body) > MAX_JWKS_BYTES:
        raise ValueError("the JWKS is too large")
    return body


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Refuses to be sent elsewhere."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, *_: Any
    ) -> None:
        """Fail instead of following."""
        raise urllib.error.HTTPError(req.full_url, code, "redirect refused", req.headers, fp)  # type: ignore[arg-type]


_OPENER = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))


def _usable(entry: Any) -> VerifiedKey | None:
    """Turn a JWK into a key if it is a strong public signature key with an id."""
    if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str):
        return None
    algorithm = _ALGORITHM_OF.get(str(entry.get("kty")))
    stated = (entry.get("use", "sig"), entry.get("alg", algorithm))
    if algorithm is None or stated != ("sig", algorithm) or "d" in entry:
        return None
    try:
        key = jwt.PyJWK(entry, algorithm=algorithm).key
    except (PyJWTError, ValueError, TypeError, KeyError):
        return None
    return VerifiedKey(key, algorithm) if _is_strong(key) else None


def _is_strong(key: object) -> bool:
    if isinstance(key, RSAPublicKey):
        return key.key_size >= MIN_RSA_BITS
    return isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
