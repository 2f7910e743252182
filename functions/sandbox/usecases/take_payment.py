"""Take a payment order at the simulated core bank, with the faults planned for it."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import BusinessCalendar, Clock
from puhui.money import Money
from sandbox.domain.rail import Payment, PaymentOrder, account_hash
from sandbox.ports import Faults, Pause, Payments


@dataclass(frozen=True)
class TakePayment:
    """Pay once per serial number; a planned error comes before the payment, a lost answer after."""

    payments: Payments
    faults: Faults
    pause: Pause
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, order: PaymentOrder) -> Payment:
        """Return the final word, or fail as planned."""
        fault = self.faults.take(order.serial_no, account_hash(order.payee_account))
        if fault is not None and fault.error is not None and not fault.lose_answer:
            self.pause(fault.delay_ms)
            fault.fail_before()
        taken = Payment.taken(order, self.calendar.today(), self.clock.now())
        payment = self.payments.add(taken).same_order(order)
        if fault is not None:
            self.pause(fault.delay_ms)
            fault.fail_after()
        return payment


@dataclass(frozen=True)
class QueryPayment:
    """Say what became of a serial number (查证)."""

    payments: Payments

    def __call__(self, serial_no: str) -> Payment:
        """Return the payment, or raise PaymentNotArrived."""
        return self.payments.get(serial_no)


@dataclass(frozen=True)
class CancelPayment:
    """Take a serial number out of use (作废), unless an order was taken under it."""

    payments: Payments
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, bank_id: str, serial_no: str, amount: Money) -> Payment:
        """Return the final word: of the order that came first, or that none will be paid."""
        cancelled = Payment.cancelled(
            bank_id, serial_no, amount, self.calendar.today(), self.clock.now()
        )
        return self.payments.add(cancelled).of(bank_id, amount)
