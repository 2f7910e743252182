"""A bank's rail whose payments, debits and files lie in servicing's table on moto."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from puhui.clock import FixedClock
from puhui.dynamodb import bind_table
from servicing.adapters.clearing_rows import ClearingIndexed
from servicing.adapters.commit import Committer
from servicing.adapters.dynamo_rail import DynamoRailDebits, DynamoRailPayments
from servicing.adapters.dynamo_reconciliations import DynamoRailFiles
from servicing.adapters.ledger_rows import voucher_of
from servicing.adapters.rail_rows import RAIL_ROWS, RailDebitRow, RailPaymentRow
from servicing.adapters.rows import VoucherRow
from servicing.domain.rail.debit import RailDebit
from servicing.domain.rail.payment import RailPayment
from servicing.domain.vouchers import Voucher
from tests.support.rail import RailBank
from tests.support.servicing import NOON, TABLE, table_world


class TablePayments(DynamoRailPayments):
    """Payments in the table, and a way to look at all of them."""

    @property
    def rows(self) -> dict[str, RailPayment]:
        """Every payment, by its number."""
        found = RailPaymentRow.scan(RailPaymentRow.pk.startswith("RAILPAY#"), consistent_read=True)
        return {row.serial_no: self.get(row.bank_id, row.serial_no) for row in found}

    @property
    def vouchers(self) -> list[Voucher]:
        """Every voucher of suspense."""
        found = VoucherRow.scan(VoucherRow.pk.startswith("VOUCHER#"), consistent_read=True)
        return [voucher_of(row) for row in found]


class TableDebits(DynamoRailDebits):
    """Debits in the table, and a way to look at all of them."""

    @property
    def rows(self) -> dict[str, RailDebit]:
        """Every debit, by its number."""
        found = RailDebitRow.scan(RailDebitRow.pk.startswith("RAILDEBIT#"), consistent_read=True)
        return {row.serial_no: self.get(row.bank_id, row.serial_no) for row in found}


@contextmanager
def table_rail_bank(
    payments: type[TablePayments] = TablePayments,
) -> Iterator[RailBank]:
    """An empty table and a bank on it; the books of its loans stay in memory."""
    with table_world():
        bind_table(TABLE, *RAIL_ROWS, ClearingIndexed)
        clock, commit = FixedClock(NOON), Committer(pause=lambda _: None)
        parts: dict[str, Any] = {
            "payments": payments(clock, commit),
            "debits": TableDebits(commit),
            "files": DynamoRailFiles(commit),
        }
        yield RailBank(clock=clock, **parts)
