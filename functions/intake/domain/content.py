"""Is a scan what its type says? Judged by its bytes, never by its name (T10, T11)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

MAX_PIXELS = 50_000_000
"""Largest image in pixels: more is a decompression bomb, not a licence."""

_PDF_TAIL_BYTES = 1024
"""Readers look for `%%EOF` in the last 1024 bytes (ISO 32000-1, annex H.3)."""

_PNG = b"\x89PNG\r\n\x1a\n"
_ACTIVE_PDF = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA")
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
    if any(_names(body, name) for name in _ACTIVE_PDF):
        return "active_content"
    return None


def _names(body: bytes, name: bytes) -> bool:
    """True where the PDF name occurs as a whole word: `/JS` is not the start of `/JSize`."""
    at = body.find(name)
    while at >= 0:
        following = body[at + len(name) : at + len(name) + 1]
        if not following.isalnum():
            return True
        at = body.find(name, at + 1)
    return False


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
