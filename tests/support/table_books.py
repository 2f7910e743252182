"""Reads a bank's books off servicing's table, row by row, as an auditor with a scan would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from puhui.events import Envelope
from puhui.tenancy import BankId
from servicing.adapters.ledger_rows import book_balances, transfer_of, voucher_of
from servicing.adapters.rows import (
    BookRow,
    LoanRow,
    ServicingOutboxRow,
    SubLedgerRow,
    VoucherRow,
    account_of,
)
from servicing.adapters.transfer_rows import TransferRow
from servicing.book_ports import LoanBooks
from servicing.domain.invariants import BooksSnapshot
from servicing.domain.vouchers import Balance
from servicing.ports import Loans


def books_on_table(bank: BankId, loans: Loans, books: LoanBooks) -> BooksSnapshot:
    """One bank's books."""
    transfers = [transfer_of(row) for row in _rows(TransferRow, "TRANSFER#")]
    vouchers = [voucher_of(row) for row in _rows(VoucherRow, "VOUCHER#")]
    found = [loans.get(bank, row.gsi1sk) for row in _loan_rows(bank)]
    return BooksSnapshot(
        transfers=[transfer for transfer in transfers if transfer.bank_id == bank],
        vouchers=[voucher for voucher in vouchers if voucher.bank_id == bank],
        book=book_balances(_rows(BookRow, f"BOOK#{bank}#")),
        sub_ledgers=dict(_sub_ledgers(bank)),
        loans=found,
        books=[books.get(bank, loan.loan_id) for loan in found],
    )


def outbox_on_table() -> Sequence[Envelope]:
    """Every event that waits in the outbox."""
    return [row.event for row in _rows(ServicingOutboxRow, "OUTBOX#")]


def _rows(row_class: Any, prefix: str) -> list[Any]:
    return list(row_class.scan(row_class.pk.startswith(prefix), consistent_read=True))


def _loan_rows(bank: BankId) -> list[Any]:
    prefix = f"BANK#{bank}#LOAN#"
    rows = LoanRow.scan(
        LoanRow.pk.startswith(prefix) & (LoanRow.sk == "LOAN"), consistent_read=True
    )
    return list(rows)


def _sub_ledgers(bank: BankId) -> Iterator[tuple[Any, Balance]]:
    prefix = f"BANK#{bank}#SUBLEDGER#"
    for row in _rows(SubLedgerRow, prefix):
        code, _, holder = row.pk.removeprefix(prefix).partition("#")
        yield account_of(f"{code}/{holder}"), Balance(posted=row.posted, pending=row.pending)
