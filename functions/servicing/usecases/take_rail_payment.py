"""Take rail payment (到账入账): by notice, file or debit, one effect for each serial number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from puhui.clock import BusinessCalendar, Clock
from puhui.errors import StaleVersion
from servicing.domain.rail.errors import (
    RailPaymentMismatch,
    RailPaymentNotFound,
    RepaymentRefused,
    SerialNumberTaken,
)
from servicing.domain.rail.payment import Heard, PaymentState, RailPayment, first_heard
from servicing.domain.rail.suspense import into_suspense
from servicing.rail_ports import LoanReferences, RailPayments, RepaymentOrder, RepaymentRecorder

MAX_ATTEMPTS: Final = 4
"""Channels that tell of one payment in the same moment take turns."""
NO_LOAN: Final = "找不到对应的贷款 no loan with this reference"
SEVERAL_LOANS: Final = "对应多笔贷款 several loans with this reference"
REFUSED: Final = "该贷款不能入账 the loan takes no repayment"


@dataclass(frozen=True)
class BookRailPayment:
    """Bring a payment that was written down to its end: into its loan, or into suspense."""

    payments: RailPayments
    references: LoanReferences
    record: RepaymentRecorder
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, payment: RailPayment) -> RailPayment:
        """A payment that is at its end already stays as it is."""
        if payment.state is PaymentState.ASSIGNED and payment.loan_id is not None:
            return self._into(payment, payment.loan_id)
        if payment.state is not PaymentState.TAKEN:
            return payment
        loans = self.references.loans_of(payment.bank_id, payment.reference)
        if len(loans) != 1:
            return self._suspend(payment, SEVERAL_LOANS if loans else NO_LOAN)
        return self._into(payment, loans[0])

    def _into(self, payment: RailPayment, loan_id: str) -> RailPayment:
        # The day on which it was taken, not today's: a run that goes on tomorrow asks for the same.
        order = RepaymentOrder(
            bank_id=payment.bank_id,
            loan_id=loan_id,
            event_id=payment.event_id,
            serial_no=payment.serial_no,
            amount=payment.amount,
            value_date=min(payment.booked_on, payment.taken_on),
        )
        try:
            self.record(order)
        except RepaymentRefused as refused:
            return self._suspend(payment, f"{REFUSED}: {refused.rule or refused.code}")
        return self.payments.save(payment.booked(loan_id))

    def _suspend(self, payment: RailPayment, reason: str) -> RailPayment:
        suspended = payment.suspended(reason)
        posting = into_suspense(suspended, self.calendar.today(payment.bank_id), self.clock.now())
        return self.payments.save(suspended, posting)


@dataclass(frozen=True)
class TakeRailPayment:
    """Write a payment down once, book it, and keep what newer notices say of it.

    The same number for another amount, reference, day or bank changes nothing and shows nothing.
    """

    payments: RailPayments
    book: BookRailPayment
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, heard: Heard) -> RailPayment:
        """The payment as it stands; raises RailPaymentMismatch."""
        for _ in range(MAX_ATTEMPTS):
            try:
                return self._take(heard)
            except StaleVersion:
                continue
        raise StaleVersion("too many tell of this payment at once")

    def _take(self, heard: Heard) -> RailPayment:
        payment = self.book(self._written_down(heard))
        newer = payment.after(heard)
        return payment if newer == payment else self.payments.save(newer)

    def _written_down(self, heard: Heard) -> RailPayment:
        first = first_heard(heard, self.calendar.today(heard.bank_id), self.clock.now())
        try:
            return self.payments.add(first)
        except SerialNumberTaken:
            return self._known(heard)

    def _known(self, heard: Heard) -> RailPayment:
        try:
            known = self.payments.get(heard.bank_id, heard.serial_no)
        except RailPaymentNotFound:
            raise RailPaymentMismatch(field="serial_no", rule="rail.serial_no") from None
        return known.same_as(heard)
