"""Payment intents in DynamoDB; the intent is there before anything is sent."""

from __future__ import annotations

from dataclasses import replace

from factory.adapters.dynamo_applications import application_pk
from factory.adapters.rows import PaymentRow
from factory.domain.errors import PaymentNotFound
from factory.domain.payment import PaymentIntent, PaymentState
from puhui.dynamodb import dynamo_errors
from puhui.errors import Conflict
from puhui.money import Money
from puhui.tenancy import BankId


class PaymentExists(Conflict):
    """There is a payment under this serial number already."""


class DynamoPayments:
    """`factory.ports.Payments` on the factory's table."""

    def open(self, intent: PaymentIntent) -> tuple[PaymentIntent, bool]:
        """Conditional put; the one that is there already must be about the same amount."""
        row = _to_row(intent)
        try:
            with dynamo_errors(conflict=PaymentExists):
                row.save()
        except PaymentExists:
            kept = self.get(intent.bank_id, intent.application_id, intent.serial_no)
            if kept.amount != intent.amount:
                raise Conflict(
                    f"{intent.serial_no} is a payment of {kept.amount}",
                    field="amount_fen",
                    rule="payment.same_amount",
                ) from None
            return kept, False
        return replace(intent, version=int(row.version)), True

    def get(self, bank_id: BankId, application_id: str, serial_no: str) -> PaymentIntent:
        """One consistent read."""
        with dynamo_errors(missing=PaymentNotFound):
            row = PaymentRow.get(
                application_pk(bank_id, application_id),
                f"PAYMENT#{serial_no}",
                consistent_read=True,
            )
        return PaymentIntent(
            bank_id=bank_id,
            application_id=application_id,
            serial_no=serial_no,
            amount=Money(int(row.amount_fen)),
            state=PaymentState(row.state),
            bank_reference=row.bank_reference,
            version=int(row.version),
        )

    def save(self, intent: PaymentIntent) -> None:
        """At its version."""
        with dynamo_errors():
            _to_row(intent).save()


def _to_row(intent: PaymentIntent) -> PaymentRow:
    return PaymentRow(
        application_pk(intent.bank_id, intent.application_id),
        f"PAYMENT#{intent.serial_no}",
        amount_fen=intent.amount.minor,
        state=intent.state.value,
        bank_reference=intent.bank_reference,
    ).at_version(intent.version)
