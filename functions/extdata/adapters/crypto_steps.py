"""Runs the security steps of a connector over messages: sign, encrypt, verify, open.

What is secured or opened is `body` as it stands when its turn comes: a signature after encryption
covers the encrypted bytes. A response that does not verify or open is unreadable, whoever sent it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import orjson

from extdata.adapters.ciphers import CIPHERS, NotOpened
from extdata.adapters.signatures import (
    DIGESTS,
    MAX_SIGNATURE_BYTES,
    SIGNERS,
    sha256_hex,
    sm3_hex,
)
from extdata.domain.errors import ProviderAnswerUnreadable
from extdata.domain.security_spec import SecurityStep
from extdata.provider_ports import KeyVersion

REQUEST_NO = "x-request-no"
TIMESTAMP = "x-timestamp"
NONCE = "x-nonce"
KEY_VERSION = "x-key-version"

Versions = Callable[[str], Sequence[KeyVersion]]
KEY_RULES = frozenset({"provider.signature", "provider.decrypt"})
"""What another version of a key may cure."""
"""Answers the versions of a key by its name, the current one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireMessage:
    """A request, response or callback on its way; header names are lower-case."""

    method: str
    path: str
    query: str = ""
    request_no: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)

    def with_header(self, name: str, value: str) -> WireMessage:
        """The message with one more header."""
        return replace(self, headers={**self.headers, name.lower(): value})


def secure(
    steps: Sequence[SecurityStep],
    message: WireMessage,
    versions: Versions,
    *,
    timestamp_ms: int,
    nonce: str,
) -> WireMessage:
    """Run the outgoing steps; X-Request-No always goes along, time and nonce where signed."""
    covered = {part for step in steps for part in step.over}
    message = message.with_header(REQUEST_NO, message.request_no)
    if "timestamp" in covered:
        message = message.with_header(TIMESTAMP, str(timestamp_ms))
    if "nonce" in covered:
        message = message.with_header(NONCE, nonce)
    for step in steps:
        message = _secured(step, message, versions)
    return message


def open_steps(
    steps: Sequence[SecurityStep], message: WireMessage, versions: Versions
) -> WireMessage:
    """Run the incoming steps, or raise ProviderAnswerUnreadable."""
    for step in steps:
        message = _opened(step, message, versions)
    return message


@dataclass(frozen=True)
class ReadableKeys:
    """Keys by name as they are remembered, and as they are now."""

    known: Versions
    refresh: Versions

    def __call__(self, name: str) -> Sequence[KeyVersion]:
        """The remembered versions."""
        return self.known(name)

    def open_steps(self, steps: Sequence[SecurityStep], message: WireMessage) -> WireMessage:
        """Run the incoming steps; what no remembered key opens is tried with the keys of now."""
        try:
            return open_steps(steps, message, self.known)
        except ProviderAnswerUnreadable as failure:
            if failure.rule not in KEY_RULES:
                raise
            return open_steps(steps, message, self.refresh)


def _secured(step: SecurityStep, message: WireMessage, versions: Versions) -> WireMessage:
    if step.step == "digest":
        return message.with_header(step.header, DIGESTS[step.algorithm](message.body))
    current = versions(step.key)[0]
    message = message.with_header(KEY_VERSION, current.version)
    if step.step == "sign":
        signature = SIGNERS[step.algorithm].sign(current.material, covered_bytes(step, message))
        return message.with_header(step.header, _written(signature, step.encoding))
    data, wrapped = CIPHERS[step.algorithm].seal(current.material, message.body)
    envelope = {"data": base64.b64encode(data).decode()}
    if wrapped is not None:
        envelope["key"] = base64.b64encode(wrapped).decode()
    sealed = replace(message, body=orjson.dumps(envelope))
    return sealed.with_header("content-type", "application/json")


def _opened(step: SecurityStep, message: WireMessage, versions: Versions) -> WireMessage:
    if step.step == "check_digest":
        given = message.headers.get(step.header.lower(), "").strip().lower()
        if not _same_text(given, DIGESTS[step.algorithm](message.body)):
            raise _unreadable("provider.digest", "the digest of the body does not match")
        return message
    if step.step == "verify":
        _verify(step, message, versions)
        return message
    data, wrapped = _envelope(message.body)
    for version in versions(step.key):
        try:
            plain = CIPHERS[step.algorithm].open(version.material, data, wrapped)
        except NotOpened:
            continue
        return replace(message, body=plain)
    raise _unreadable("provider.decrypt", "the body does not open with any of our keys")


def _verify(step: SecurityStep, message: WireMessage, versions: Versions) -> None:
    text = message.headers.get(step.header.lower(), "").strip()
    signature = _read(text, step.encoding)
    if signature is None:
        raise _unreadable("provider.signature", "the signature is missing or not readable")
    data = covered_bytes(step, message)
    for version in versions(step.key):
        if SIGNERS[step.algorithm].verify(version.material, data, signature):
            return
    raise _unreadable("provider.signature", "the signature does not match")


def covered_bytes(step: SecurityStep, message: WireMessage) -> bytes:
    """The parts that a signature covers, joined by line feeds."""
    return b"\n".join(_part(name, message) for name in step.over)


def _part(name: str, message: WireMessage) -> bytes:
    if name == "body":
        return message.body
    if name in ("body_sha256", "body_sm3"):
        return (sha256_hex if name == "body_sha256" else sm3_hex)(message.body).encode()
    if name in ("timestamp", "nonce"):
        value = message.headers.get(TIMESTAMP if name == "timestamp" else NONCE)
        if not value:
            raise _unreadable("provider.signature", f"a signed {name} is missing")
        return value.encode()
    parts = {
        "method": message.method,
        "path": message.path,
        "query": message.query,
        "request_no": message.request_no,
    }
    return parts[name].encode()


def _envelope(body: bytes) -> tuple[bytes, bytes | None]:
    """Read {"data": base64} with, of a hybrid, "key"."""
    try:
        envelope = orjson.loads(body)
        wrapped = envelope.get("key")
        data = base64.b64decode(envelope["data"], validate=True)
        return data, None if wrapped is None else base64.b64decode(wrapped, validate=True)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _unreadable("provider.envelope", "the body is not an encrypted envelope") from error


def _written(signature: bytes, encoding: str) -> str:
    return signature.hex() if encoding == "hex" else base64.b64encode(signature).decode()


def _read(text: str, encoding: str) -> bytes | None:
    if not text or len(text) > 2 * MAX_SIGNATURE_BYTES:
        return None
    try:
        if encoding == "hex":
            return bytes.fromhex(text)
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None


def _same_text(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def _unreadable(rule: str, message: str) -> ProviderAnswerUnreadable:
    return ProviderAnswerUnreadable(message, rule=rule)
