"""The ledger in DynamoDB: each movement is one transaction of five rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pynamodb.expressions.condition import Condition

from puhui.clock import Clock
from puhui.dynamodb import DynamoInbox, dynamo_errors
from puhui.errors import NotFound
from puhui.inbox import AlreadyConsumed
from puhui.money import Money
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId
from servicing.adapters.commit import Committer, Put, Update
from servicing.adapters.envelopes import movement_envelope
from servicing.adapters.ledger_rows import (
    book_balances,
    book_changes,
    holder_changes,
    transfer_of,
    transfer_row,
    voucher_of,
    voucher_row,
    vouchers_in_order,
)
from servicing.adapters.rows import (
    BALANCE_SK,
    BOOK_SHARDS,
    TRANSFER_SK,
    BookRow,
    ServicingInboxRow,
    ServicingOutboxRow,
    SubLedgerRow,
    VoucherRow,
    attribute,
    book_pk,
    shard_of,
    sub_ledger_pk,
    transfer_pk,
    voucher_pk,
)
from servicing.adapters.transfer_rows import PENDING_TRANSFERS, TransferRow
from servicing.domain.disbursement import principal_account
from servicing.domain.errors import (
    ApplicationAlreadyDrawn,
    TransferAlreadyResolved,
    TransferExists,
    TransferNotFound,
)
from servicing.domain.rail.statement_file import Direction
from servicing.domain.transfers import Movement, Transfer, TransferState
from servicing.domain.vouchers import Balance, Voucher
from servicing.ports import Consumed

NOTHING = Money(0)


class DynamoLedger:
    """`servicing.ports.Ledger` on servicing's table."""

    def __init__(self, clock: Clock, commit: Committer | None = None) -> None:
        self._clock = clock
        self._commit = commit or Committer()
        self._inbox = DynamoInbox(ServicingInboxRow, clock)

    def reserve(self, movement: Movement) -> None:
        """A new transfer, on an application that nothing has been drawn on."""
        self._commit(
            [
                Put(row=transfer_row(movement.transfer), refused=TransferExists),
                *self._sub_ledgers(movement, undrawn()),
                *self._booking(movement),
            ]
        )

    def resolve(self, movement: Movement, because_of: Consumed | None = None) -> None:
        """The end of a transfer that is pending, and the mark of the event that asked for it."""
        self._commit(
            [
                *self._mark(because_of),
                self._resolution(movement.transfer),
                *self._sub_ledgers(movement, None),
                *self._booking(movement),
            ]
        )

    def block(self, transfer: Transfer) -> None:
        """A transfer row without money: the id is out of use."""
        self._commit([Put(row=transfer_row(transfer), refused=TransferExists)])

    def get(self, bank_id: BankId, transfer_id: str) -> Transfer:
        """One consistent read."""
        with dynamo_errors(missing=TransferNotFound):
            row = TransferRow.get(transfer_pk(transfer_id), TRANSFER_SK, consistent_read=True)
        if row.bank_id != bank_id:
            raise TransferNotFound()
        return transfer_of(row)

    def pending_of_application(self, bank_id: BankId, application_id: str) -> str | None:
        """One consistent read of the application's sub-ledger."""
        row = _drawn(bank_id, application_id)
        return None if row is None or row.pending.is_zero else row.drawn_by

    def was_drawn(self, bank_id: BankId, application_id: str) -> bool:
        """One consistent read of the same row."""
        return _drawn(bank_id, application_id) is not None

    def pending(self, limit: int) -> Sequence[Transfer]:
        """The index names them; each is then read as written."""
        with dynamo_errors():
            found = TransferRow.by_work.query(PENDING_TRANSFERS, limit=limit)
            rows = [TransferRow.get(row.pk, row.sk, consistent_read=True) for row in found]
        transfers = [transfer_of(row) for row in rows]
        return [one for one in transfers if one.state is TransferState.PENDING]

    def vouchers(self, bank_id: BankId, transfer_id: str) -> Sequence[Voucher]:
        """One consistent query."""
        with dynamo_errors():
            rows = list(VoucherRow.query(voucher_pk(transfer_id), consistent_read=True))
        return vouchers_in_order(voucher_of(row) for row in rows if row.bank_id == bank_id)

    def balances(self, bank_id: BankId) -> Mapping[str, Balance]:
        """One batch read of all shards.

        Each shard is one row and balances by itself, so the sum balances even while others write.
        """
        keys = [(book_pk(bank_id, shard), BALANCE_SK) for shard in range(BOOK_SHARDS)]
        with dynamo_errors():
            return book_balances(BookRow.batch_get(keys, consistent_read=True))

    def _resolution(self, transfer: Transfer) -> Update:
        changes: list[tuple[Any, object]] = [
            (TransferRow.state, transfer.state.value),
            (TransferRow.resolved_on, transfer.resolved_on),
            (TransferRow.bank_reference, transfer.bank_reference),
            (TransferRow.reason, transfer.reason),
        ]
        return Update(
            row=TransferRow(transfer_pk(transfer.transfer_id), TRANSFER_SK),
            actions=[
                *(field.set(value) for field, value in changes if value is not None),
                TransferRow.gsi4pk.remove(),
                TransferRow.gsi4sk.remove(),
            ],
            condition=still_pending(),
            refused=TransferAlreadyResolved,
        )

    def _sub_ledgers(self, movement: Movement, condition: Condition | None) -> list[Update]:
        transfer = movement.transfer
        return [
            Update(
                row=SubLedgerRow(sub_ledger_pk(transfer.bank_id, key), BALANCE_SK),
                actions=[
                    SubLedgerRow.posted.add(change.posted),
                    SubLedgerRow.pending.add(change.pending),
                    SubLedgerRow.drawn_by.set(transfer.transfer_id),
                ],
                condition=condition,
                refused=ApplicationAlreadyDrawn,
            )
            for key, change in holder_changes(movement.voucher).items()
        ]

    def _booking(self, movement: Movement) -> list[Put | Update]:
        """The voucher, the balances that it changes, and the event that tells of it."""
        transfer = movement.transfer
        shard = book_pk(transfer.bank_id, shard_of(transfer.transfer_id))
        envelope = movement_envelope(movement, self._clock)
        return [
            Put(row=voucher_row(movement.voucher, (Direction.OUT, transfer.disbursement_id))),
            Update(
                row=BookRow(shard, BALANCE_SK),
                actions=[
                    attribute(BookRow, field).add(change)
                    for field, change in book_changes(movement.voucher).items()
                ],
            ),
            *(Put(row=row) for row in outbox_rows(ServicingOutboxRow, [envelope])),
        ]

    def _mark(self, because_of: Consumed | None) -> list[Put]:
        if because_of is None:
            return []
        mark = self._inbox.mark(because_of.consumer, because_of.event_id)
        return [Put(row=mark, refused=AlreadyConsumed)]


def _drawn(bank_id: BankId, application_id: str) -> SubLedgerRow | None:
    pk = sub_ledger_pk(bank_id, principal_account(application_id))
    try:
        with dynamo_errors(missing=NotFound):
            return SubLedgerRow.get(pk, BALANCE_SK, consistent_read=True)
    except NotFound:
        return None


def still_pending() -> Condition:
    """A transfer is resolved once: post and void exclude each other."""
    condition: Condition = TransferRow.state == TransferState.PENDING.value
    return condition


def undrawn() -> Condition:
    """An application is drawn once: nothing posted on its loan, nothing pending."""
    untouched: Condition = (SubLedgerRow.pending == NOTHING) & (SubLedgerRow.posted == NOTHING)
    new: Condition = SubLedgerRow.pk.does_not_exist()
    either: Condition = new | untouched
    return either
