"""Builds requests as clients would send them: JSON with a token, and presigned forms."""

from __future__ import annotations

from collections.abc import Mapping

from infra.local.http_message import HttpMessage

BOUNDARY = "puhui-form-4c1f3a"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def form_message(path: str, fields: Mapping[str, str], content: bytes) -> HttpMessage:
    """The POST of a form's fields followed by its file."""
    body = bytearray()
    for name, value in fields.items():
        head = f'Content-Disposition: form-data; name="{name}"'
        body += f"--{BOUNDARY}\r\n{head}\r\n\r\n{value}\r\n".encode()
    head = 'Content-Disposition: form-data; name="file"; filename="file"'
    body += f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + content
    body += f"\r\n--{BOUNDARY}--\r\n".encode()
    return HttpMessage("POST", path, (("content-type", CONTENT_TYPE),), bytes(body))


def json_message(
    method: str, target: str, content: bytes, *, token: str | None, headers: Mapping[str, str]
) -> HttpMessage:
    """A request with a bearer token; its content is JSON unless the headers say otherwise."""
    found = {"host": "127.0.0.1"}
    if content:
        found["content-type"] = "application/json"
    if token:
        found["Authorization"] = f"Bearer {token}"
    found.update(headers)
    return HttpMessage(method, target, tuple(found.items()), content)
