"""Is a scan what its type says? Judged by its bytes, never by its name (T10, T11)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

MAX_PIXELS = 50_000_000
"""Largest image in pixels: more is a decompression bomb, not a licence."""

_PDF_TAIL_BYTES = 1024
"""Readers look for `%%EOF` in the last 1024 bytes (ISO 32000-1, annex H.3)."""

_PNG = b"\x89PNG\r\n\x1a\n"
_PDF_NAME = re.compile(rb"/((?:[A-Za-z0-9_.+-]|#[0-9A-Fa-f]{2}){6,64})")
_ACTIVE_NAMES = frozenset({b"JavaScript", b"Launch", b"EmbeddedFile", b"RichMedia"})
"""Names of what a scan never needs. Shorter ones (`JS`) would turn up by chance in compressed
data; an action that runs a script names `JavaScript` anyway.
"""
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_TEST_VIRUS = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
_FRAMES = frozenset(
    {*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
)
"""JPEG markers that start a frame and carry its size (ITU-T T.81, table B.1)."""


def refusal(content_type: str, body: bytes) -> str | None:
    """Why these bytes are not a clean file of this type; None when they are one."""
    if _TEST_VIRUS in body:
        return "malware"
    check = {"application/pdf": _pdf, "image/png": _png, "image/jpeg": _jpeg}.get(content_type)
    return check(body) if check else "content_type"


def _pdf(body: bytes) -> str | None:
    """A PDF starts with its header, ends with its trailer, and does nothing by itself."""
    if not body.startswith(b"%PDF-1.") and not body.startswith(b"%PDF-2."):
        return "content_type"
    if b"%%EOF" not in body[-_PDF_TAIL_BYTES:]:
        return "truncated"
    if any(_plain(found[1]) in _ACTIVE_NAMES for found in _PDF_NAME.finditer(body)):
        return "active_content"
    return None


def _plain(name: bytes) -> bytes:
    """A PDF name without its escapes: `J#61vaScript` is `JavaScript` (ISO 32000-1, 7.3.5)."""
    if b"#" not in name:
        return name
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), name)


def _png(body: bytes) -> str | None:
    """A PNG is its signature and chunks from IHDR to IEND, and nothing after."""
    if not body.startswith(_PNG):
        return "content_type"
    position, first = len(_PNG), True
    while position + 12 <= len(body):
        length, kind = struct.unpack(">I4s", body[position : position + 8])
        if first:
            if kind != b"IHDR" or length != 13:
                return "content_type"
            width, height = struct.unpack(">II", body[position + 8 : position + 16])
            if not 0 < width * height <= MAX_PIXELS:
                return "too_many_pixels"
        first, position = False, position + 12 + length
        if kind == b"IEND":
            return None if position == len(body) else "trailing_bytes"
    return "truncated"


def _jpeg(body: bytes) -> str | None:
    """A JPEG is its segments with one sensible frame, ending in EOI and nothing after."""
    if not body.startswith(b"\xff\xd8\xff"):
        return "content_type"
    for marker, segment in _jpeg_segments(body):
        if marker in _FRAMES:
            if len(segment) < 5:
                return "truncated"
            height, width = struct.unpack(">HH", segment[1:5])
            if not 0 < width * height <= MAX_PIXELS:
                return "too_many_pixels"
            return None if body.endswith(b"\xff\xd9") else "trailing_bytes"
    return "truncated"


def _jpeg_segments(body: bytes) -> Iterator[tuple[int, bytes]]:
    """The segments before the first scan, as (marker, content)."""
    position = 2
    while position + 4 <= len(body) and body[position] == 0xFF:
        marker = body[position + 1]
        length = int.from_bytes(body[position + 2 : position + 4], "big")
        if marker == 0xDA or length < 2:
            return
        yield marker, body[position + 4 : position + 2 + length]
        position += 2 + length
