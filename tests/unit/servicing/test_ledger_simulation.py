"""Thousands of histories under faults keep every promise; each guard taken away breaks one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from puhui.tenancy import BankId
from servicing.adapters.in_memory_books import InMemoryLedger, InMemoryLoans
from servicing.domain import loan as loan_rules
from servicing.domain.loan import Loan
from servicing.domain.transfers import Movement, Transfer
from servicing.domain.vouchers import Voucher
from servicing.usecases.void_disbursement import VoidDisbursement
from tests.support.ledger_sim import Broken, Killed, Simulation
from tests.support.servicing import MemoryWorld

FAST_SEEDS = 150
FULL_SEEDS = 10_000
MUTANT_SEEDS = 400


def test_every_history_of_the_fast_slice_keeps_the_promises() -> None:
    delivered = sum(Simulation(seed, MemoryWorld()).run() for seed in range(FAST_SEEDS))

    assert delivered > 20 * FAST_SEEDS


@pytest.mark.full
def test_ten_thousand_histories_keep_the_promises() -> None:
    for seed in range(FULL_SEEDS):
        Simulation(seed, MemoryWorld()).run()


def test_a_seed_lives_the_same_history_each_time() -> None:
    first, second = MemoryWorld(), MemoryWorld()

    assert Simulation(7, first).run() == Simulation(7, second).run()
    assert first.snapshot() == second.snapshot()


# --- mutation check: what each guard is for -------------------------------------------------


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


@pytest.mark.parametrize(
    "mutant",
    [
        NoKnownIdGuard,
        NoSecondDrawingGuard,
        NoResolvedGuard,
        NoBankGuard,
        NoEvents,
        TornWrites,
        LostSubLedger,
    ],
)
def test_without_this_ledger_guard_a_seed_breaks(mutant: type[InMemoryLedger]) -> None:
    assert _breaks(lambda seed: Simulation(seed, MemoryWorld(ledger_class=mutant)))


def test_without_the_guard_against_a_second_loan_a_seed_breaks() -> None:
    assert _breaks(lambda seed: Simulation(seed, MemoryWorld(loans_class=NoLoanGuard)))


def test_without_the_block_a_late_reservation_stays_pending() -> None:
    class Simulated(Simulation):
        void_class = NoBlock

    assert _breaks(lambda seed: Simulated(seed, MemoryWorld()))


def test_without_the_payload_hash_another_amount_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Transfer, "answers", lambda self, _: self)

    assert _breaks(lambda seed: Simulation(seed, MemoryWorld()))


def test_without_the_check_of_money_a_loan_is_booked_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loan_rules, "_check_money", lambda command, transfer: None)

    assert _breaks(lambda seed: Simulation(seed, MemoryWorld()))


def test_without_the_check_of_the_plan_an_unsigned_one_is_booked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loan_rules, "_check_plan", lambda command, schedule: None)

    assert _breaks(lambda seed: Simulation(seed, MemoryWorld()))


def _breaks(simulation: Callable[[int], Simulation]) -> bool:
    """Whether some seed breaks a promise (Killed inside a torn write counts when it shows)."""
    for seed in range(MUTANT_SEEDS):
        try:
            simulation(seed).run()
        except Broken:
            return True
    return False
