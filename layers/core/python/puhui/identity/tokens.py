"""Bearer tokens: signed by an issuer that we trust, for us, now, with nothing unusual about them.

    issuers = TrustedIssuers([Issuer(issuer=…, audience="puhui", jwks_uri=…)])
    principal = verify_token(token, issuers, clock.now())

Only RS256 and ES256 are read, and the key decides which of the two. Keys come from the configured
JWKS address and from nowhere else: a token that brings its own key or key address is refused.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime
from typing import Any

import jwt
from jwt.exceptions import PyJWTError

from puhui.errors import BadRequest, Unauthenticated
from puhui.identity.keys import Issuer, KeyNotFound, TrustedIssuers, VerifiedKey
from puhui.identity.principal import Principal, build_principal
from puhui.strict_json import loads

__all__ = ["Issuer", "TrustedIssuers", "verify_token"]

MAX_TOKEN_CHARACTERS = 8_192
LEEWAY_SECONDS = 60
"""How far ahead of ours an issuer's clock may be."""
MAX_LIFETIME_SECONDS = 24 * 3_600
"""A token that lives longer than a day is not an access token."""

_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_TYPES = {"jwt", "at+jwt", "application/at+jwt"}
_ALGORITHMS = {"RS256", "ES256"}
_REFUSED_HEADERS = {"jku", "jwk", "x5u", "x5c", "crit", "zip", "enc", "b64"}


def verify_token(token: str, issuers: TrustedIssuers, now: datetime) -> Principal:
    """Answer who the token is about, or raise `Unauthenticated` with the rule it breaks.

    `UpstreamUnavailable` means that the issuer's keys could not be read, not that the token is bad.
    """
    header, claims = _parts(token)
    kid = _checked_header(header)
    issuer = issuers.named(claims.get("iss"))
    if issuer is None:
        raise _refused("token.iss")
    try:
        key = issuers.key(issuer, kid, now)
    except KeyNotFound:
        raise _refused("token.kid") from None
    if key.algorithm != header["alg"]:
        raise _refused("token.alg")
    _check_signature(token, key)
    _check_audience(claims, issuer)
    _check_times(claims, now)
    return build_principal(
        subject=claims.get("sub"),
        bank=claims.get("bank_id"),
        roles=claims.get("roles"),
        branch=claims.get("branch"),
        customer_id=claims.get("customer_id"),
    )


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read header and claims strictly, before anything is believed."""
    if len(token) > MAX_TOKEN_CHARACTERS or not _SHAPE.fullmatch(token):
        raise _refused("token.shape")
    first, second, _ = token.split(".")
    header, claims = _json(first), _json(second)
    return header, claims


def _json(part: str) -> dict[str, Any]:
    try:
        decoded = loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, BadRequest):
        raise _refused("token.json") from None
    if not isinstance(decoded, dict):
        raise _refused("token.json")
    return decoded


def _checked_header(header: dict[str, Any]) -> str:
    """Accept only a plain header and answer its key id."""
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in _ALGORITHMS:
        raise _refused("token.alg")
    if _REFUSED_HEADERS & header.keys():
        raise _refused("token.header")
    kind = header.get("typ", "JWT")
    if not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise _refused("token.typ")
    kid = header.get("kid")
    if not isinstance(kid, str) or not 0 < len(kid) <= 256:
        raise _refused("token.kid")
    return kid


def _check_signature(token: str, key: VerifiedKey) -> None:
    try:
        jwt.api_jws.PyJWS(algorithms=[key.algorithm]).decode(
            token, key=key.public_key, algorithms=[key.algorithm]
        )
    except (PyJWTError, ValueError, TypeError):
        raise _refused("token.signature") from None


def _check_audience(claims: dict[str, Any], issuer: Issuer) -> None:
    """The token is for us and is an access token, as far as it says what it is."""
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or issuer.audience not in audiences:
        raise _refused("token.aud")
    if claims.get("token_use", "access") != "access":
        raise _refused("token.token_use")


def _check_times(claims: dict[str, Any], now: datetime) -> None:
    """Not expired, not from the future, not for ever.

    The issuer's clock may be a minute ahead of ours; an expired token gets no such grace.
    """
    moment = now.timestamp()
    expires = _seconds(claims, "exp")
    if expires is None or moment >= expires:
        raise _refused("token.exp")
    for claim in ("nbf", "iat"):
        start = _seconds(claims, claim)
        if start is not None and moment < start - LEEWAY_SECONDS:
            raise _refused(f"token.{claim}")
    issued = _seconds(claims, "iat")
    begins = issued if issued is not None else moment
    if expires - begins > MAX_LIFETIME_SECONDS:
        raise _refused("token.lifetime")


def _seconds(claims: dict[str, Any], claim: str) -> float | None:
    value = claims.get(claim)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _refused(f"token.{claim}")
    return float(value)


def _refused(rule: str) -> Unauthenticated:
    return Unauthenticated("the token is not accepted", rule=rule)
