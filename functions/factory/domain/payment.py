"""A payment over the core-banking rail: one serial number, sent at most once in effect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from puhui.money import Money
from puhui.tenancy import BankId


class PaymentState(StrEnum):
    """What we know of a payment. `SENT` without an answer is as unknown as `UNKNOWN`."""

    SENT = "sent"
    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentIntent:
    """The bank's intent to pay `amount` under `serial_no` (流水号), and its known state."""

    bank_id: BankId
    application_id: str
    serial_no: str
    amount: Money
    state: PaymentState = PaymentState.SENT
    bank_reference: str | None = None
    version: int = 0

    @property
    def settled(self) -> bool:
        """Whether the rail's final word is known."""
        return self.state in (PaymentState.CONFIRMED, PaymentState.REJECTED)

    def learn(self, state: PaymentState, bank_reference: str | None) -> PaymentIntent:
        """Take what the rail said; a settled payment learns nothing new."""
        if self.settled:
            return self
        return replace(self, state=state, bank_reference=bank_reference)
