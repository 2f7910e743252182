"""Reads which characters a TrueType font can print, from its character map (`cmap`).

Only the two tables that matter are read (formats 4 and 12, OpenType 1.9.1 §cmap); fontTools would
add 29 MB to the function for this one question.
"""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path

_FORMAT_SEGMENTS = 4
_FORMAT_GROUPS = 12
_UNICODE_PLATFORMS = {(0, 3), (0, 4), (0, 6), (3, 1), (3, 10)}
_LAST_SEGMENT = 0xFFFF


class UnreadableFont(ValueError):
    """A font file whose character map cannot be read."""


@cache
def covered_by_all(fonts: tuple[Path, ...]) -> frozenset[int]:
    """The code points for which every one of these fonts has a glyph; read once per process."""
    sets = [code_points(path.read_bytes()) for path in fonts]
    if not sets:
        raise UnreadableFont("there are no fonts")
    return frozenset.intersection(*sets)


def code_points(font: bytes) -> frozenset[int]:
    """The code points that a font's Unicode character maps lead to a glyph."""
    try:
        start = _table(font, b"cmap")
        maps = (_subtable(font, start + offset) for offset in _unicode_maps(font, start))
        return frozenset[int]().union(*maps)
    except struct.error as error:
        raise UnreadableFont("the font ends inside its character map") from error


def _unicode_maps(font: bytes, start: int) -> set[int]:
    """Where the maps lie; two platforms usually share one."""
    (count,) = struct.unpack_from(">H", font, start + 2)
    records = (struct.unpack_from(">HHI", font, start + 4 + 8 * index) for index in range(count))
    return {offset for *encoding, offset in records if tuple(encoding) in _UNICODE_PLATFORMS}


def _table(font: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for index in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if name == tag:
            return int(offset)
    raise UnreadableFont(f"the font has no {tag.decode()} table")


def _subtable(font: bytes, start: int) -> set[int]:
    (kind,) = struct.unpack_from(">H", font, start)
    if kind == _FORMAT_GROUPS:
        return _groups(font, start)
    if kind == _FORMAT_SEGMENTS:
        return _segments(font, start)
    return set()


def _groups(font: bytes, start: int) -> set[int]:
    (count,) = struct.unpack_from(">I", font, start + 12)
    found: set[int] = set()
    for index in range(count):
        first, last, glyph = struct.unpack_from(">III", font, start + 16 + 12 * index)
        found.update(range(first if glyph else first + 1, last + 1))
    return found


def _segments(font: bytes, start: int) -> set[int]:
    (double,) = struct.unpack_from(">H", font, start + 6)
    ends = start + 14
    starts, deltas, ranges = ends + double + 2, ends + 2 * double + 2, ends + 3 * double + 2
    found: set[int] = set()
    for at in range(0, double, 2):
        (last,) = struct.unpack_from(">H", font, ends + at)
        (first,) = struct.unpack_from(">H", font, starts + at)
        (delta,) = struct.unpack_from(">H", font, deltas + at)
        (offset,) = struct.unpack_from(">H", font, ranges + at)
        codes = range(first, min(last + 1, _LAST_SEGMENT))
        if offset:
            glyphs = struct.unpack_from(f">{len(codes)}H", font, ranges + at + offset)
            pairs = zip(codes, glyphs, strict=True)
            found.update(c for c, glyph in pairs if glyph and (glyph + delta) & _LAST_SEGMENT)
        else:
            no_glyph = -delta & _LAST_SEGMENT
            found.update(code for code in codes if code != no_glyph)
    return found
