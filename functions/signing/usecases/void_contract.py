"""Void a contract (失效): its application ended before it was signed."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.tenancy import BankId
from signing.domain.contract import ContractStatus
from signing.domain.errors import ContractNotFound
from signing.ports import Contracts


@dataclass(frozen=True)
class VoidContract:
    """Void the application's open contract; sealed and refused ones stay what they are."""

    contracts: Contracts
    clock: Clock

    def __call__(self, bank_id: BankId, application_id: str) -> str:
        """Say what the application's contract is now, or that there is none."""
        try:
            contract = self.contracts.current_of(bank_id, application_id)
        except ContractNotFound:
            return "none"
        voided = contract.void(self.clock.now())
        if voided is not contract:
            self.contracts.save(voided)
        return ContractStatus(voided.status).value
