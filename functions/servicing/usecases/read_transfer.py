"""Read transfer (查询记账)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from puhui.tenancy import BankId
from servicing.domain.book_invariants import Violation
from servicing.domain.errors import TransferNotFound
from servicing.domain.invariants import check_transfer
from servicing.domain.transfers import Transfer, TransferState
from servicing.domain.vouchers import Voucher
from servicing.ports import Ledger


@dataclass(frozen=True, kw_only=True)
class AuditedTransfer:
    """A transfer, everything that was booked for it, and whether the two agree."""

    transfer: Transfer
    vouchers: Sequence[Voucher]
    violations: Sequence[Violation]


@dataclass(frozen=True)
class ReadTransfer:
    """Show a transfer with its entries, checked against each other."""

    ledger: Ledger

    def __call__(self, bank: BankId, transfer_id: str) -> AuditedTransfer:
        transfer = self.ledger.get(bank, transfer_id)
        if transfer.state is TransferState.BLOCKED:
            raise TransferNotFound(f"{transfer_id} was never reserved")
        vouchers = self.ledger.vouchers(bank, transfer_id)
        return AuditedTransfer(
            transfer=transfer, vouchers=vouchers, violations=check_transfer(transfer, vouchers)
        )
