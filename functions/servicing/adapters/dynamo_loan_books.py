"""The books of loans in DynamoDB: each change of a book is one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from puhui.clock import Clock
from puhui.dynamodb import dynamo_errors
from puhui.errors import NotFound, StaleVersion
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId
from puhui.tenancy import bank_id as bank_of
from servicing.adapters.account_rows import AccountRow, EventKeyRow, LoanEventRow
from servicing.adapters.book_rows import (
    account_actions,
    account_key,
    book_of,
    ended_sk,
    event_key_row,
    event_of,
    event_rows,
    open_book_of,
)
from servicing.adapters.change_rows import decision_update
from servicing.adapters.commit import Committer, Put, Update
from servicing.adapters.dynamo_loans import loan_of
from servicing.adapters.envelopes import change_envelopes
from servicing.adapters.ledger_rows import book_changes, holder_changes, voucher_row
from servicing.adapters.rows import (
    BALANCE_SK,
    EVENT_KEY_SK,
    BookRow,
    LoanPartRow,
    ServicingOutboxRow,
    SubLedgerRow,
    attribute,
    book_pk,
    customer_key,
    ended_key,
    event_key_pk,
    event_sk,
    loan_pk,
    partition_key,
    partition_of,
    sub_ledger_pk,
)
from servicing.book_ports import KnownEvent, Page
from servicing.domain.account.book import LoanBook, LoanChange
from servicing.domain.account.change_request import ChangeRequest
from servicing.domain.errors import EventExists, LoanNotFound
from servicing.domain.plan.calendar import ONE_DAY
from servicing.domain.rail.clearing import number_behind
from servicing.domain.vouchers import Voucher

MAX_LOANS_PER_CUSTOMER: Final = 200


class BookMovedOn(StaleVersion):
    """The loan's book was changed since it was read; to write the same again cannot help."""


class DynamoLoanBooks:
    """`servicing.book_ports.LoanBooks` and `OpenBooks` on servicing's table."""

    def __init__(self, clock: Clock, commit: Committer | None = None) -> None:
        self._clock = clock
        self._commit = commit or Committer()

    def get(self, bank_id: BankId, loan_id: str) -> LoanBook:
        """One consistent query of the loan's partition."""
        with dynamo_errors():
            rows = list(LoanPartRow.query(loan_pk(bank_id, loan_id), consistent_read=True))
        if not rows:
            raise LoanNotFound(f"no loan {loan_id}")
        parts = {row.sk: row for row in rows}
        return book_of(loan_of(bank_id, parts), parts)

    def record(self, change: LoanChange, approval: ChangeRequest | None = None) -> None:
        """One transaction of at most 18 rows: 10 accounts of the loan, and 8 more."""
        self._commit(
            [
                *self._log(change),
                *([decision_update(approval)] if approval else []),
                self._account(change),
                *self._booking(change),
                *(Put(row=row) for row in self._events(change)),
            ]
        )

    def known(self, event_id: str) -> KnownEvent | None:
        """Two consistent reads: who took the id, and what for."""
        try:
            with dynamo_errors(missing=NotFound):
                key = EventKeyRow.get(event_key_pk(event_id), EVENT_KEY_SK, consistent_read=True)
                bank = bank_of(key.bank_id)
                row = LoanEventRow.get(
                    loan_pk(bank, key.loan_id), event_sk(int(key.sequence)), consistent_read=True
                )
        except NotFound:
            return None
        return KnownEvent(
            bank_id=bank,
            loan_id=key.loan_id,
            payload_sha256=key.payload_sha256,
            event=event_of(row),
        )

    def open_in(self, bank_id: BankId, partition: int, *, after: str, limit: int) -> Page:
        """One query of the index; it may lag by a moment, `record` then says so."""
        pk = partition_key(bank_id, partition)
        beyond = AccountRow.gsi2sk > after if after else None
        with dynamo_errors():
            rows = list(AccountRow.by_partition.query(pk, beyond, limit=limit))
        books = tuple(open_book_of(row) for row in rows)
        last = books[-1].loan.loan_id if len(books) == limit else ""
        return Page(books=books, next_after=last)

    def ended_since(self, bank_id: BankId, partition: int, after: date) -> Sequence[LoanBook]:
        """One query of the index over all its pages."""
        begins = AccountRow.gsi2sk >= ended_sk(after + ONE_DAY, "")
        with dynamo_errors():
            rows = AccountRow.by_partition.query(ended_key(bank_id, partition), begins)
            return [open_book_of(row) for row in rows]

    def of_customer(self, bank_id: BankId, customer_id: str) -> Mapping[str, LoanBook]:
        """One query of the index; logs are not read."""
        with dynamo_errors():
            rows = AccountRow.by_customer.query(
                customer_key(bank_id, customer_id), limit=MAX_LOANS_PER_CUSTOMER
            )
            return {row.gsi3sk: open_book_of(row) for row in rows}

    def _log(self, change: LoanChange) -> list[Put]:
        """The event and its id; an id that is taken is the first thing to be told."""
        if change.event is None:
            return []
        return [
            Put(row=event_key_row(change, change.event), refused=EventExists),
            *(Put(row=row, refused=BookMovedOn) for row in event_rows(change, self._clock.now())),
        ]

    def _account(self, change: LoanChange) -> Update:
        """The account moves from the version that was read to the next one."""
        before = change.before.version
        at_version = AccountRow.book_version == before
        return Update(
            row=AccountRow(*account_key(change.after)),
            actions=account_actions(change.after),
            condition=at_version | AccountRow.pk.does_not_exist() if before == 0 else at_version,
            refused=BookMovedOn,
        )

    def _booking(self, change: LoanChange) -> list[Put | Update]:
        """The voucher and the balances that it changes; nothing where nothing is booked."""
        voucher, loan = change.voucher, change.after.loan
        if voucher is None:
            return []
        shard = book_pk(loan.bank_id, partition_of(loan.loan_id))
        return [
            Put(row=voucher_row(voucher, number_behind(change)), refused=BookMovedOn),
            *_sub_ledgers(voucher),
            Update(
                row=BookRow(shard, BALANCE_SK),
                actions=[
                    attribute(BookRow, field).add(change)
                    for field, change in book_changes(voucher).items()
                ],
            ),
        ]

    def _events(self, change: LoanChange) -> list[ServicingOutboxRow]:
        return outbox_rows(ServicingOutboxRow, change_envelopes(change, self._clock))


def _sub_ledgers(voucher: Voucher) -> Iterator[Update]:
    for key, change in holder_changes(voucher).items():
        yield Update(
            row=SubLedgerRow(sub_ledger_pk(voucher.bank_id, key), BALANCE_SK),
            actions=[
                SubLedgerRow.posted.add(change.posted),
                SubLedgerRow.pending.add(change.pending),
            ],
        )
