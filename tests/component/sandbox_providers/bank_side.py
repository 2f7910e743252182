"""A bank's side of the twelve protocols, as small as a test needs it."""

from __future__ import annotations

import base64
import gzip
import http.client
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from defusedxml.ElementTree import fromstring

from sandbox.adapters.provider_crypto import Key, digest, seal, sign, unseal, verify
from sandbox.adapters.provider_server import ProviderServer
from sandbox.domain.applicant import Applicant
from sandbox.domain.providers.profile import Endpoint, Profile, Signature, Wire


@dataclass(frozen=True)
class Answer:
    """What came back, before and after it was opened."""

    status: int
    headers: Mapping[str, str]
    wire: bytes
    text: str = ""


@dataclass
class BankSide:
    """Asks one provider."""

    server: ProviderServer
    profile: Profile
    now: datetime
    callback_url: str = "http://bank.example/callbacks"
    spoil_signature: bool = False
    _sent: int = field(default=0)

    def ask(
        self, applicant: Applicant, *, number: str = "", endpoint: int = 0, page: int = 0
    ) -> Answer:
        """Ask for a firm; without a number every question has its own."""
        self._sent += 1
        fields = self.fields(applicant, page)
        number = number or f"R{self._sent:06d}{self.profile.provider_id}"
        return self.send(fields, number, self.profile.endpoints[endpoint])

    def fields(self, applicant: Applicant, page: int = 0) -> dict[str, str]:
        """The question in the provider's names."""
        names = self.profile.fields
        fields = {names.uscc: applicant.party.uscc or ""}
        if names.callback_url:
            fields[names.callback_url] = self.callback_url
        if page:
            fields |= {names.page: str(page), names.page_size: "500"}
        return fields

    def send(self, fields: Mapping[str, str], number: str, endpoint: Endpoint) -> Answer:
        """Write, encrypt, sign, send, check, open."""
        asks = self.profile.asks
        query, body = _written(asks, fields)
        headers = {"X-Request-No": number}
        if asks.cipher is not None:
            body = seal(asks.cipher.algorithm, self._key(asks.cipher.key), body)
        if asks.digest is not None:
            headers[asks.digest.header] = digest(asks.digest.algorithm, body)
        if asks.signature is not None:
            parts = {
                "method": endpoint.method,
                "path": endpoint.path,
                "query": query,
                "request_no": number,
            }
            headers |= self._signed(asks.signature, parts, body)
        path = f"{endpoint.path}?{query}" if query else endpoint.path
        status, received, wire = request(self.server.url, endpoint.method, path, headers, body)
        return self.opened(self.profile.answers, status, received, wire)

    def opened(self, wire: Wire, status: int, headers: Mapping[str, str], body: bytes) -> Answer:
        """Check and open an answer; what does not verify fails the test."""
        raw = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
        if wire.signature is not None:
            assert self.is_signed(wire.signature, headers, raw)
        if wire.digest is not None:
            assert headers[wire.digest.header.lower()] == digest(wire.digest.algorithm, raw)
        plain = raw
        if wire.cipher is not None:
            plain = unseal(wire.cipher.algorithm, self._key(wire.cipher.key), raw)
        return Answer(status, headers, body, plain.decode(wire.encoding))

    def is_signed(self, signature: Signature, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the provider signed this body."""
        written = headers[signature.header.lower()]
        raw = bytes.fromhex(written) if signature.encoding == "hex" else base64.b64decode(written)
        parts = {
            "timestamp": headers.get("x-timestamp", ""),
            "nonce": headers.get("x-nonce", ""),
            "request_no": headers.get("x-request-no", ""),
        }
        key = self._key(signature.key)
        return verify(signature.algorithm, key, _covered(signature, parts, body), raw)

    def _signed(self, signature: Signature, parts: dict[str, str], body: bytes) -> dict[str, str]:
        stamp, nonce = str(int(self.now.timestamp() * 1000)), os.urandom(16).hex()
        parts |= {"timestamp": stamp, "nonce": nonce}
        text = _covered(signature, parts, body) + (b"!" if self.spoil_signature else b"")
        raw = sign(signature.algorithm, self._key(signature.key), text)
        written = raw.hex() if signature.encoding == "hex" else base64.b64encode(raw).decode()
        return {signature.header: written, "X-Timestamp": stamp, "X-Nonce": nonce}

    def _key(self, name: str) -> Key:
        return self.server.desk.keys.of(self.profile)[name].bank


def request(
    url: str, method: str, path: str, headers: Mapping[str, str], body: bytes, timeout: float = 10
) -> tuple[int, dict[str, str], bytes]:
    """One HTTP exchange on a connection of its own."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=timeout)
    try:
        connection.request(method, path, body=body or None, headers=dict(headers))
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return response.status, names, response.read()
    finally:
        connection.close()


def code_of(profile: Profile, text: str) -> str:
    """The provider's code in an answer."""
    wire, place = profile.answers, _CODES[profile.provider_id]
    if wire.format == "csv":
        return text.split("|")[1]
    if wire.format == "xml":
        root = fromstring(text.split("?>", 1)[1])
        return root.attrib["dm"] if place == "@dm" else root.findtext(place, "")
    return str(json.loads(text)[place])


_CODES = {
    "sbx-bureau": "HEAD/RES_CODE",
    "sbx-tax": "code",
    "sbx-invoice": "resultCode",
    "sbx-registry": "status",
    "sbx-court": "@dm",
    "sbx-bankflow": "rspCode",
    "sbx-multilender": "code",
    "sbx-socialsec": "",
    "sbx-utility": "flag",
    "sbx-agri": "state",
    "sbx-device": "ret",
    "sbx-relation": "respCode",
}


def _written(wire: Wire, fields: Mapping[str, str]) -> tuple[str, bytes]:
    if wire.format == "query":
        return urlencode(fields), b""
    if wire.format == "form":
        return "", urlencode(fields, encoding=wire.encoding).encode()
    if wire.format == "xml":
        inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
        head = f'<?xml version="1.0" encoding="{wire.encoding.upper()}"?>'
        return "", f"{head}<{wire.root}>{inner}</{wire.root}>".encode(wire.encoding)
    return "", json.dumps(fields, ensure_ascii=False).encode(wire.encoding)


def _covered(signature: Signature, parts: Mapping[str, Any], body: bytes) -> bytes:
    texts = []
    for name in signature.over:
        if name == "body":
            texts.append(body)
        elif name.startswith("body_"):
            texts.append(digest(name.removeprefix("body_"), body).encode())
        else:
            texts.append(str(parts[name]).encode())
    return b"\n".join(texts)
