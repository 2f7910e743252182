"""What the two payment steps share: the order from the payload, the view of the intent."""

from __future__ import annotations

from typing import Any

from factory.domain.payment import PaymentIntent
from factory.payloads import PaymentPayload, PaymentView
from factory.ports import Parties, PaymentOrder
from puhui.money import Money
from puhui.tenancy import bank_id


def order_of(payload: PaymentPayload, parties: Parties) -> PaymentOrder:
    """The payee comes out of the sealed party, never through the workflow's data."""
    party = parties.open(payload.party_sealed, bank_id(payload.bank_id), payload.application_id)
    return PaymentOrder(
        bank_id=bank_id(payload.bank_id),
        serial_no=payload.disbursement_id,
        amount=Money(payload.amount_fen),
        payee_account=party.payout_account,
        payee_name=party.name,
        purpose=payload.purpose,
    )


def payment_view(intent: PaymentIntent) -> dict[str, Any]:
    """What the workflow learns."""
    return PaymentView(state=intent.state.value, bank_reference=intent.bank_reference).model_dump(
        mode="json"
    )
