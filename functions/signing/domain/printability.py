"""Refuses to print what the fonts do not have: a name with a hole in it is another name."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from signing.domain.errors import GlyphMissing
from signing.domain.loan_document import texts_of

HasGlyph = Callable[[str], bool]


def ensure_printable(document: dict[str, Any], has_glyph: HasGlyph) -> None:
    """Every character of every text has a glyph and is visible as itself.

    Control and formatting characters are refused too: they can reverse or hide what is printed.
    """
    for path, text in texts_of(document):
        missing = sorted({char for char in text if not _printable(char, has_glyph)})
        if missing:
            codes = ", ".join(f"U+{ord(char):04X}" for char in missing)
            raise GlyphMissing(f"no glyph for {codes}", field=path, rule="contract.glyphs")


def _printable(char: str, has_glyph: HasGlyph) -> bool:
    return not unicodedata.category(char).startswith("C") and has_glyph(char)
