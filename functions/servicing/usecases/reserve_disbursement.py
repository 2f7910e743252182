"""Reserve disbursement (账务预留)."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.contracts.servicing import ReserveDisbursement as Command
from puhui.tenancy import BankId
from servicing.domain.disbursement import proposed_transfer, transfer_id_of
from servicing.domain.errors import (
    DisbursementMismatch,
    LedgerBehind,
    TransferExists,
    TransferNotFound,
)
from servicing.domain.transfers import Transfer
from servicing.ports import Ledger


@dataclass(frozen=True)
class ReserveDisbursement:
    """Promise the money of a loan in the books, once per disbursement.

    No money is promised without a confirmed cost disclosure of this loan.
    """

    ledger: Ledger
    clock: Clock

    def __call__(self, command: Command) -> Transfer:
        proposed = proposed_transfer(command)
        try:
            self.ledger.reserve(proposed.reserve(self.clock.now()))
        except TransferExists:
            return self._known(proposed)
        return proposed

    def _known(self, proposed: Transfer) -> Transfer:
        """A repetition, or our own write whose answer was lost: read back what is there."""
        try:
            known = self.ledger.get(proposed.bank_id, proposed.transfer_id)
        except TransferNotFound:
            raise DisbursementMismatch(
                field="disbursement_id", rule="disbursement.payload"
            ) from None
        return known.answers(proposed)


def reserved_transfer(ledger: Ledger, bank: BankId, disbursement_id: str) -> Transfer:
    """The transfer of a disbursement whose reservation was answered: it must be there."""
    try:
        return ledger.get(bank, transfer_id_of(disbursement_id))
    except TransferNotFound as error:
        raise LedgerBehind(f"{disbursement_id} was reserved, the ledger has none") from error
