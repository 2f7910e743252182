"""A customer's payment over the core-banking rail (到账): named by its serial number, once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from puhui.ids import derived_id
from puhui.money import Money
from puhui.strict_json import dumps
from puhui.tenancy import BankId
from servicing.domain.rail.errors import NotInSuspense, NotReturned, RailPaymentMismatch


class PaymentState(StrEnum):
    """Where a payment stands; `taken` is written down and not yet anywhere in the books."""

    TAKEN = "taken"
    BOOKED = "booked"
    SUSPENDED = "suspended"
    ASSIGNED = "assigned"
    RETURNED = "returned"


STATE_NAMES: Final[Mapping[PaymentState, str]] = {
    PaymentState.TAKEN: "已接收",
    PaymentState.BOOKED: "已入账",
    PaymentState.SUSPENDED: "挂账",
    PaymentState.ASSIGNED: "已认领待入账",
    PaymentState.RETURNED: "已退回",
}
UNFINISHED: Final = frozenset({PaymentState.TAKEN, PaymentState.ASSIGNED})
"""States that a run which died left behind; whoever finds one goes on with it."""


class Channel(StrEnum):
    """How we heard of a payment first; the effect is the same."""

    CALL = "call"
    FILE = "file"
    DEBIT = "debit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a notice, a file's line or a debit's answer says of a payment."""

    bank_id: BankId
    serial_no: str
    amount: Money
    reference: str
    booked_on: date
    channel: Channel
    notice_version: int = 1
    returned: bool = False

    @property
    def fingerprint(self) -> str:
        """A hash of the payment: bank, amount, what it is for and the day; not of the channel."""
        parts = [self.bank_id, self.amount.minor, self.reference, self.booked_on.isoformat()]
        return hashlib.sha256(dumps(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class RailPayment:
    """One payment and what became of it; `taken_on` is our business date, `booked_on` the rail's.

    `returned` says that the rail took the money back after we had it in the books: a person
    decides what follows.
    """

    bank_id: BankId
    serial_no: str
    amount: Money
    reference: str
    booked_on: date
    channel: Channel
    fingerprint: str
    taken_on: date
    taken_at: datetime
    state: PaymentState = PaymentState.TAKEN
    notice_version: int = 1
    returned: bool = False
    loan_id: str | None = None
    reason: str | None = None
    version: int = 0

    @property
    def event_id(self) -> str:
        """The one loan event of this payment, under every repetition and channel."""
        return derived_id("evt", "rail", self.serial_no)

    @property
    def needs_a_person(self) -> bool:
        """Whether it is a work item: money in suspense, or money that the rail took back."""
        return self.state is PaymentState.SUSPENDED or (
            self.returned and self.state is not PaymentState.RETURNED
        )

    def same_as(self, heard: Heard) -> RailPayment:
        """This payment, if that is what was heard of; else nothing is changed and nothing shown."""
        if self.fingerprint != heard.fingerprint:
            raise RailPaymentMismatch(field="serial_no", rule="rail.serial_no")
        if heard.notice_version == self.notice_version and heard.returned != self.returned:
            raise RailPaymentMismatch(field="state", rule="rail.notice_version")
        return self

    def after(self, heard: Heard) -> RailPayment:
        """The payment after a newer notice; an older or repeated one changes nothing."""
        if heard.notice_version <= self.notice_version:
            return self
        return replace(self, notice_version=heard.notice_version, returned=heard.returned)

    def booked(self, loan_id: str) -> RailPayment:
        """入账: the loan has it."""
        return replace(self, state=PaymentState.BOOKED, loan_id=loan_id, reason=None)

    def suspended(self, reason: str) -> RailPayment:
        """挂账: no loan takes it; it lies in suspense for a person."""
        return replace(self, state=PaymentState.SUSPENDED, reason=reason, loan_id=None)

    def given_back(self) -> RailPayment:
        """已退回: a person saw that the rail took the money back and that no loan keeps it."""
        if not (self.returned and self.needs_a_person):
            raise NotReturned(f"the payment is {STATE_NAMES[self.state]}", field="serial_no")
        return replace(self, state=PaymentState.RETURNED, loan_id=None, reason=None)

    def assigned(self, loan_id: str) -> RailPayment:
        """认领: out of suspense, on its way into a loan; a returned payment is not."""
        if self.state is not PaymentState.SUSPENDED or self.returned:
            raise NotInSuspense(f"the payment is {STATE_NAMES[self.state]}", field="serial_no")
        return replace(self, state=PaymentState.ASSIGNED, loan_id=loan_id, reason=None)


def first_heard(heard: Heard, on: date, at: datetime) -> RailPayment:
    """The payment as first heard of; money that went back before we had it never comes in."""
    return RailPayment(
        bank_id=heard.bank_id,
        serial_no=heard.serial_no,
        amount=heard.amount,
        reference=heard.reference,
        booked_on=heard.booked_on,
        channel=heard.channel,
        fingerprint=heard.fingerprint,
        taken_on=on,
        taken_at=at,
        state=PaymentState.RETURNED if heard.returned else PaymentState.TAKEN,
        notice_version=heard.notice_version,
        returned=heard.returned,
    )
