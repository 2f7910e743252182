"""Checks what the bank sends to a simulated provider, and secures what the provider answers."""

from __future__ import annotations

import base64
import binascii
import gzip
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sandbox.adapters.provider_crypto import SecretWrong, digest, seal, sign, unseal, verify
from sandbox.adapters.provider_keys import VERSION, KeyPair
from sandbox.domain.providers.profile import Signature, Wire

WINDOW_MS = 5 * 60 * 1000
"""How far a signed timestamp may be from the provider's clock."""
GZIP_LEVEL = 1

Reason = Literal["signature", "timestamp", "unreadable", "number"]
MESSAGES: Mapping[Reason, str] = {
    "signature": "验签失败",
    "timestamp": "时间戳超出允许范围",
    "unreadable": "报文无法读取",
    "number": "请求流水号重复且内容不同",
}


class Refused(Exception):
    """沙箱模拟 simulated: the provider does not take this question."""

    def __init__(self, reason: Reason) -> None:
        """Keep why; the provider answers with its own code for it."""
        super().__init__(MESSAGES[reason])
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message on the wire; header names of incoming ones are lower-case."""

    method: str = ""
    path: str = ""
    query: str = ""
    request_no: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def open_question(wire: Wire, pairs: Mapping[str, KeyPair], message: Message, now_ms: int) -> bytes:
    """The plain body of a question, or Refused; what was done last is checked first."""
    if wire.signature is not None:
        _check_signature(wire.signature, pairs, message, now_ms)
    if wire.digest is not None:
        given = message.headers.get(wire.digest.header.lower(), "").lower()
        if not hmac.compare_digest(given, digest(wire.digest.algorithm, message.body)):
            raise Refused("signature")
    if wire.cipher is None:
        return message.body
    try:
        return unseal(wire.cipher.algorithm, pairs[wire.cipher.key].provider, message.body)
    except SecretWrong as error:
        raise Refused("unreadable") from error


def secure_answer(
    wire: Wire, pairs: Mapping[str, KeyPair], message: Message, now_ms: int, *, spoil: bool = False
) -> Message:
    """Encrypt, digest and sign an answer; `spoil` signs something else, as a planned fault."""
    headers = {"X-Request-No": message.request_no, **message.headers}
    body = message.body
    if wire.cipher is not None:
        body = seal(wire.cipher.algorithm, pairs[wire.cipher.key].provider, body)
        headers["Content-Type"] = "application/json"
    if wire.cipher is not None or wire.signature is not None:
        headers["X-Key-Version"] = VERSION
    if wire.digest is not None:
        covered = body + b"." if spoil else body
        headers[wire.digest.header] = digest(wire.digest.algorithm, covered)
    if wire.signature is not None:
        headers |= _signed(wire.signature, pairs, message, body, now_ms, spoil=spoil)
    if wire.gzip:
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, GZIP_LEVEL)
    return Message(headers=headers, body=body, request_no=message.request_no)


def _signed(
    signature: Signature,
    pairs: Mapping[str, KeyPair],
    message: Message,
    body: bytes,
    now_ms: int,
    *,
    spoil: bool,
) -> dict[str, str]:
    """The signature's own header, and those of the time and nonce that it covers."""
    stamp, nonce = str(now_ms), os.urandom(16).hex()
    text = _covered(signature, message, stamp, nonce, body + b"." if spoil else body)
    raw = sign(signature.algorithm, pairs[signature.key].provider, text)
    written = raw.hex() if signature.encoding == "hex" else base64.b64encode(raw).decode()
    headers = {signature.header: written}
    if "timestamp" in signature.over:
        headers["X-Timestamp"] = stamp
    if "nonce" in signature.over:
        headers["X-Nonce"] = nonce
    return headers


def _check_signature(
    signature: Signature, pairs: Mapping[str, KeyPair], message: Message, now_ms: int
) -> None:
    stamp, nonce = message.headers.get("x-timestamp", ""), message.headers.get("x-nonce", "")
    written = message.headers.get(signature.header.lower(), "")
    try:
        given = (
            bytes.fromhex(written)
            if signature.encoding == "hex"
            else base64.b64decode(written, validate=True)
        )
    except (ValueError, binascii.Error) as error:
        raise Refused("signature") from error
    text = _covered(signature, message, stamp, nonce, message.body)
    if not verify(signature.algorithm, pairs[signature.key].provider, text, given):
        raise Refused("signature")
    if "timestamp" in signature.over and (
        not stamp.isdecimal() or abs(int(stamp) - now_ms) > WINDOW_MS
    ):
        raise Refused("timestamp")


def _covered(signature: Signature, message: Message, stamp: str, nonce: str, body: bytes) -> bytes:
    """The signed parts, joined by line feeds."""
    parts: list[bytes] = []
    for name in signature.over:
        if name == "body":
            parts.append(body)
        elif name in {"body_sha256", "body_sm3"}:
            parts.append(digest(name.removeprefix("body_"), body).encode())
        else:
            known = {
                "method": message.method,
                "path": message.path,
                "query": message.query,
                "request_no": message.request_no,
                "timestamp": stamp,
                "nonce": nonce,
            }
            parts.append(known[name].encode())
    return b"\n".join(parts)
