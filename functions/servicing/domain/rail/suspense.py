"""挂账: money that no loan takes waits in 224102, and leaves it by a new voucher."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from puhui.contracts.servicing_rail import RailPaymentAssigned, RailPaymentSuspended
from puhui.events import Event
from puhui.ids import derived_id
from puhui.money import Money
from servicing.domain.accounts import CLEARING, UNMATCHED, AccountKey, Side
from servicing.domain.rail.payment import RailPayment
from servicing.domain.rail.reconciliation import Movement
from servicing.domain.rail.statement_file import Direction
from servicing.domain.vouchers import Entry, Layer, Step, Voucher


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensePosting:
    """The voucher of one change of a payment, and the event that tells of it, if any."""

    voucher: Voucher
    movement: Movement
    """What the voucher moves on the clearing account, under the rail's number."""
    event: Event | None


def into_suspense(payment: RailPayment, on: date, at: datetime) -> SuspensePosting:
    """借：清算资金往来  贷：待处理来款."""
    return SuspensePosting(
        voucher=_voucher(payment, on, at, Side.DEBIT),
        movement=_movement(payment, payment.amount),
        event=RailPaymentSuspended(
            serial_no=payment.serial_no,
            amount_fen=payment.amount.minor,
            reason=payment.reason or "",
            business_date=on,
        ),
    )


def out_of_suspense(
    payment: RailPayment, on: date, at: datetime, assigned_by: str | None
) -> SuspensePosting:
    """借：待处理来款  贷：清算资金往来, so that the loan's own voucher can clear the money again.

    Without `assigned_by` the money went back over the rail and belongs to no loan.
    """
    event = None
    if assigned_by is not None and payment.loan_id is not None:
        event = RailPaymentAssigned(
            serial_no=payment.serial_no,
            amount_fen=payment.amount.minor,
            loan_id=payment.loan_id,
            assigned_by=assigned_by,
            business_date=on,
        )
    return SuspensePosting(
        voucher=_voucher(payment, on, at, Side.CREDIT),
        movement=_movement(payment, -payment.amount),
        event=event,
    )


def _movement(payment: RailPayment, amount: Money) -> Movement:
    return Movement(direction=Direction.IN, serial_no=payment.serial_no, amount=amount)


def _voucher(payment: RailPayment, on: date, at: datetime, clearing: Side) -> Voucher:
    """The id holds the payment's version: each change of it is booked once."""
    return Voucher(
        bank_id=payment.bank_id,
        transfer_id=derived_id("pst", "rail", payment.serial_no, str(payment.version)),
        step=Step.SUSPENSE,
        booked_on=on,
        booked_at=at,
        entries=(
            Entry(
                account=AccountKey(CLEARING.code),
                layer=Layer.POSTED,
                side=clearing,
                amount=payment.amount,
            ),
            Entry(
                account=AccountKey(UNMATCHED.code),
                layer=Layer.POSTED,
                side=clearing.other,
                amount=payment.amount,
            ),
        ),
    )
