"""Deliver an outcome: the waiting workflow hears how the contract ended."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.contracts.signing import SigningOutcome
from puhui.task_tokens import WaitIsOver
from puhui.tenancy import BankId
from signing.domain.contract import ContractStatus, Delivery, LoanContract
from signing.ports import Contracts, Workflow


@dataclass(frozen=True)
class DeliverOutcome:
    """Complete the task token; a crash before the mark is kept delivers again, harmlessly."""

    contracts: Contracts
    workflow: Workflow

    def __call__(self, bank_id: BankId, contract_id: str) -> Delivery:
        """What is known of the delivery: delivered, no longer awaited, or not due."""
        contract = self.contracts.get(bank_id, contract_id)
        if contract.delivery is not Delivery.DUE:
            return contract.delivery
        try:
            self._tell(contract)
        except WaitIsOver:
            # A second delivery of a token that was used, or a workflow that gave up waiting.
            return self._mark(contract, Delivery.NO_LONGER_AWAITED)
        return self._mark(contract, Delivery.DELIVERED)

    def _mark(self, contract: LoanContract, delivery: Delivery) -> Delivery:
        self.contracts.save(contract.delivered(delivery))
        return delivery

    def _tell(self, contract: LoanContract) -> None:
        if contract.failure is not None and contract.status is ContractStatus.NOT_PREPARED:
            failure = contract.failure
            self.workflow.fail(contract.task_token, failure.error, failure.text)
            return
        sealed = contract.status is ContractStatus.SEALED and contract.seal is not None
        self.workflow.complete(
            contract.task_token,
            SigningOutcome(
                outcome="signed" if sealed else "refused",
                contract_id=contract.contract_id,
                document_sha256=contract.seal.document.sha256 if contract.seal else None,
            ),
        )
