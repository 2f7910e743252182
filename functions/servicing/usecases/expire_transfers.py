"""Expire transfers (预留到期): money that was promised and not paid is free again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from puhui.clock import BusinessCalendar, Clock
from puhui.errors import UpstreamUnavailable
from servicing.domain.errors import TransferAlreadyResolved
from servicing.domain.rail.errors import PaymentAnswerInvalid
from servicing.domain.transfers import Transfer
from servicing.ports import Ledger
from servicing.rail_ports import PaymentRail, PaymentWord, PendingTransfers

MAX_PENDING: Final = 200
"""What one run looks at; transfers wait for seconds, so there are few."""
REASON: Final = "预留到期，核心系统确认未支付并已作废流水号"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiredTransfers:
    """What became of the transfers that were past their deadline."""

    voided: tuple[Transfer, ...]
    paid: tuple[Transfer, ...]
    """The money is out and the ledger does not say so: for a person."""
    unknown: tuple[Transfer, ...]
    """The payment may be on its way: for a person, and for the next run."""


@dataclass(frozen=True)
class ExpireTransfers:
    """Void what is past its deadline, on the core bank's word alone: time by itself proves nothing.

    The number of the payment is cancelled first, so that an order which is still on its way is
    rejected when it arrives. Without a clean word the promise stands (INV9).
    """

    pending: PendingTransfers
    ledger: Ledger
    rail: PaymentRail
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self) -> ExpiredTransfers:
        voided: list[Transfer] = []
        paid: list[Transfer] = []
        unknown: list[Transfer] = []
        for transfer in self.pending.pending(MAX_PENDING):
            if not transfer.is_past(self.calendar.today(transfer.bank_id)):
                continue
            word = self._word(transfer)
            if word is PaymentWord.NEVER:
                voided += self._void(transfer)
            else:
                (unknown if word is None else paid).append(transfer)
        return ExpiredTransfers(voided=tuple(voided), paid=tuple(paid), unknown=tuple(unknown))

    def _word(self, transfer: Transfer) -> PaymentWord | None:
        """The final word, or None where it is unknown what becomes of the payment."""
        try:
            return self.rail.cancel(transfer)
        except (UpstreamUnavailable, PaymentAnswerInvalid):
            return None

    def _void(self, transfer: Transfer) -> list[Transfer]:
        """The transfer as it ended here; nothing where somebody else ended it meanwhile."""
        today = self.calendar.today(transfer.bank_id)
        movement = transfer.void(today, self.clock.now(), REASON)
        try:
            self.ledger.resolve(movement)
        except TransferAlreadyResolved:
            return []
        return [movement.transfer]
