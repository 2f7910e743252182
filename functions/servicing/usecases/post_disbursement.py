"""Post disbursement (入账)."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.contracts.servicing import ResolveDisbursement
from puhui.tenancy import bank_id
from servicing.domain.errors import TransferAlreadyResolved
from servicing.domain.transfers import Transfer
from servicing.ports import Ledger
from servicing.usecases.reserve_disbursement import reserved_transfer


@dataclass(frozen=True)
class PostDisbursement:
    """Make a reserved disbursement final, once; a voided one stays voided."""

    ledger: Ledger
    clock: Clock

    def __call__(self, command: ResolveDisbursement) -> Transfer:
        try:
            return self._post(command)
        except TransferAlreadyResolved:
            return self._post(command)  # now it reads how the other one ended, or our own answer

    def _post(self, command: ResolveDisbursement) -> Transfer:
        transfer = reserved_transfer(
            self.ledger, bank_id(command.bank_id), command.disbursement_id
        ).of_application(command.application_id)
        if transfer.is_posted_with(command.bank_reference):
            return transfer
        movement = transfer.post(command.business_date, self.clock.now(), command.bank_reference)
        self.ledger.resolve(movement)
        return movement.transfer
