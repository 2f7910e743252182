"""Rows of business days and of the reports of closed days.

Keys: `BANK#…#BUSINESS-DAY` (the bank's day and the attempt that closes it) · `BANK#…#EOD#date`
(`PARTITION#07`: the figures of a partition; `REPORT`: those of the closed day).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from puhui.dynamodb import BaseRow, DateAttribute, InstantAttribute, JsonAttribute
from puhui.tenancy import BankId

DAY_SK: Final = "BUSINESS-DAY"
REPORT_SK: Final = "REPORT"
PARTITION_PREFIX: Final = "PARTITION#"


class BusinessDayRow(BaseRow):
    """The business day of a bank."""

    day = DateAttribute()
    state = UnicodeAttribute()
    run_id = UnicodeAttribute(null=True)
    attempt = NumberAttribute()
    closing_since = InstantAttribute(null=True)
    failures = JsonAttribute()
    day_version = NumberAttribute()


class DayFiguresRow(BaseRow):
    """The figures of a day: of one partition, or of the bank once the day is closed."""

    tally = JsonAttribute()
    run_id = UnicodeAttribute(null=True)
    attempts = NumberAttribute(null=True)
    closed_at = InstantAttribute(null=True)
    ended = NumberAttribute(null=True)


END_OF_DAY_ROWS: Final[tuple[type[BaseRow], ...]] = (BusinessDayRow, DayFiguresRow)


def business_day_pk(bank_id: BankId) -> str:
    """The partition of a bank's business day."""
    return f"BANK#{bank_id}#{DAY_SK}"


def end_of_day_pk(bank_id: BankId, day: date) -> str:
    """The partition of the figures of one day."""
    return f"BANK#{bank_id}#EOD#{day.isoformat()}"


def partition_sk(partition: int) -> str:
    """The place of a partition's figures."""
    return f"{PARTITION_PREFIX}{partition:02d}"
