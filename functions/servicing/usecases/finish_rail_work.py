"""Finish rail work (通道查证): what a run left half-way is brought to its end by the next one."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.errors import PuhuiError
from servicing.domain.rail.debit import RailDebit
from servicing.domain.rail.payment import RailPayment
from servicing.rail_ports import RailDebits, RailPayments
from servicing.usecases.ask_for_debit import AskForDebit
from servicing.usecases.take_rail_payment import BookRailPayment


@dataclass(frozen=True, slots=True, kw_only=True)
class RailWork:
    """What was found and what remains for a person."""

    booked: int
    resolved: int
    overdue: tuple[RailDebit, ...]
    """Debits that are unknown for longer than they may be."""
    failed: tuple[RailPayment | RailDebit, ...]


@dataclass(frozen=True)
class FinishRailWork:
    """Book payments that were only written down; ask about debits whose outcome is unknown."""

    payments: RailPayments
    debits: RailDebits
    book: BookRailPayment
    ask: AskForDebit
    clock: Clock

    def __call__(self) -> RailWork:
        """One that fails is left for the next run and does not stop the others."""
        booked = resolved = 0
        failed: list[RailPayment | RailDebit] = []
        overdue: list[RailDebit] = []
        for payment in self.payments.unfinished():
            try:
                self.book(payment)
                booked += 1
            except PuhuiError:
                failed.append(payment)
        for debit in self.debits.open_ones():
            try:
                after = self.ask(debit)
            except PuhuiError:
                failed.append(debit)
                after = debit
            resolved += after.settled
            if after.overdue(self.clock.now()):
                overdue.append(after)
        return RailWork(
            booked=booked, resolved=resolved, overdue=tuple(overdue), failed=tuple(failed)
        )
