"""Rows of measured days.

Keys below `BANK#{bank}#`: `QUALITY#connector` (sk day) · `QUALITY-DAY#day` (sk connector).
"""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import UnicodeAttribute

from puhui.dynamodb import BaseRow


class QualityRow(BaseRow):
    """A connector's measured day; measuring again replaces it."""

    body = UnicodeAttribute()


QUALITY_ROWS: Final[tuple[type[BaseRow], ...]] = (QualityRow,)
