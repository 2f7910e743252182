"""Rows of exceptions and snoozes: one partition for each bank, sorted by whom they are for.

`{scope}#{whom}#{id}` is a waiver, `ID#{id}` says where it lies.
"""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import UnicodeAttribute

from puhui.dynamodb import BaseRow
from puhui.tenancy import BankId
from risk.adapters.rows_sealed import SealedRow

PLACE_PREFIX: Final = "ID#"


class WaiverRow(SealedRow):
    """A waiver."""

    status = UnicodeAttribute()


class WaiverPlaceRow(BaseRow):
    """Where the waiver with this id lies; never changed."""

    place = UnicodeAttribute()


WAIVER_ROWS: Final[tuple[type[BaseRow], ...]] = (WaiverRow, WaiverPlaceRow)


def waivers_pk(bank_id: BankId) -> str:
    """The waivers of a bank."""
    return f"BANK#{bank_id}#WAIVERS"
