"""Good tokens become principals; every forged, stale or foreign one is refused (threat T1)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any

import pytest

from puhui.clock import UTC
from puhui.errors import Unauthenticated
from puhui.identity import Principal, verify_token
from tests.support.tokens import (
    ISSUER,
    JwksServer,
    b64,
    claims,
    ec_key,
    jwk,
    public_pem,
    rsa_key,
    signed,
    trusted,
)

NOW = datetime(2026, 8, 3, 4, 0, tzinfo=UTC)
GOOD = signed(claims(NOW))
HEADER, PAYLOAD, SIGNATURE = GOOD.split(".")


def verified(token: str, server: JwksServer | None = None, now: datetime = NOW) -> Principal:
    return verify_token(token, trusted(server or JwksServer()), now)


def hs256(secret: bytes, header: dict[str, Any], payload: dict[str, Any]) -> str:
    text = f"{b64(header)}.{b64(payload)}"
    return f"{text}.{b64(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


def changed(**changes: Any) -> str:
    return signed(claims(NOW, **changes))


def resigned_header(**header: Any) -> str:
    return f"{b64({'alg': 'RS256', 'typ': 'JWT', 'kid': 'k1', **header})}.{PAYLOAD}.{SIGNATURE}"


TWO_ALGORITHMS = b'{"alg":"none","alg":"RS256","kid":"k1"}'
SECONDS = int(NOW.timestamp())
FORGED: dict[str, tuple[str, str]] = {
    "empty": ("", "token.shape"),
    "two parts": (f"{HEADER}.{PAYLOAD}", "token.shape"),
    "no signature": (f"{HEADER}.{PAYLOAD}.", "token.shape"),
    "four parts": (f"{GOOD}.{SIGNATURE}", "token.shape"),
    "padded": (f"{HEADER}=.{PAYLOAD}.{SIGNATURE}", "token.shape"),
    "too long": (changed(note="x" * 9_000), "token.shape"),
    "with a newline": (GOOD + "\n", "token.shape"),
    "header no JSON": (f"{b64(b'{')}.{PAYLOAD}.{SIGNATURE}", "token.json"),
    "header a list": (f"{b64(b'[]')}.{PAYLOAD}.{SIGNATURE}", "token.json"),
    "header with a key twice": (
        f"{b64(TWO_ALGORITHMS)}.{PAYLOAD}.{SIGNATURE}",
        "token.json",
    ),
    "claims no UTF-8": (f"{HEADER}.{b64(bytes([255]))}.{SIGNATURE}", "token.json"),
    "alg none": (f"{b64({'alg': 'none', 'kid': 'k1'})}.{PAYLOAD}.{SIGNATURE}", "token.alg"),
    "alg None": (f"{b64({'alg': 'None', 'kid': 'k1'})}.{PAYLOAD}.{SIGNATURE}", "token.alg"),
    "alg nOnE without signature": (f"{b64({'alg': 'nOnE'})}.{PAYLOAD}.x", "token.alg"),
    "alg missing": (f"{b64({'kid': 'k1'})}.{PAYLOAD}.{SIGNATURE}", "token.alg"),
    "alg a list": (f"{b64({'alg': ['RS256'], 'kid': 'k1'})}.{PAYLOAD}.{SIGNATURE}", "token.alg"),
    "HS256 with the public key as secret": (
        hs256(public_pem(rsa_key(1)), {"alg": "HS256", "kid": "k1"}, claims(NOW)),
        "token.alg",
    ),
    "HS256 called RS256": (
        hs256(public_pem(rsa_key(1)), {"alg": "RS256", "kid": "k1"}, claims(NOW)),
        "token.signature",
    ),
    "RS512": (signed(claims(NOW), alg="RS512"), "token.alg"),
    "PS256": (signed(claims(NOW), alg="PS256"), "token.alg"),
    "ES256 named, RSA key meant": (resigned_header(alg="ES256"), "token.alg"),
    "RS256 named, EC key meant": (
        signed(claims(NOW), kid="e1", key=rsa_key(1)),
        "token.alg",
    ),
    "kid missing": (signed(claims(NOW), kid=None), "token.kid"),
    "kid unknown": (signed(claims(NOW), kid="k9"), "token.kid"),
    "kid a path": (signed(claims(NOW), kid="../../dev/null"), "token.kid"),
    "kid an injection": (signed(claims(NOW), kid="k1' or '1'='1"), "token.kid"),
    "kid a number": (resigned_header(kid=1), "token.kid"),
    "kid too long": (signed(claims(NOW), kid="k" * 300), "token.kid"),
    "brings its own key": (
        signed(claims(NOW), key=rsa_key(2), jwk=jwk("k1", rsa_key(2))),
        "token.header",
    ),
    "brings its own key address": (
        signed(claims(NOW), key=rsa_key(2), jku="https://evil.example/jwks.json"),
        "token.header",
    ),
    "brings a certificate address": (
        signed(claims(NOW), x5u="http://169.254.169.254/"),
        "token.header",
    ),
    "brings a certificate": (signed(claims(NOW), x5c=["MII"]), "token.header"),
    "critical extension": (resigned_header(crit=["exp"]), "token.header"),
    "typ of another token": (signed(claims(NOW), typ="logout+jwt"), "token.typ"),
    "signed by a stranger": (signed(claims(NOW), key=rsa_key(2)), "token.signature"),
    "claims exchanged": (
        f"{HEADER}.{b64(claims(NOW, bank_id='south'))}.{SIGNATURE}",
        "token.signature",
    ),
    "header exchanged": (resigned_header(extra="x"), "token.signature"),
    "signature cut": (f"{HEADER}.{PAYLOAD}.{SIGNATURE[:-8]}", "token.signature"),
    "signature of zeros": (f"{HEADER}.{PAYLOAD}.{b64(bytes(256))}", "token.signature"),
    "ES256 of zeros (psychic signature)": (
        f"{b64({'alg': 'ES256', 'kid': 'e1'})}.{PAYLOAD}.{b64(bytes(64))}",
        "token.signature",
    ),
    "issuer unknown": (changed(iss="https://evil.example"), "token.iss"),
    "issuer with a slash": (changed(iss=ISSUER + "/"), "token.iss"),
    "issuer missing": (changed(iss=None), "token.iss"),
    "issuer a list": (
        f"{HEADER}.{b64({**claims(NOW), 'iss': [ISSUER]})}.{SIGNATURE}",
        "token.iss",
    ),
    "audience of another": (changed(aud="other-app"), "token.aud"),
    "audience missing": (changed(aud=None), "token.aud"),
    "audience a prefix": (changed(aud="puhui-admin"), "token.aud"),
    "audience an object": (changed(aud={"puhui": True}), "token.aud"),
    "an id token": (changed(token_use="id"), "token.token_use"),
    "a refresh token": (changed(token_use="refresh"), "token.token_use"),
    "expired": (changed(exp=SECONDS - 3_600, iat=SECONDS - 7_200), "token.exp"),
    "expires at this second": (changed(exp=SECONDS), "token.exp"),
    "never expires": (changed(exp=None), "token.exp"),
    "expires as text": (changed(exp=str(SECONDS + 60)), "token.exp"),
    "expires as truth": (changed(exp=True), "token.exp"),
    "lives for a year": (changed(exp=SECONDS + 365 * 86_400), "token.lifetime"),
    "not yet valid": (changed(nbf=SECONDS + 61), "token.nbf"),
    "issued in the future": (changed(iat=SECONDS + 61), "token.iat"),
    "nobody": (changed(sub=None), "claims.sub"),
    "empty subject": (changed(sub=""), "claims.sub"),
    "subject with a comma": (changed(sub="a,b"), "claims.sub"),
    "subject an object": (changed(sub={"a": 1}), "claims.sub"),
    "no bank": (changed(bank_id=None), "claims.bank_id"),
    "a bank pattern": (changed(bank_id="*"), "claims.bank_id"),
    "two banks": (changed(bank_id=["north", "south"]), "claims.bank_id"),
    "no roles": (changed(roles=None), "claims.roles"),
    "unknown roles only": (changed(roles=["root"]), "claims.roles"),
    "roles an object": (changed(roles={"admin": True}), "claims.roles"),
    "a role no text": (changed(roles=["admin", 1]), "claims.roles"),
    "a customer nobody knows": (changed(roles=["customer"]), "claims.customer"),
    "a customer and more": (
        changed(roles=["customer", "admin"], customer_id="c1"),
        "claims.customer",
    ),
    "a branch with a newline": (changed(branch="n01\nx"), "claims.branch"),
}


@pytest.mark.parametrize(("token", "rule"), FORGED.values(), ids=FORGED.keys())
def test_a_forged_token_is_refused(token: str, rule: str) -> None:
    with pytest.raises(Unauthenticated) as caught:
        verified(token)

    assert caught.value.rule == rule


def test_the_corpus_is_as_large_as_the_threat_model_asks() -> None:
    assert len(FORGED) >= 25


def test_a_good_token_is_a_principal() -> None:
    assert verified(GOOD) == Principal(
        subject="user-1",
        bank_id="north",  # type: ignore[arg-type]
        roles=frozenset({"relationship_manager"}),
        branch="n01",
    )


def test_an_elliptic_curve_token_is_as_good() -> None:
    assert verified(signed(claims(NOW), kid="e1", key=ec_key(1), alg="ES256")).subject == "user-1"


@pytest.mark.parametrize(
    "change",
    [
        {"aud": ["other", "puhui"]},
        {"token_use": "access"},
        {"roles": "approver auditor"},
        {"roles": ["approver", "a-role-of-another-system"]},
        {"branch": None},
        {"nbf": None, "iat": None},
        {"roles": ["customer"], "customer_id": "c1", "branch": None},
        {"exp": SECONDS + 1},
        {"exp": SECONDS + 86_400},
        {"nbf": SECONDS + 60},
        {"name": "张三", "scope": "openid"},
    ],
)
def test_other_good_tokens(change: dict[str, Any]) -> None:
    assert verified(changed(**change)).bank_id == "north"
