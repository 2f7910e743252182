"""Refuse a contract (拒签): the borrower decides against the loan."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from signing.domain.contract import ContractStatus, LoanContract
from signing.ports import Contracts
from signing.usecases.prepare_contract import outcome_decided


@dataclass(frozen=True)
class RefuseContract:
    """Keep the refusal once and let the workflow hear of it."""

    contracts: Contracts
    clock: Clock

    def __call__(self, contract: LoanContract) -> LoanContract:
        refused = contract.refuse(self.clock.now())
        if contract.status is not ContractStatus.REFUSED:
            self.contracts.save(refused, [outcome_decided(refused)])
        return refused
