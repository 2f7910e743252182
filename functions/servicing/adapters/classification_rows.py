"""Rows of classification, all in the debtor's partition `BANK#…#DEBTOR#…`.

`STANDING` (where the debtor stands), `CLASSIFICATION#id` (one, with all its steps),
`EFFECTIVE#day#id` (what took effect on a day; created once, never changed).
"""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import UnicodeAttribute

from puhui.dynamodb import BaseRow
from puhui.tenancy import BankId
from servicing.adapters.work_rows import ByWork, WorkRow

STANDING_SK: Final = "STANDING"
CLASSIFICATION_PREFIX: Final = "CLASSIFICATION#"
EFFECTIVE_PREFIX: Final = "EFFECTIVE#"


class ClassificationRow(WorkRow):
    """One classification; who took which step also stands apart, for the write's condition."""

    by_work = ByWork()
    branch_id = UnicodeAttribute()
    body = UnicodeAttribute()
    confirmed_by = UnicodeAttribute(null=True)
    approved_by = UnicodeAttribute(null=True)


class StandingRow(WorkRow):
    """Where a debtor stands; in the list of the tier in effect, by the day it is due."""

    by_work = ByWork()
    branch_id = UnicodeAttribute()
    body = UnicodeAttribute()


class EffectiveRow(BaseRow):
    """A classification as it took effect."""

    body = UnicodeAttribute()


CLASSIFICATION_ROWS: Final[tuple[type[BaseRow], ...]] = (
    ClassificationRow,
    StandingRow,
    EffectiveRow,
)


def waiting_pk(bank_id: BankId, state: str) -> str:
    """The work list of classifications at a state."""
    return f"BANK#{bank_id}#CLASSIFICATIONS#{state}"


def standings_pk(bank_id: BankId, tier: str) -> str:
    """The list of debtors with a tier in effect, by the day on which the next is due."""
    return f"BANK#{bank_id}#CLASSIFIED#{tier}"
