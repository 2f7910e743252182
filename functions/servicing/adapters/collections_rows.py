"""Rows of collections, in the debtor's partition `BANK#…#DEBTOR#…`.

`COLLECTION` (the file), `CONTACT#instant#id` (a contact; created once, never changed).
"""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import UnicodeAttribute

from puhui.dynamodb import BaseRow
from puhui.tenancy import BankId
from servicing.adapters.work_rows import ByWork, WorkRow

FILE_SK: Final = "COLLECTION"
CONTACT_PREFIX: Final = "CONTACT#"
MOST_DAYS: Final = 99_999
MOST_FEN: Final = 10**15


class CollectionFileRow(WorkRow):
    """A debtor's file; in the bank's work list while something is overdue."""

    by_work = ByWork()
    branch_id = UnicodeAttribute()
    body = UnicodeAttribute()


class ContactRow(BaseRow):
    """One contact."""

    body = UnicodeAttribute()


COLLECTION_ROWS: Final[tuple[type[BaseRow], ...]] = (CollectionFileRow, ContactRow)


def work_pk(bank_id: BankId) -> str:
    """The bank's work list of collections."""
    return f"BANK#{bank_id}#COLLECTIONS"


def work_place(days_overdue: int, overdue_fen: int, debtor_id: str) -> str:
    """The longest overdue sorts first, then the largest amount."""
    return f"{MOST_DAYS - days_overdue:05d}#{MOST_FEN - overdue_fen:016d}#{debtor_id}"
