"""Rows of name lists, below `BANK#{bank}#NAMELIST` and `BANK#{bank}#LISTHITS#{entry}`.

`HEAD` counts the changes of what counts, `ENTRY#id` is an entry; a hit is written once by day and
decision. Names, codes and reasons are inside encrypted bodies; keys hold ids.
"""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from puhui.dynamodb import BaseRow, InstantAttribute
from puhui.tenancy import BankId
from risk.adapters.rows_sealed import SealedRow

HEAD_SK: Final = "HEAD"
ENTRY_PREFIX: Final = "ENTRY#"


class ListHeadRow(BaseRow):
    """How often what counts has changed, and how many entries count."""

    revision = NumberAttribute()
    counting = NumberAttribute()


class ListEntryRow(SealedRow):
    """An entry; `revision` is the head's when the entry last changed what counts."""

    status = UnicodeAttribute()
    revision = NumberAttribute()


class ListHitRow(BaseRow):
    """That an entry was met by a decision."""

    entry_id = UnicodeAttribute()
    decision_id = UnicodeAttribute()
    list = UnicodeAttribute()
    match = UnicodeAttribute()
    score_ppm = NumberAttribute()
    counts_as = UnicodeAttribute(null=True)
    noted_at = InstantAttribute()


LIST_ROWS: Final[tuple[type[BaseRow], ...]] = (ListHeadRow, ListEntryRow, ListHitRow)


def lists_pk(bank_id: BankId) -> str:
    """All entries of a bank are one partition: they are read together."""
    return f"BANK#{bank_id}#NAMELIST"


def hits_pk(bank_id: BankId, entry_id: str) -> str:
    """The decisions that an entry was met by."""
    return f"BANK#{bank_id}#LISTHITS#{entry_id}"
