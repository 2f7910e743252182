"""Assign suspended payment (挂账认领), and settle what went back over the rail (退回核销)."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import BusinessCalendar, Clock
from puhui.tenancy import BankId
from servicing.domain.rail.payment import PaymentState, RailPayment
from servicing.domain.rail.suspense import out_of_suspense
from servicing.rail_ports import RailPayments
from servicing.usecases.take_rail_payment import BookRailPayment


@dataclass(frozen=True)
class AssignSuspendedPayment:
    """Take money out of suspense and put it into the loan that a person names.

    It may be repeated: a run that died between the two goes on. A loan that takes no repayment
    sends the money back into suspense.
    """

    payments: RailPayments
    book: BookRailPayment
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, bank: BankId, serial_no: str, loan_id: str, who: str) -> RailPayment:
        """The payment as it stands; raises NotInSuspense, StaleVersion."""
        payment = self.payments.get(bank, serial_no)
        if payment.loan_id == loan_id and payment.state is not PaymentState.SUSPENDED:
            return self.book(payment)
        assigned = payment.assigned(loan_id)
        posting = out_of_suspense(assigned, self.calendar.today(bank), self.clock.now(), who)
        return self.book(self.payments.save(assigned, posting))


@dataclass(frozen=True)
class SettleReturnedPayment:
    """Close the work item of money that the rail took back.

    Money in suspense leaves it. Money in a loan must have been reversed there before: the daily
    reconciliation shows the difference until it is.
    """

    payments: RailPayments
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, bank: BankId, serial_no: str) -> RailPayment:
        """The payment as it stands; raises NotReturned, StaleVersion."""
        payment = self.payments.get(bank, serial_no)
        if payment.state is PaymentState.RETURNED:
            return payment
        given_back = payment.given_back()
        if payment.state is not PaymentState.SUSPENDED:
            return self.payments.save(given_back)
        posting = out_of_suspense(given_back, self.calendar.today(bank), self.clock.now(), None)
        return self.payments.save(given_back, posting)
