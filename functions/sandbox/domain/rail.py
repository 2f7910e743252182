"""The simulated core-banking rail: what becomes of a payment order, and planned faults."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from puhui.money import Money
from sandbox.domain.errors import (
    AnswerLost,
    SerialNumberTaken,
    SimulatedFailure,
    SimulatedOutage,
)

REJECTED_ACCOUNT_ENDING = "4040"
"""An account that ends so does not exist at the simulated core bank; nothing is paid to it."""
REJECTION = "收款账户不存在 no such account"
CANCELLED = "cancelled"
"""Stands where an order's hash would: the number was taken out of use before any order came."""
CANCELLATION = "流水号已作废 number cancelled before any order came"
MAX_DELAY_MS = 20_000
"""Longest planned delay; the function that waits runs 29 seconds at most."""
MAX_FAULTS = 100


class PaymentStatus(StrEnum):
    """The final word on a payment."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrder:
    """What the bank asks the core bank to pay; serial_no (交易流水号) names it once and for all."""

    bank_id: str
    serial_no: str
    amount: Money
    payee_account: str
    payee_name: str
    purpose: str

    def __repr__(self) -> str:
        """Show no payee: name and account are personal data."""
        return f"PaymentOrder({self.serial_no}, {self.amount})"

    @property
    def fingerprint(self) -> str:
        """A hash of the whole order: the same number with another order is another order."""
        parts = [
            self.bank_id,
            self.serial_no,
            self.amount.minor,
            self.payee_account,
            self.payee_name,
            self.purpose,
        ]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """An order that arrived, and the word on it; no name and no account is kept."""

    bank_id: str
    serial_no: str
    amount: Money
    order_sha256: str
    status: PaymentStatus
    bank_reference: str
    booked_on: date
    taken_at: datetime
    reason: str | None = None

    @classmethod
    def taken(cls, order: PaymentOrder, on: date, now: datetime) -> Payment:
        """Take an order: confirmed, unless its account does not exist."""
        rejected = order.payee_account.endswith(REJECTED_ACCOUNT_ENDING)
        return cls(
            bank_id=order.bank_id,
            serial_no=order.serial_no,
            amount=order.amount,
            order_sha256=order.fingerprint,
            status=PaymentStatus.REJECTED if rejected else PaymentStatus.CONFIRMED,
            bank_reference=f"SANDBOX-{order.fingerprint[:16]}",
            booked_on=on,
            taken_at=now,
            reason=REJECTION if rejected else None,
        )

    @classmethod
    def cancelled(
        cls, bank_id: str, serial_no: str, amount: Money, on: date, now: datetime
    ) -> Payment:
        """A number under which nothing came: it is never paid from now on."""
        return cls(
            bank_id=bank_id,
            serial_no=serial_no,
            amount=amount,
            order_sha256=CANCELLED,
            status=PaymentStatus.REJECTED,
            bank_reference=f"SANDBOX-{CANCELLED}",
            booked_on=on,
            taken_at=now,
            reason=CANCELLATION,
        )

    def of(self, bank_id: str, amount: Money) -> Payment:
        """This payment, if it is that bank's and of that amount."""
        if (bank_id, amount) != (self.bank_id, self.amount):
            raise SerialNumberTaken(field="serial_no", rule="rail.serial_no")
        return self

    def same_order(self, order: PaymentOrder) -> Payment:
        """The same order again gets the same word; another order under this number is refused."""
        if self.order_sha256 == CANCELLED:
            return self.of(order.bank_id, order.amount)
        if order.fingerprint != self.order_sha256:
            raise SerialNumberTaken(field="serial_no", rule="rail.serial_no")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A planned fault: for which orders, what happens, how many times."""

    fault_id: str
    serial_no_prefix: str | None = None
    account_sha256: str | None = None
    delay_ms: int = 0
    error: int | None = None
    lose_answer: bool = False
    times: int = 1
    version: int = 0

    def hits(self, serial_no: str, account_sha256: str | None) -> bool:
        """Is this fault planned for this order?"""
        if self.times < 1:
            return False
        if self.serial_no_prefix is not None:
            return serial_no.startswith(self.serial_no_prefix)
        return self.account_sha256 is not None and self.account_sha256 == account_sha256

    def used(self) -> Fault:
        """One time less."""
        return replace(self, times=self.times - 1)

    def fail_before(self) -> None:
        """Fail before the payment is taken, if that is planned."""
        if self.error == SimulatedOutage.status:
            raise SimulatedOutage()
        if self.error is not None:
            raise SimulatedFailure()

    def fail_after(self) -> None:
        """Lose the answer after the payment was taken, if that is planned."""
        if self.lose_answer:
            raise AnswerLost()


def account_hash(account: str) -> str:
    """How a fault knows an account without keeping it."""
    return hashlib.sha256(f"sandbox-account|{account}".encode()).hexdigest()
