"""Days and versions in the path of an address; what cannot be one names nothing that exists."""

from __future__ import annotations

from datetime import date

from puhui.errors import NotFound

MAX_VERSION_DIGITS = 8


def day_of(text: str) -> date:
    """The accounting day of a path, or NotFound."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound("a day is written YYYY-MM-DD", field="day", rule="path.format") from None


def version_of(text: str) -> int:
    """The version of a path, or NotFound."""
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_VERSION_DIGITS):
        raise NotFound("a version is a whole number", field="version", rule="path.format")
    return int(text)
