"""The simulated core bank's journal in the sandbox's table: what stands at the end of each day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pynamodb.attributes import UnicodeAttribute

from puhui.dynamodb import BaseRow, MoneyAttribute, dynamo_errors
from sandbox.domain.statement import DIRECTIONS, JournalLine

MAX_LINES_PER_DAY = 20_000


class JournalRow(BaseRow):
    """One payment of one day."""

    serial_no = UnicodeAttribute()
    amount = MoneyAttribute()
    reference = UnicodeAttribute()


@dataclass(frozen=True)
class DynamoJournal:
    """`sandbox.incoming_ports.Journal` on the sandbox's table."""

    def of_day(self, bank_id: str, on: date) -> Sequence[JournalLine]:
        """One query for each direction."""
        lines: list[JournalLine] = []
        with dynamo_errors():
            for direction in DIRECTIONS:
                rows = JournalRow.query(
                    journal_pk(bank_id, on),
                    JournalRow.sk.startswith(f"{direction}#"),
                    consistent_read=True,
                    limit=MAX_LINES_PER_DAY,
                )
                lines += [
                    JournalLine(
                        direction=direction,
                        serial_no=row.serial_no,
                        amount=row.amount,
                        reference=row.reference,
                    )
                    for row in rows
                ]
        return lines


def journal_row(bank_id: str, on: date, line: JournalLine) -> JournalRow:
    """The row of a payment that stands, to be saved in one transaction with the payment."""
    return JournalRow(
        pk=journal_pk(bank_id, on),
        sk=f"{line.direction}#{line.serial_no}",
        serial_no=line.serial_no,
        amount=line.amount,
        reference=line.reference,
    )


def journal_pk(bank_id: str, on: date) -> str:
    """The partition of a bank's day."""
    return f"JOURNAL#{bank_id}#{on.isoformat()}"
