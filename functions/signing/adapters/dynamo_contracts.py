"""Contracts in DynamoDB, written together with their events."""

from __future__ import annotations

from collections.abc import Sequence

from puhui.clock import Clock
from puhui.dynamodb import FieldCipher, dynamo_errors, transaction
from puhui.events import Event
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId
from signing.adapters.contract_mapping import contract_key, to_domain, to_row
from signing.adapters.rows import ContractRow, CurrentRow, SigningOutboxRow
from signing.domain.contract import LoanContract
from signing.domain.errors import ContractNotFound


class DynamoContracts:
    """`signing.ports.Contracts` on signing's table; reads are consistent."""

    def __init__(self, cipher: FieldCipher, clock: Clock) -> None:
        self._cipher = cipher
        self._clock = clock

    def get(self, bank_id: BankId, contract_id: str) -> LoanContract:
        """One consistent read."""
        with dynamo_errors(missing=ContractNotFound):
            row = ContractRow.get(*contract_key(bank_id, contract_id), consistent_read=True)
        return to_domain(row, self._cipher)

    def current_of(self, bank_id: BankId, application_id: str) -> LoanContract:
        """Two consistent reads: the pointer, then the contract."""
        with dynamo_errors(missing=ContractNotFound):
            current = CurrentRow.get(*_current_key(bank_id, application_id), consistent_read=True)
        return self.get(bank_id, current.contract_id)

    def issue(self, contract: LoanContract, events: Sequence[Event]) -> None:
        """Contract, pointer and events in one transaction."""
        current = self._pointer(contract)
        current.contract_id = contract.contract_id
        with transaction() as write:
            write.save(to_row(contract, self._cipher))
            write.save(current)
            for row in self._outbox(contract, events):
                write.save(row)

    def save(self, contract: LoanContract, events: Sequence[Event] = ()) -> None:
        """The row at its version and its events, in one transaction."""
        row = to_row(contract, self._cipher)
        if not events:
            with dynamo_errors():
                row.save()
            return
        with transaction() as write:
            write.save(row)
            for outbox in self._outbox(contract, events):
                write.save(outbox)

    def _pointer(self, contract: LoanContract) -> CurrentRow:
        pk, sk = _current_key(contract.bank_id, contract.application_id)
        try:
            with dynamo_errors(missing=ContractNotFound):
                return CurrentRow.get(pk, sk, consistent_read=True)
        except ContractNotFound:
            return CurrentRow(pk=pk, sk=sk)

    def _outbox(self, contract: LoanContract, events: Sequence[Event]) -> list[SigningOutboxRow]:
        return outbox_rows(
            SigningOutboxRow,
            [
                event.envelope(
                    bank_id=contract.bank_id,
                    subject=contract.contract_id,
                    correlation_id=contract.application_id,
                    clock=self._clock,
                    dedup=f"{contract.issue}.{contract.version}",
                )
                for event in events
            ],
        )


def _current_key(bank_id: BankId, application_id: str) -> tuple[str, str]:
    return f"BANK#{bank_id}#APP#{application_id}", "CURRENT"
