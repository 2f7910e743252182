"""The issuer's keys: rotation without downtime, silence, weak keys, addresses we refuse."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from puhui.clock import UTC
from puhui.errors import Unauthenticated, UpstreamUnavailable
from puhui.identity import Issuer, TrustedIssuers, verify_token
from puhui.identity.keys import MAX_STALE_SECONDS, MIN_REFRESH_SECONDS, read_jwks
from tests.support.tokens import (
    ISSUER,
    JWKS_URI,
    JwksServer,
    b64,
    claims,
    ec_key,
    jwk,
    rsa_key,
    signed,
    trusted,
)

NOW = datetime(2026, 8, 3, 4, 0, tzinfo=UTC)
GOOD = signed(claims(NOW))


def test_a_rotated_key_is_found_without_downtime() -> None:
    server = JwksServer()
    issuers = trusted(server)
    verify_token(GOOD, issuers, NOW)
    server.keys["k2"] = rsa_key(2)
    later = NOW + timedelta(seconds=MIN_REFRESH_SECONDS)

    new = signed(claims(later), kid="k2", key=rsa_key(2))

    assert verify_token(new, issuers, later).subject == "user-1"
    assert verify_token(GOOD, issuers, later).subject == "user-1"
    assert server.calls == 2


def test_a_withdrawn_key_is_refused_once_the_keys_are_read_again() -> None:
    server = JwksServer()
    issuers = trusted(server)
    verify_token(GOOD, issuers, NOW)
    server.keys = {"k2": rsa_key(2)}
    later = NOW + timedelta(minutes=11)

    with pytest.raises(Unauthenticated) as caught:
        verify_token(GOOD, issuers, later)

    assert caught.value.rule == "token.kid"


def test_keys_are_read_once_for_many_tokens() -> None:
    server = JwksServer()
    issuers = trusted(server)

    for second in range(100):
        verify_token(GOOD, issuers, NOW + timedelta(seconds=second))

    assert server.calls == 1


def test_forged_key_ids_do_not_make_us_hammer_the_issuer() -> None:
    server = JwksServer()
    issuers = trusted(server)

    for number in range(50):
        with pytest.raises(Unauthenticated):
            verify_token(signed(claims(NOW), kid=f"x{number}"), issuers, NOW)

    assert server.calls == 1


def test_known_keys_stay_good_while_the_issuer_is_silent() -> None:
    server = JwksServer()
    issuers = trusted(server)
    verify_token(GOOD, issuers, NOW)
    server.down = True

    later = NOW + timedelta(seconds=MAX_STALE_SECONDS - 120)

    assert verify_token(GOOD, issuers, later).subject == "user-1"


def test_old_keys_are_not_believed_for_ever() -> None:
    server = JwksServer()
    issuers = trusted(server)
    verify_token(GOOD, issuers, NOW)
    server.down = True
    later = NOW + timedelta(seconds=MAX_STALE_SECONDS + 1)

    with pytest.raises(UpstreamUnavailable):
        verify_token(signed(claims(later)), issuers, later)


def test_a_silent_issuer_is_unavailable_not_a_bad_token() -> None:
    with pytest.raises(UpstreamUnavailable):
        verify_token(GOOD, trusted(JwksServer(down=True)), NOW)


def test_a_token_of_an_unknown_issuer_reads_no_keys() -> None:
    server = JwksServer()

    with pytest.raises(Unauthenticated):
        verify_token(signed(claims(NOW, iss="https://evil.example")), trusted(server), NOW)

    assert server.calls == 0


WEAK: dict[str, Any] = {
    "an RSA key of 1024 bits": jwk("x", rsa_key(3, 1024)),
    "an encryption key": jwk("x", rsa_key(2), use="enc"),
    "a key for another algorithm": jwk("x", rsa_key(2), alg="RS512"),
    "a secret": {"kty": "oct", "kid": "x", "k": "c2VjcmV0"},
    "a private key": jwk("x", rsa_key(2), d="AQAB"),
    "a key without id": {k: v for k, v in jwk("x", rsa_key(2)).items() if k != "kid"},
    "half a key": {"kty": "RSA", "kid": "x", "e": "AQAB"},
    "a point off the curve": jwk("x", ec_key(1), x=b64(bytes(32))),
    "no object": "x",
}


@pytest.mark.parametrize("entry", WEAK.values(), ids=WEAK.keys())
def test_a_weak_or_odd_key_is_passed_over(entry: Any) -> None:
    server = JwksServer(extra=[entry])

    keys = read_jwks(server(JWKS_URI))

    assert set(keys) == {"k1", "e1"}


def test_the_first_of_two_keys_with_one_id_counts() -> None:
    server = JwksServer(extra=[jwk("k1", rsa_key(2))])

    assert verify_token(GOOD, trusted(server), NOW).subject == "user-1"


@pytest.mark.parametrize("document", [b"[]", b"{}", b'{"keys": 1}'])
def test_a_document_that_is_no_key_set_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError, match="JWKS"):
        read_jwks(document)


@pytest.mark.parametrize(
    "uri",
    [
        "http://id.north.example/jwks.json",
        "file:///etc/passwd",
        "ftp://127.0.0.1/jwks.json",
        "https://user:password@id.north.example/jwks.json",
        "http://169.254.169.254/latest",
        "http://127.0.0.1.evil.example/jwks.json",
        "http://localhost.evil.example/jwks.json",
        "https:///jwks.json",
        "",
    ],
)
def test_keys_come_over_https_except_from_this_machine(uri: str) -> None:
    with pytest.raises(ValueError, match="https"):
        Issuer(ISSUER, "puhui", uri)


@pytest.mark.parametrize(
    "uri", ["http://127.0.0.1:8080/oidc/jwks.json", "http://localhost:1/j", "http://[::1]/j"]
)
def test_loopback_may_be_plain(uri: str) -> None:
    assert Issuer(ISSUER, "puhui", uri).jwks_uri == uri


def test_issuers_are_read_from_configuration() -> None:
    entry = {"issuer": ISSUER, "audience": "puhui", "jwks_uri": JWKS_URI}

    issuers = TrustedIssuers.from_json(json.dumps([entry]), JwksServer())

    assert verify_token(GOOD, issuers, NOW).subject == "user-1"


def test_trusting_nobody_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no issuer"):
        TrustedIssuers([])
    with pytest.raises(ValueError, match="issuer and audience"):
        Issuer("", "puhui", JWKS_URI)
