"""Ledgers without one of their guards: each must break a promise under some seed."""

from __future__ import annotations

from infra.simulation.in_memory_books import InMemoryLedger, InMemoryLoans
from puhui.errors import StaleVersion
from puhui.tenancy import BankId
from servicing.domain.loan import Loan
from servicing.domain.transfers import Movement, Transfer, TransferState
from servicing.domain.vouchers import Step, Voucher
from servicing.usecases.void_disbursement import VoidDisbursement
from tests.support.ledger_sim import Killed


class NoKnownIdGuard(InMemoryLedger):
    """A second transfer may take an id."""

    def _refuse_known_id(self, transfer: Transfer) -> None:
        pass


class NoSecondDrawingGuard(InMemoryLedger):
    """An application may be drawn twice."""

    def _refuse_second_drawing(self, transfer: Transfer) -> None:
        pass


class NoResolvedGuard(InMemoryLedger):
    """Post and void do not exclude each other."""

    def _refuse_resolved(self, transfer: Transfer) -> None:
        pass


class OnlyVoucherGuard(InMemoryLedger):
    """Post and void do not exclude each other, but each is still written once.

    This is the table without its condition on the state: rows of vouchers are only ever created.
    """

    def _refuse_resolved(self, transfer: Transfer) -> None:
        step = Step.POST if transfer.state is TransferState.POSTED else Step.VOID
        if (transfer.transfer_id, step) in self.books.vouchers:
            raise StaleVersion


class NoBankGuard(InMemoryLedger):
    """Every bank sees every transfer."""

    def _belongs(self, transfer: Transfer, bank_id: BankId) -> bool:
        return True


class NoEvents(InMemoryLedger):
    """Nobody hears of a movement."""

    def _keep_event(self, movement: Movement) -> None:
        pass


class TornWrites(InMemoryLedger):
    """A movement is written row by row, and the function may die in between."""

    def _keep_balances(self, voucher: Voucher) -> None:
        if int(voucher.transfer_id[-1], 16) % 2:
            raise Killed
        super()._keep_balances(voucher)


class LostSubLedger(InMemoryLedger):
    """Balances of single loans are forgotten."""

    def _keep_balances(self, voucher: Voucher) -> None:
        super()._keep_balances(voucher)
        self.books.sub_ledgers.clear()


class NoLoanGuard(InMemoryLoans):
    """A disbursement may be booked as a loan twice."""

    def _refuse_known_loan(self, loan: Loan) -> None:
        pass


class NoBlock(VoidDisbursement):
    """A void of nothing leaves no trace."""

    def _block(self, command: object) -> None:
        pass
