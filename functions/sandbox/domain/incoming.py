"""Money that comes into the simulated core bank for a loan: payments of customers, and debits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from puhui.money import Money
from sandbox.domain.errors import PaymentWentBackTooLate, SerialNumberTaken

NO_ACCOUNT_ENDING = "4040"
"""A customer whose number ends so has no settlement account at the simulated core bank."""
NO_MONEY_ENDING = "5151"
"""A customer whose number ends so has nothing on it."""
NO_ACCOUNT = "结算账户不存在 no such settlement account"
NO_MONEY = "余额不足 insufficient funds"


class IncomingState(StrEnum):
    """What became of money on its way to the bank."""

    RECEIVED = "received"
    RETURNED = "returned"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One payment to the bank under one serial number; `notice_version` grows with its state."""

    bank_id: str
    serial_no: str
    amount: Money
    reference: str
    booked_on: date
    customer_id: str | None = None
    """Set for a debit: whose account the bank asked to debit."""
    state: IncomingState = IncomingState.RECEIVED
    notice_version: int = 1
    reason: str | None = None
    version: int = 0

    def same_order(self, other: Incoming) -> Incoming:
        """The same order again gets the same word; another under this number is refused."""
        ours = (self.bank_id, self.amount, self.reference, self.customer_id)
        if ours != (other.bank_id, other.amount, other.reference, other.customer_id):
            raise SerialNumberTaken(field="serial_no", rule="rail.serial_no")
        return self

    def returned(self, on: date) -> Incoming:
        """The money goes back on the day on which it came; later it would be another payment."""
        if self.state is IncomingState.RETURNED:
            return self
        if self.state is IncomingState.REJECTED or on != self.booked_on:
            raise PaymentWentBackTooLate(field="serial_no", rule="rail.same_day")
        return replace(self, state=IncomingState.RETURNED, notice_version=self.notice_version + 1)


def debited(order: Incoming) -> Incoming:
    """The word on a debit: received, unless the customer has no account or no money."""
    customer = order.customer_id or ""
    for ending, reason in ((NO_ACCOUNT_ENDING, NO_ACCOUNT), (NO_MONEY_ENDING, NO_MONEY)):
        if customer.endswith(ending):
            return replace(order, state=IncomingState.REJECTED, reason=reason)
    return order
