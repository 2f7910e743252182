"""Builds the multipart body of a presigned form, as a browser would send it."""

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
