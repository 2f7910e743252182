"""Void disbursement (冲销预留)."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.contracts.servicing import ResolveDisbursement
from puhui.errors import StaleVersion
from puhui.tenancy import bank_id
from servicing.domain.disbursement import blocked_transfer, transfer_id_of
from servicing.domain.errors import TransferAlreadyResolved, TransferExists, TransferNotFound
from servicing.domain.transfers import Transfer, TransferState
from servicing.ports import Ledger


@dataclass(frozen=True)
class VoidDisbursement:
    """Take a reserved disbursement back, once; a posted one stays posted."""

    ledger: Ledger
    clock: Clock

    def __call__(self, command: ResolveDisbursement) -> Transfer:
        try:
            return self._void(command)
        except TransferAlreadyResolved:
            return self._void(command)  # now it reads how the other one ended, or our own answer

    def _void(self, command: ResolveDisbursement) -> Transfer:
        transfer = self._reserved(command).of_application(command.application_id)
        if transfer.state is TransferState.VOIDED:
            return transfer
        movement = transfer.void(command.business_date, self.clock.now(), command.reason)
        self.ledger.resolve(movement)
        return movement.transfer

    def _reserved(self, command: ResolveDisbursement) -> Transfer:
        """The transfer; where there is none, its id is blocked, so that a late one is refused."""
        try:
            return self.ledger.get(
                bank_id(command.bank_id), transfer_id_of(command.disbursement_id)
            )
        except TransferNotFound:
            self._block(command)
            raise

    def _block(self, command: ResolveDisbursement) -> None:
        """Block the id; if it was reserved at this very moment, the void is to be tried again.

        If it is another bank's, it stays what it was to this one: not found.
        """
        blocked = blocked_transfer(command)
        try:
            self.ledger.block(blocked)
        except TransferExists as error:
            self.ledger.get(blocked.bank_id, blocked.transfer_id)
            raise StaleVersion("the disbursement was reserved at this moment") from error
