"""A loan's book beside its stored balances, read from DynamoDB at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pynamodb.transactions import TransactGet

from puhui.dynamodb import connection, dynamo_errors
from puhui.errors import StaleVersion
from puhui.tenancy import BankId, bank_id
from servicing.adapters.account_rows import AccountRow, ServicingBankRow
from servicing.adapters.book_rows import account_key
from servicing.adapters.dynamo_loan_books import DynamoLoanBooks
from servicing.adapters.ledger_rows import voucher_of
from servicing.adapters.rows import (
    BALANCE_SK,
    BANKS_PK,
    SubLedgerRow,
    VoucherRow,
    sub_ledger_pk,
    voucher_pk,
)
from servicing.book_ports import HeldBook
from servicing.domain.account.book import LoanBook
from servicing.domain.accounts import CHART, AccountKey
from servicing.domain.errors import TransferNotFound
from servicing.domain.vouchers import Balance, Step, Voucher

MAX_READS: Final = 4
PER_LOAN: Final = tuple(code for code, account in CHART.items() if account.per_loan)


class DynamoBookAudits:
    """`servicing.book_ports.BookAudits` on servicing's table."""

    def __init__(self, books: DynamoLoanBooks) -> None:
        self._books = books

    def held(self, bank_id: BankId, loan_id: str) -> HeldBook:
        """The book by one query, then balances and version by one transaction, until they agree."""
        for _ in range(MAX_READS):
            book = self._books.get(bank_id, loan_id)
            version, held = _balances(book)
            if version == book.version:
                return HeldBook(book=book, held=held)
        raise StaleVersion(f"{loan_id} changes faster than it can be read")

    def posting(self, bank_id: BankId, posting_id: str) -> Voucher:
        """One consistent read."""
        with dynamo_errors(missing=TransferNotFound):
            row = VoucherRow.get(voucher_pk(posting_id), Step.BOOK.value, consistent_read=True)
        if row.bank_id != bank_id:
            raise TransferNotFound()
        return voucher_of(row)

    def banks(self) -> Sequence[BankId]:
        """One consistent query."""
        with dynamo_errors():
            rows = list(ServicingBankRow.query(BANKS_PK, consistent_read=True))
        return [bank_id(row.sk) for row in rows]


def _balances(book: LoanBook) -> tuple[int, Mapping[AccountKey, Balance]]:
    """The version and the balances of a loan's accounts; version 0 where there is no account."""
    keys = [AccountKey(code, book.loan.application_id) for code in PER_LOAN]
    with dynamo_errors(), TransactGet(connection=connection()) as read:
        account = read.get(AccountRow, *account_key(book))
        rows = [
            (key, read.get(SubLedgerRow, sub_ledger_pk(book.loan.bank_id, key), BALANCE_SK))
            for key in keys
        ]
    return _version(account), {key: _balance(row) for key, row in rows}


def _version(account: Any) -> int:
    """A loan that was booked before there were accounts has no row: its book is new."""
    try:
        return int(account.get().book_version)
    except AccountRow.DoesNotExist:
        return 0


def _balance(row: Any) -> Balance:
    """Nothing was ever booked where there is no row."""
    try:
        found = row.get()
    except SubLedgerRow.DoesNotExist:
        return Balance()
    return Balance(posted=found.posted, pending=found.pending)
