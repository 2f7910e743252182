"""Security steps: what one side makes the other opens, any change is noticed, keys rotate."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from functools import partial

import gmssl_pyx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from extdata.adapters.crypto_steps import Versions, WireMessage, open_steps, secure
from extdata.adapters.signatures import SIGNERS, sm3_hex
from extdata.adapters.sm2_keys import public_of
from extdata.domain.errors import KeyUnavailable, ProviderAnswerUnreadable
from extdata.domain.security_spec import SecurityStep
from tests.support.extdata_connectors import InMemoryProviderKeys

PEM, NO_PASSWORD = serialization.Encoding.PEM, serialization.NoEncryption()


def rsa_pair() -> tuple[bytes, bytes]:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return (
        private.private_bytes(PEM, serialization.PrivateFormat.PKCS8, NO_PASSWORD),
        private.public_key().public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
    )


def sm2_pair() -> tuple[bytes, bytes]:
    public, private = gmssl_pyx.sm2_key_generate()
    return private, public


RSA, SM2 = rsa_pair(), sm2_pair()
SIGNING = {
    "hmac-sha256": (b"h" * 32, b"h" * 32),
    "sm3-hmac": (b"m" * 32, b"m" * 32),
    "rsa-sha256": RSA,
    "sm2": SM2,
}
SEALING = {
    "aes-256-gcm": (b"a" * 32, b"a" * 32),
    "sm4-cbc": (b"s" * 16, b"s" * 16),
    "sm4-gcm": (b"s" * 16, b"s" * 16),
    "rsa-oaep-aes-gcm": (RSA[1], RSA[0]),
    "sm2-sm4-gcm": (SM2[1], SM2[0]),
}
PARTS = ("method", "path", "query", "timestamp", "nonce", "request_no", "body")
BODY = '{"名称": "示例"}'.encode("gb18030")
NONCE = "0" * 31 + "1"


def keys(**named: bytes | list[bytes]) -> Versions:
    return partial(InMemoryProviderKeys(**named).versions, "north", "sbx")


def a_message(body: bytes = BODY) -> WireMessage:
    return WireMessage(method="POST", path="/a/b", query="c=d", request_no="req-1", body=body)


def signed(algorithm: str, encoding: str = "hex") -> tuple[SecurityStep, WireMessage]:
    """The step that checks, and a message that it accepts."""
    step = SecurityStep(
        step="sign", algorithm=algorithm, key="k", over=PARTS, header="X-Sign",
        encoding=encoding,  # type: ignore[arg-type]
    )  # fmt: skip
    made = secure(
        [step], a_message(), keys(k=SIGNING[algorithm][0]), timestamp_ms=1_700_000, nonce=NONCE
    )
    return replace(step, step="verify"), made


def sealed(algorithm: str) -> tuple[SecurityStep, WireMessage]:
    step = SecurityStep(step="encrypt", algorithm=algorithm, key="k")
    made = secure([step], a_message(), keys(k=SEALING[algorithm][0]), timestamp_ms=0, nonce=NONCE)
    return replace(step, step="decrypt"), made


def rule_of(step: SecurityStep, message: WireMessage, **named: bytes | list[bytes]) -> str | None:
    with pytest.raises(ProviderAnswerUnreadable) as refused:
        open_steps([step], message, keys(**named))
    return refused.value.rule


@pytest.mark.parametrize("encoding", ["hex", "base64"])
@pytest.mark.parametrize("algorithm", SIGNING)
def test_a_signature_is_accepted_by_the_other_side(algorithm: str, encoding: str) -> None:
    step, message = signed(algorithm, encoding)

    opened = open_steps([step], message, keys(k=SIGNING[algorithm][1]))

    assert opened.body == BODY


@pytest.mark.parametrize("algorithm", SIGNING)
@pytest.mark.parametrize(
    "change",
    [
        {"method": "GET"},
        {"path": "/a/c"},
        {"query": "c=e"},
        {"request_no": "req-2"},
        {"body": BODY + b" "},
    ],
)
def test_a_change_of_any_signed_part_is_noticed(algorithm: str, change: dict[str, object]) -> None:
    step, message = signed(algorithm)

    forged = replace(message, **change)  # type: ignore[arg-type]

    assert rule_of(step, forged, k=SIGNING[algorithm][1]) == "provider.signature"


@pytest.mark.parametrize("header", ["x-timestamp", "x-nonce", "x-sign"])
@pytest.mark.parametrize("value", ["", "12", "zz", "0" * 5_000])
def test_a_changed_or_missing_header_is_noticed(header: str, value: str) -> None:
    step, message = signed("hmac-sha256")

    forged = message.with_header(header, value)

    assert rule_of(step, forged, k=b"h" * 32) == "provider.signature"


@pytest.mark.parametrize("algorithm", SEALING)
def test_an_encrypted_body_is_opened_by_the_other_side(algorithm: str) -> None:
    step, message = sealed(algorithm)

    opened = open_steps([step], message, keys(k=SEALING[algorithm][1]))

    assert (opened.body, BODY in message.body) == (BODY, False)


@pytest.mark.parametrize("algorithm", [name for name in SEALING if name != "sm4-cbc"])
@pytest.mark.parametrize("place", [0, 13, -1])
def test_a_changed_ciphertext_does_not_open(algorithm: str, place: int) -> None:
    step, message = sealed(algorithm)
    envelope = json.loads(message.body)
    data = bytearray(base64.b64decode(envelope["data"]))
    data[place] ^= 1
    envelope["data"] = base64.b64encode(bytes(data)).decode()

    forged = replace(message, body=json.dumps(envelope).encode())

    assert rule_of(step, forged, k=SEALING[algorithm][1]) == "provider.decrypt"


@pytest.mark.parametrize("algorithm", SEALING)
@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"", "provider.envelope"),
        (b"[]", "provider.envelope"),
        (b'{"data": 1}', "provider.envelope"),
        (b'{"data": "**"}', "provider.envelope"),
        (b'{"data": ""}', "provider.decrypt"),
        (b'{"data": "AAAA", "key": "AAAA"}', "provider.decrypt"),
    ],
)
def test_what_is_no_envelope_does_not_open(algorithm: str, body: bytes, rule: str) -> None:
    step, message = sealed(algorithm)

    assert rule_of(step, replace(message, body=body), k=SEALING[algorithm][1]) == rule


@pytest.mark.parametrize("algorithm", ["aes-256-gcm", "sm4-gcm"])
def test_the_layout_is_nonce_ciphertext_tag(algorithm: str) -> None:
    _, message = sealed(algorithm)

    data = base64.b64decode(json.loads(message.body)["data"])

    assert len(data) == 12 + len(BODY) + 16


def test_a_message_under_the_key_before_the_rotation_still_opens() -> None:
    step, message = sealed("aes-256-gcm")

    opened = open_steps([step], message, keys(k=[b"n" * 32, b"a" * 32]))

    assert opened.body == BODY


def test_a_message_is_secured_with_the_current_key_and_says_which() -> None:
    step = SecurityStep(step="sign", algorithm="hmac-sha256", key="k", over=("body",), header="S")

    made = secure([step], a_message(), keys(k=[b"n" * 32, b"o" * 32]), timestamp_ms=0, nonce=NONCE)

    assert (made.headers["x-key-version"], made.headers["s"]) == (
        "v2",
        SIGNERS["hmac-sha256"].sign(b"n" * 32, BODY).hex(),
    )


@pytest.mark.parametrize("algorithm", ["sm3", "sha256"])
def test_a_digest_covers_the_body(algorithm: str) -> None:
    step = SecurityStep(step="digest", algorithm=algorithm, header="X-Digest")
    made = secure([step], a_message(), keys(), timestamp_ms=0, nonce=NONCE)

    forged = replace(made, body=b"other")

    assert rule_of(replace(step, step="check_digest"), forged) == "provider.digest"


@pytest.mark.parametrize("algorithm", ["rsa-sha256", "sm2"])
@pytest.mark.parametrize("material", [b"", b"no key", b"\x00" * 32, b"\x01" * 64])
def test_a_key_of_another_kind_is_named_and_nothing_is_sent(
    algorithm: str, material: bytes
) -> None:
    step = SecurityStep(step="verify", algorithm=algorithm, key="k", over=("body",), header="S")
    message = a_message().with_header("S", "00ff")

    with pytest.raises(KeyUnavailable):
        open_steps([step], message, keys(k=material))


def test_the_public_half_of_an_sm2_key_is_derived() -> None:
    private, public = SM2

    assert public_of(private) == public


def test_sm3_is_that_of_the_standard() -> None:
    # GB/T 32905-2016, annex A.1.
    assert sm3_hex(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
