"""Release closed application (结案冲销): the safety net below the credit factory's own void."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from puhui.clock import Clock
from puhui.contracts.factory import OUTCOME_NAMES, ApplicationClosed, Outcome
from puhui.inbox import AlreadyConsumed
from puhui.tenancy import BankId
from servicing.domain.errors import TransferAlreadyPosted, TransferAlreadyVoided
from servicing.ports import Consumed, Ledger

CONSUMER = "release_closed_application"
NO_MONEY_WENT_OUT: frozenset[Outcome] = frozenset(
    {"declined", "rejected", "offer_refused", "expired", "withdrawn", "payment_rejected"}
)
"""`failed` is not among them: a payment may be on its way, and unknown is not failed."""


class Released(StrEnum):
    """What became of a closed application's promised money."""

    NOTHING_PENDING = "nothing_pending"
    VOIDED = "voided"
    NEEDS_INVESTIGATION = "needs_investigation"
    LEDGER_BEHIND = "ledger_behind"
    """The money went out, it says, and the ledger never promised any."""


@dataclass(frozen=True)
class ReleaseClosedApplication:
    """Void what a closed application left pending; leave it to a person where money may be out."""

    ledger: Ledger
    clock: Clock

    def __call__(self, bank: BankId, event_id: str, closed: ApplicationClosed) -> Released:
        pending = self.ledger.pending_of_application(bank, closed.application_id)
        if pending is None:
            return self._nothing_pending(bank, closed)
        if closed.outcome not in NO_MONEY_WENT_OUT:
            return Released.NEEDS_INVESTIGATION
        return self._void(bank, pending, event_id, closed.outcome, closed.closed_on)

    def _nothing_pending(self, bank: BankId, closed: ApplicationClosed) -> Released:
        """A loan that was paid out is known to the ledger, unless the table is an older one."""
        if closed.outcome == "disbursed" and not self.ledger.was_drawn(bank, closed.application_id):
            return Released.LEDGER_BEHIND
        return Released.NOTHING_PENDING

    def _void(
        self, bank: BankId, transfer_id: str, event_id: str, outcome: Outcome, on: date
    ) -> Released:
        transfer = self.ledger.get(bank, transfer_id)
        try:
            movement = transfer.void(on, self.clock.now(), f"申请已结案：{OUTCOME_NAMES[outcome]}")
            self.ledger.resolve(movement, Consumed(CONSUMER, event_id))
        except (TransferAlreadyVoided, AlreadyConsumed):
            return Released.NOTHING_PENDING
        except TransferAlreadyPosted:
            return Released.NEEDS_INVESTIGATION
        return Released.VOIDED
