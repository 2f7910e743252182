"""Rows that say what moved over the rail on a day, found by one index from either side.

`LEDGER#` entries are vouchers that touch the clearing account; `LOANS#` entries are loans, loan
events and the register of suspense. Each side is read for itself: the reconciliation compares them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from puhui.dynamodb import BaseRow, MoneyAttribute, dynamo_errors
from puhui.money import Money
from puhui.tenancy import BankId
from servicing.domain.rail.reconciliation import Movement
from servicing.domain.rail.statement_file import Direction

LEDGER: Final = "LEDGER"
LOANS: Final = "LOANS"


class ByClearingDay(GlobalSecondaryIndex["ClearingIndexed"]):  # type: ignore[no-untyped-call]
    """What moved over the rail on a day?"""

    class Meta:
        """Names the index as the table's template does."""

        index_name = "by_clearing_day"
        projection = AllProjection()

    gsi5pk = UnicodeAttribute(hash_key=True)
    gsi5sk = UnicodeAttribute(range_key=True)


class ClearingIndexed(BaseRow):
    """A row that may be about money over the rail; most are not, and then not in the index."""

    gsi5pk = UnicodeAttribute(null=True)
    gsi5sk = UnicodeAttribute(null=True)
    clearing = MoneyAttribute(null=True)
    by_clearing_day = ByClearingDay()


def clearing_key(bank_id: BankId, on: date) -> str:
    """The index partition of a bank's day."""
    return f"BANK#{bank_id}#CLEARING#{on.isoformat()}"


def place_in_index(
    row: ClearingIndexed, side: str, bank_id: BankId, on: date, movement: Movement | None
) -> None:
    """Put a row into the index; without a movement it stays out of it."""
    if movement is None:
        return
    row.gsi5pk = clearing_key(bank_id, on)
    row.gsi5sk = "#".join((side, movement.direction.value, movement.serial_no, row.pk, row.sk))
    row.clearing = movement.amount


def movement_of(row: ClearingIndexed) -> Movement:
    """The movement of a row that the index found."""
    _, direction, serial_no, *_ = str(row.gsi5sk).split("#")
    amount: Money = row.clearing
    return Movement(direction=Direction(direction), serial_no=serial_no, amount=amount)


class DynamoClearedMoney:
    """`servicing.rail_ports.ClearedMoney` on servicing's table."""

    def ledger(self, bank_id: BankId, on: date) -> Sequence[Movement]:
        """One query of the index."""
        return self._side(LEDGER, bank_id, on)

    def loans(self, bank_id: BankId, on: date) -> Sequence[Movement]:
        """One query of the index."""
        return self._side(LOANS, bank_id, on)

    @staticmethod
    def _side(side: str, bank_id: BankId, on: date) -> Sequence[Movement]:
        with dynamo_errors():
            rows = ClearingIndexed.by_clearing_day.query(
                clearing_key(bank_id, on), ClearingIndexed.gsi5sk.startswith(f"{side}#")
            )
            return [movement_of(row) for row in rows]
