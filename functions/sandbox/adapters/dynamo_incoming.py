"""Money that comes into the simulated core bank, in the sandbox's own table."""

from __future__ import annotations

from dataclasses import dataclass

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from puhui.dynamodb import (
    BaseRow,
    DateAttribute,
    MoneyAttribute,
    dynamo_errors,
    transaction,
)
from sandbox.adapters.dynamo_journal import JournalRow, journal_pk, journal_row
from sandbox.domain.errors import PaymentNotArrived, SerialNumberTaken
from sandbox.domain.incoming import Incoming, IncomingState
from sandbox.domain.statement import JournalLine

INCOMING_SK = "INCOMING"


class IncomingRow(BaseRow):
    """A payment to the bank."""

    bank_id = UnicodeAttribute()
    serial_no = UnicodeAttribute()
    amount = MoneyAttribute()
    reference = UnicodeAttribute()
    booked_on = DateAttribute()
    customer_id = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    notice_version = NumberAttribute()
    reason = UnicodeAttribute(null=True)


@dataclass(frozen=True)
class DynamoIncomingPayments:
    """`sandbox.incoming_ports.IncomingPayments` on the sandbox's table."""

    def get(self, serial_no: str) -> Incoming:
        """One consistent read."""
        with dynamo_errors(missing=PaymentNotArrived):
            row = IncomingRow.get(_pk(serial_no), INCOMING_SK, consistent_read=True)
        return Incoming(
            bank_id=row.bank_id,
            serial_no=row.serial_no,
            amount=row.amount,
            reference=row.reference,
            booked_on=row.booked_on,
            customer_id=row.customer_id,
            state=IncomingState(row.state),
            notice_version=int(row.notice_version),
            reason=row.reason,
            version=int(row.version),
        )

    def add(self, incoming: Incoming) -> Incoming:
        """One transaction with the line of the day's journal."""
        try:
            with transaction(conflict=SerialNumberTaken) as write:
                write.save(_row(incoming))
                if incoming.state is IncomingState.RECEIVED:
                    write.save(_journal_row(incoming))
        except SerialNumberTaken:
            return self.get(incoming.serial_no)
        return incoming

    def take_back(self, incoming: Incoming) -> None:
        """The state and the end of the journal's line, in one transaction."""
        line = JournalRow.sk.exists()
        with transaction() as write:
            write.save(_row(incoming).at_version(incoming.version))
            write.delete(
                JournalRow(
                    journal_pk(incoming.bank_id, incoming.booked_on), f"in#{incoming.serial_no}"
                ),
                condition=line,
                add_version_condition=False,
            )


def _row(incoming: Incoming) -> IncomingRow:
    return IncomingRow(
        pk=_pk(incoming.serial_no),
        sk=INCOMING_SK,
        bank_id=incoming.bank_id,
        serial_no=incoming.serial_no,
        amount=incoming.amount,
        reference=incoming.reference,
        booked_on=incoming.booked_on,
        customer_id=incoming.customer_id,
        state=incoming.state.value,
        notice_version=incoming.notice_version,
        reason=incoming.reason,
    )


def _journal_row(incoming: Incoming) -> JournalRow:
    line = JournalLine(
        direction="in",
        serial_no=incoming.serial_no,
        amount=incoming.amount,
        reference=incoming.reference,
    )
    return journal_row(incoming.bank_id, incoming.booked_on, line)


def _pk(serial_no: str) -> str:
    return f"INCOMING#{serial_no}"
