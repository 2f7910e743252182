"""Payments and debits of the rail in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from puhui.clock import Clock
from puhui.dynamodb import dynamo_errors
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId, bank_id
from servicing.adapters.clearing_rows import LOANS, place_in_index
from servicing.adapters.commit import Committer, Put, Update
from servicing.adapters.ledger_rows import book_changes, voucher_row
from servicing.adapters.rail_rows import (
    DEBIT_SK,
    PAYMENT_SK,
    UNFINISHED,
    RailDebitRow,
    RailPaymentRow,
    RowMovedOn,
    SuspenseRow,
    debit_pk,
    payment_pk,
    suspense_pk,
    work_pk,
)
from servicing.adapters.rows import (
    BALANCE_SK,
    BookRow,
    ServicingOutboxRow,
    attribute,
    book_pk,
    shard_of,
)
from servicing.domain.rail.debit import OPEN, DebitState, RailDebit
from servicing.domain.rail.errors import (
    DebitMismatch,
    DebitNotFound,
    RailPaymentNotFound,
    SerialNumberTaken,
)
from servicing.domain.rail.payment import UNFINISHED as UNFINISHED_STATES
from servicing.domain.rail.payment import Channel, PaymentState, RailPayment
from servicing.domain.rail.suspense import SuspensePosting

MAX_WORK_ITEMS: Final = 500
MAX_UNFINISHED: Final = 200
"""What one run takes up; the next takes the rest."""
PAYMENT_PREFIX: Final = "PAY#"
DEBIT_PREFIX: Final = "DEBIT#"


class DynamoRailPayments:
    """`servicing.rail_ports.RailPayments` on servicing's table."""

    def __init__(self, clock: Clock, commit: Committer | None = None) -> None:
        self._clock = clock
        self._commit = commit or Committer()

    def add(self, payment: RailPayment) -> RailPayment:
        """One row; whoever is second finds the number taken."""
        self._commit([Put(row=_payment_row(payment), refused=SerialNumberTaken)])
        return replace(payment, version=payment.version + 1)

    def get(self, bank_id: BankId, serial_no: str) -> RailPayment:
        """One consistent read."""
        with dynamo_errors(missing=RailPaymentNotFound):
            row = RailPaymentRow.get(payment_pk(serial_no), PAYMENT_SK, consistent_read=True)
        if row.bank_id != bank_id:
            raise RailPaymentNotFound()
        return _payment_of(row)

    def save(self, payment: RailPayment, posting: SuspensePosting | None = None) -> RailPayment:
        """One transaction: the payment, and where money moves the voucher with all it changes."""
        row = _payment_row(payment).at_version(payment.version)
        self._commit(
            [
                Put(row=row, refused=RowMovedOn),
                *(self._booking(payment, posting) if posting else ()),
            ]
        )
        return replace(payment, version=payment.version + 1)

    def work_items(self, bank_id: BankId) -> Sequence[RailPayment]:
        """One query of the index."""
        with dynamo_errors():
            rows = RailPaymentRow.by_work.query(work_pk(bank_id), limit=MAX_WORK_ITEMS)
            return [_payment_of(row) for row in rows]

    def unfinished(self) -> Sequence[RailPayment]:
        """The index names them; each is then read as written."""
        with dynamo_errors():
            rows = list(
                RailPaymentRow.by_work.query(
                    UNFINISHED,
                    RailPaymentRow.gsi4sk.startswith(PAYMENT_PREFIX),
                    limit=MAX_UNFINISHED,
                )
            )
        return [self.get(bank_id(row.bank_id), row.serial_no) for row in rows]

    def _booking(self, payment: RailPayment, posting: SuspensePosting) -> list[Put | Update]:
        voucher, movement = posting.voucher, posting.movement
        shard = book_pk(payment.bank_id, shard_of(payment.serial_no))
        register = SuspenseRow(
            suspense_pk(payment.bank_id),
            f"{payment.serial_no}#{payment.version:04d}",
            serial_no=payment.serial_no,
            amount=movement.amount,
            booked_on=voucher.booked_on,
            posting_id=voucher.transfer_id,
        )
        place_in_index(register, LOANS, payment.bank_id, voucher.booked_on, movement)
        return [
            Put(row=voucher_row(voucher, movement.key)),
            Put(row=register),
            Update(
                row=BookRow(shard, BALANCE_SK),
                actions=[
                    attribute(BookRow, field).add(change)
                    for field, change in book_changes(voucher).items()
                ],
            ),
            *(Put(row=row) for row in self._events(payment, posting)),
        ]

    def _events(self, payment: RailPayment, posting: SuspensePosting) -> list[ServicingOutboxRow]:
        if posting.event is None:
            return []
        envelope = posting.event.envelope(
            bank_id=payment.bank_id,
            subject=payment.serial_no,
            correlation_id=payment.serial_no,
            clock=self._clock,
            dedup=str(payment.version),
        )
        return outbox_rows(ServicingOutboxRow, [envelope])


class DynamoRailDebits:
    """`servicing.rail_ports.RailDebits` on servicing's table."""

    def __init__(self, commit: Committer | None = None) -> None:
        self._commit = commit or Committer()

    def open(self, debit: RailDebit) -> tuple[RailDebit, bool]:
        """One write; whoever is second reads what is there."""
        try:
            self._commit([Put(row=_debit_row(debit), refused=SerialNumberTaken)])
        except SerialNumberTaken:
            return self._known(debit), False
        return replace(debit, version=debit.version + 1), True

    def get(self, bank_id: BankId, serial_no: str) -> RailDebit:
        """One consistent read."""
        with dynamo_errors(missing=DebitNotFound):
            row = RailDebitRow.get(debit_pk(serial_no), DEBIT_SK, consistent_read=True)
        if row.bank_id != bank_id:
            raise DebitNotFound()
        return _debit_of(row)

    def save(self, debit: RailDebit) -> RailDebit:
        """One write under the version that was read."""
        row = _debit_row(debit).at_version(debit.version)
        self._commit([Put(row=row, refused=RowMovedOn)])
        return replace(debit, version=debit.version + 1)

    def open_ones(self) -> Sequence[RailDebit]:
        """The index names them; each is then read as written."""
        with dynamo_errors():
            rows = list(
                RailDebitRow.by_work.query(
                    UNFINISHED,
                    RailDebitRow.gsi4sk.startswith(DEBIT_PREFIX),
                    limit=MAX_UNFINISHED,
                )
            )
        return [self.get(bank_id(row.bank_id), row.serial_no) for row in rows]

    def _known(self, debit: RailDebit) -> RailDebit:
        try:
            return self.get(debit.bank_id, debit.serial_no)
        except DebitNotFound:
            raise DebitMismatch(field="serial_no", rule="rail.serial_no") from None


def _payment_row(payment: RailPayment) -> RailPaymentRow:
    work = _work_of(payment)
    return RailPaymentRow(
        payment_pk(payment.serial_no),
        PAYMENT_SK,
        gsi4pk=work[0] if work else None,
        gsi4sk=work[1] if work else None,
        bank_id=payment.bank_id,
        serial_no=payment.serial_no,
        amount=payment.amount,
        reference=payment.reference,
        booked_on=payment.booked_on,
        channel=payment.channel.value,
        fingerprint=payment.fingerprint,
        taken_on=payment.taken_on,
        taken_at=payment.taken_at,
        state=payment.state.value,
        notice_version=payment.notice_version,
        returned=payment.returned,
        loan_id=payment.loan_id,
        reason=payment.reason,
    )


def _work_of(payment: RailPayment) -> tuple[str, str] | None:
    """Where the index shows a payment: to the next run, to a person, or not at all."""
    if payment.state in UNFINISHED_STATES:
        return UNFINISHED, f"{PAYMENT_PREFIX}{payment.serial_no}"
    if payment.needs_a_person:
        return work_pk(payment.bank_id), f"{payment.taken_on.isoformat()}#{payment.serial_no}"
    return None


def _payment_of(row: RailPaymentRow) -> RailPayment:
    return RailPayment(
        bank_id=bank_id(row.bank_id),
        serial_no=row.serial_no,
        amount=row.amount,
        reference=row.reference,
        booked_on=row.booked_on,
        channel=Channel(row.channel),
        fingerprint=row.fingerprint,
        taken_on=row.taken_on,
        taken_at=row.taken_at,
        state=PaymentState(row.state),
        notice_version=int(row.notice_version),
        returned=row.returned,
        loan_id=row.loan_id,
        reason=row.reason,
        version=int(row.version),
    )


def _debit_row(debit: RailDebit) -> RailDebitRow:
    is_open = debit.state in OPEN
    values: dict[str, Any] = {
        "gsi4pk": UNFINISHED if is_open else None,
        "gsi4sk": f"{DEBIT_PREFIX}{debit.serial_no}" if is_open else None,
        "bank_id": debit.bank_id,
        "serial_no": debit.serial_no,
        "loan_id": debit.loan_id,
        "customer_id": debit.customer_id,
        "amount": debit.amount,
        "asked_at": debit.asked_at,
        "state": debit.state.value,
        "booked_on": debit.booked_on,
        "reason": debit.reason,
    }
    return RailDebitRow(debit_pk(debit.serial_no), DEBIT_SK, **values)


def _debit_of(row: RailDebitRow) -> RailDebit:
    return RailDebit(
        bank_id=bank_id(row.bank_id),
        serial_no=row.serial_no,
        loan_id=row.loan_id,
        customer_id=row.customer_id,
        amount=row.amount,
        asked_at=row.asked_at,
        state=DebitState(row.state),
        booked_on=row.booked_on,
        reason=row.reason,
        version=int(row.version),
    )
