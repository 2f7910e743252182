"""Payments and planned faults in the sandbox's own table."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from puhui.dynamodb import (
    BaseRow,
    DateAttribute,
    InstantAttribute,
    MoneyAttribute,
    dynamo_errors,
    transaction,
)
from puhui.errors import StaleVersion
from sandbox.adapters.dynamo_journal import journal_row
from sandbox.domain.errors import PaymentNotArrived, SerialNumberTaken
from sandbox.domain.rail import MAX_FAULTS, Fault, Payment, PaymentStatus
from sandbox.domain.statement import JournalLine

PAYMENT_SK = "PAYMENT"
FAULTS_PK = "FAULTS"
FAULT_PREFIX = "FAULT#"
MAX_TAKE_ATTEMPTS = 5
"""Callers that want the same fault at once take turns."""


class PaymentRow(BaseRow):
    """A payment that arrived; neither name nor account."""

    bank_id = UnicodeAttribute()
    booked_on = DateAttribute()
    serial_no = UnicodeAttribute()
    amount = MoneyAttribute()
    order_sha256 = UnicodeAttribute()
    status = UnicodeAttribute()
    bank_reference = UnicodeAttribute()
    taken_at = InstantAttribute()
    reason = UnicodeAttribute(null=True)


class FaultRow(BaseRow):
    """A planned fault."""

    fault_id = UnicodeAttribute()
    serial_no_prefix = UnicodeAttribute(null=True)
    account_sha256 = UnicodeAttribute(null=True)
    delay_ms = NumberAttribute()
    error = NumberAttribute(null=True)
    lose_answer = BooleanAttribute()
    times = NumberAttribute()


ROWS = (PaymentRow, FaultRow)


@dataclass(frozen=True)
class DynamoPayments:
    """Every payment order that arrived."""

    def get(self, serial_no: str) -> Payment:
        """Return the payment, or raise PaymentNotArrived."""
        with dynamo_errors(missing=PaymentNotArrived):
            row = PaymentRow.get(_payment_pk(serial_no), PAYMENT_SK, consistent_read=True)
        return Payment(
            bank_id=row.bank_id,
            booked_on=row.booked_on,
            serial_no=row.serial_no,
            amount=row.amount,
            order_sha256=row.order_sha256,
            status=PaymentStatus(row.status),
            bank_reference=row.bank_reference,
            taken_at=row.taken_at,
            reason=row.reason,
        )

    def add(self, payment: Payment) -> Payment:
        """Keep a payment; return the one that stands under its number, this or an earlier."""
        row = PaymentRow(
            pk=_payment_pk(payment.serial_no),
            sk=PAYMENT_SK,
            bank_id=payment.bank_id,
            booked_on=payment.booked_on,
            serial_no=payment.serial_no,
            amount=payment.amount,
            order_sha256=payment.order_sha256,
            status=payment.status.value,
            bank_reference=payment.bank_reference,
            taken_at=payment.taken_at,
            reason=payment.reason,
        )
        try:
            with transaction(conflict=SerialNumberTaken) as write:
                write.save(row)
                if payment.status is PaymentStatus.CONFIRMED:
                    write.save(journal_row(payment.bank_id, payment.booked_on, _line(payment)))
        except SerialNumberTaken:
            return self.get(payment.serial_no)
        return payment


@dataclass(frozen=True)
class DynamoFaults:
    """Planned faults, oldest first."""

    def plan(self, fault: Fault) -> None:
        """Keep a planned fault."""
        with dynamo_errors():
            _fault_row(fault).save()

    def take(self, serial_no: str, account_sha256: str | None) -> Fault | None:
        """Use up one time of the oldest fault planned for this order, if there is one."""
        for _ in range(MAX_TAKE_ATTEMPTS):
            hit = next((f for f in self._all() if f.hits(serial_no, account_sha256)), None)
            if hit is None:
                return None
            try:
                with dynamo_errors(conflict=StaleVersion):
                    _fault_row(hit.used()).save()
            except StaleVersion:
                continue
            return hit
        raise StaleVersion("too many callers want this planned fault")

    def clear(self) -> int:
        """Forget every planned fault; answer how many there were."""
        planned = self._all()
        with dynamo_errors():
            for fault in planned:
                _fault_row(fault).delete()
        return len(planned)

    def _all(self) -> list[Fault]:
        with dynamo_errors():
            rows = FaultRow.query(
                FAULTS_PK,
                FaultRow.sk.startswith(FAULT_PREFIX),
                consistent_read=True,
                limit=MAX_FAULTS,
            )
            return [_fault(row) for row in rows]


def _line(payment: Payment) -> JournalLine:
    return JournalLine(
        direction="out",
        serial_no=payment.serial_no,
        amount=payment.amount,
        reference=payment.serial_no,
    )


def _payment_pk(serial_no: str) -> str:
    return f"PAYMENT#{serial_no}"


def _fault_row(fault: Fault) -> FaultRow:
    row = FaultRow(
        pk=FAULTS_PK,
        sk=f"{FAULT_PREFIX}{fault.fault_id}",
        fault_id=fault.fault_id,
        serial_no_prefix=fault.serial_no_prefix,
        account_sha256=fault.account_sha256,
        delay_ms=fault.delay_ms,
        error=fault.error,
        lose_answer=fault.lose_answer,
        times=fault.times,
    )
    if fault.version:
        row.version = fault.version
    return row


def _fault(row: FaultRow) -> Fault:
    return replace(
        Fault(
            fault_id=row.fault_id,
            serial_no_prefix=row.serial_no_prefix,
            account_sha256=row.account_sha256,
            lose_answer=row.lose_answer,
        ),
        delay_ms=int(row.delay_ms),
        error=None if row.error is None else int(row.error),
        times=int(row.times),
        version=int(row.version),
    )
