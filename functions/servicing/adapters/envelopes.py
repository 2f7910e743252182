"""The envelopes of servicing's events; their ids are derived, so a repetition makes no second."""

from __future__ import annotations

from puhui.clock import Clock
from puhui.events import Envelope
from servicing.domain.account.book import LoanChange
from servicing.domain.loan import Loan
from servicing.domain.transfers import Movement


def movement_envelope(movement: Movement, clock: Clock) -> Envelope:
    """What the bus hears of one step of a transfer."""
    return movement.event.envelope(
        bank_id=movement.transfer.bank_id,
        subject=movement.transfer.transfer_id,
        correlation_id=movement.transfer.application_id,
        clock=clock,
        dedup=movement.voucher.step.value,
    )


def loan_envelope(loan: Loan, clock: Clock) -> Envelope:
    """What the bus hears of a new loan."""
    return loan.booked().envelope(
        bank_id=loan.bank_id,
        subject=loan.loan_id,
        correlation_id=loan.application_id,
        clock=clock,
        dedup="booked",
    )


def change_envelopes(change: LoanChange, clock: Clock) -> list[Envelope]:
    """What the bus hears of one change of a loan's book, and of the loan's outcome by it."""
    loan, told = change.after.loan, [change.announcement()]
    if change.outcome is not None:
        told.append(change.outcome)
    return [
        event.envelope(
            bank_id=loan.bank_id,
            subject=loan.loan_id,
            correlation_id=loan.application_id,
            clock=clock,
            dedup=str(change.after.version),
        )
        for event in told
    ]
