"""What moves over the rail, said twice: by vouchers on the clearing account, and by loans.

Both sides name the rail's serial number, and neither is made from the other, so that comparing them
with the rail's own file means something.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from puhui.money import Money
from servicing.domain.account.book import LoanChange
from servicing.domain.account.events import EventKind, LoanEvent, Reversal
from servicing.domain.accounts import CLEARING
from servicing.domain.loan import Loan
from servicing.domain.rail.reconciliation import Key, Movement
from servicing.domain.rail.statement_file import Direction
from servicing.domain.vouchers import Layer, Voucher

DIRECTION_OF: Final[Mapping[EventKind, Direction]] = {
    EventKind.REPAYMENT: Direction.IN,
    EventKind.PREPAYMENT: Direction.IN,
    EventKind.PAYOFF: Direction.IN,
    EventKind.RECOVERY: Direction.IN,
    EventKind.REFUND: Direction.OUT,
}
"""The kinds of loan events that move money; the others change only what is owed."""


def cleared_by(voucher: Voucher, behind: Key | None) -> Movement | None:
    """The ledger's word: what a voucher moves on the clearing account, if anything.

    A voucher that nobody can name a serial number for stands under its own id, so that no entry of
    the clearing account escapes the comparison.
    """
    net = Money.total(
        entry.debit_less_credit
        for entry in voucher.entries
        if entry.account.code == CLEARING.code and entry.layer is Layer.POSTED
    )
    if net.is_zero:
        return None
    direction = Direction.IN if net.is_positive else Direction.OUT
    direction, serial_no = behind or (direction, voucher.transfer_id)
    amount = net if direction is Direction.IN else -net
    return Movement(direction=direction, serial_no=serial_no, amount=amount)


def paid_out(loan: Loan) -> Movement:
    """The loans' word on a disbursement: the principal of the loan that was booked."""
    return Movement(
        direction=Direction.OUT, serial_no=loan.disbursement_id, amount=loan.terms.principal
    )


def moved_by(change: LoanChange) -> Movement | None:
    """The loans' word on an event: its amount, taken back where it is a reversal."""
    event = change.event
    if event is None:
        return None
    if isinstance(event.what, Reversal):
        reverses = event.what.reverses
        taken_back = next(one for one in change.before.events if one.event_id == reverses)
        movement = _moved(taken_back)
        return movement and Movement(
            direction=movement.direction, serial_no=movement.serial_no, amount=-movement.amount
        )
    return _moved(event)


def number_behind(change: LoanChange) -> Key | None:
    """The rail's number under which a change moves money; None where it moves none."""
    movement = moved_by(change)
    return movement.key if movement else None


def _moved(event: LoanEvent) -> Movement | None:
    direction = DIRECTION_OF.get(event.kind)
    if direction is None:
        return None
    what: Any = event.what
    return Movement(
        direction=direction, serial_no=what.rail_reference or event.event_id, amount=what.amount
    )
