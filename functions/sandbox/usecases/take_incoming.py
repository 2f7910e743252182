"""Take money in at the simulated core bank: payments of customers, debits, and what goes back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from puhui.clock import BusinessCalendar
from puhui.contracts.servicing_rail import RailNotice
from sandbox.domain.incoming import Incoming, debited
from sandbox.incoming_ports import IncomingPayments, LendingPlatform
from sandbox.ports import Faults, Pause


def notice_of(incoming: Incoming) -> RailNotice:
    """What the platform is told of a payment."""
    return RailNotice.model_validate(
        {
            "bank_id": incoming.bank_id,
            "serial_no": incoming.serial_no,
            "notice_version": incoming.notice_version,
            "state": incoming.state.value,
            "amount_fen": incoming.amount.minor,
            "reference": incoming.reference,
            "booked_on": incoming.booked_on,
        }
    )


@dataclass(frozen=True)
class TakeIncoming:
    """Take a customer's payment once per serial number; tell the platform as often as planned."""

    payments: IncomingPayments
    platform: LendingPlatform
    calendar: BusinessCalendar

    def __call__(self, order: Incoming, notices: int) -> tuple[Incoming, tuple[int, ...]]:
        """The payment, and the platform's answers to each notice."""
        taken = self.payments.add(replace(order, booked_on=self.calendar.today()))
        taken.same_order(order)
        answers = [self.platform.tell(notice_of(taken)) for _ in range(notices)]
        return taken, tuple(answers)


@dataclass(frozen=True)
class ReturnIncoming:
    """Give a payment back on its day and tell the platform as often as planned."""

    payments: IncomingPayments
    platform: LendingPlatform
    calendar: BusinessCalendar

    def __call__(self, serial_no: str, notices: int) -> tuple[Incoming, tuple[int, ...]]:
        """The payment, and the platform's answers to each notice."""
        known = self.payments.get(serial_no)
        returned = known.returned(self.calendar.today())
        if returned != known:
            self.payments.take_back(returned)
        answers = [self.platform.tell(notice_of(returned)) for _ in range(notices)]
        return returned, tuple(answers)


@dataclass(frozen=True)
class TakeDebit:
    """Debit a customer's account once per serial number, with the faults planned for it."""

    payments: IncomingPayments
    faults: Faults
    pause: Pause
    calendar: BusinessCalendar

    def __call__(self, order: Incoming) -> Incoming:
        """Return the final word, or fail as planned."""
        fault = self.faults.take(order.serial_no, None)
        if fault is not None and fault.error is not None and not fault.lose_answer:
            self.pause(fault.delay_ms)
            fault.fail_before()
        dated = replace(order, booked_on=self.calendar.today())
        taken = self.payments.add(debited(dated)).same_order(order)
        if fault is not None:
            self.pause(fault.delay_ms)
            fault.fail_after()
        return taken
