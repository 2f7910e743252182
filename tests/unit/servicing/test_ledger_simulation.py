"""Thousands of histories under faults keep every promise; each guard taken away breaks one."""

from __future__ import annotations

import pytest

from infra.simulation.in_memory_books import InMemoryLedger
from servicing.domain import loan as loan_rules
from servicing.domain.transfers import Transfer
from tests.support.ledger_mutants import (
    LostSubLedger,
    NoBankGuard,
    NoBlock,
    NoEvents,
    NoKnownIdGuard,
    NoLoanGuard,
    NoResolvedGuard,
    NoSecondDrawingGuard,
    OnlyVoucherGuard,
    TornWrites,
)
from tests.support.ledger_sim import Simulation
from tests.support.seeds import Broken, breaks
from tests.support.servicing import MemoryWorld

FAST_SEEDS = 250
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


def test_a_failing_seed_says_how_to_live_it_again() -> None:
    simulation = Simulation(0, MemoryWorld(ledger_class=LostSubLedger))

    with pytest.raises(Broken, match=r"python -m tests\.support\.ledger_sim 0: "):
        simulation.run()


# --- mutation check: what each guard is for -------------------------------------------------


@pytest.mark.parametrize(
    "mutant",
    [
        NoKnownIdGuard,
        NoSecondDrawingGuard,
        NoResolvedGuard,
        OnlyVoucherGuard,
        NoBankGuard,
        NoEvents,
        TornWrites,
        LostSubLedger,
    ],
)
def test_without_this_ledger_guard_a_seed_breaks(mutant: type[InMemoryLedger]) -> None:
    assert breaks(lambda seed: Simulation(seed, MemoryWorld(ledger_class=mutant)), MUTANT_SEEDS)


def test_without_the_guard_against_a_second_loan_a_seed_breaks() -> None:
    assert breaks(lambda seed: Simulation(seed, MemoryWorld(loans_class=NoLoanGuard)), MUTANT_SEEDS)


def test_without_the_block_a_late_reservation_stays_pending() -> None:
    class Simulated(Simulation):
        void_class = NoBlock

    assert breaks(lambda seed: Simulated(seed, MemoryWorld()), MUTANT_SEEDS)


def test_without_the_payload_hash_another_amount_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Transfer, "answers", lambda self, _: self)

    assert breaks(lambda seed: Simulation(seed, MemoryWorld()), MUTANT_SEEDS)


def test_without_the_check_of_money_a_loan_is_booked_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loan_rules, "_check_money", lambda command, transfer: None)

    assert breaks(lambda seed: Simulation(seed, MemoryWorld()), MUTANT_SEEDS)


def test_without_the_check_of_the_plan_an_unsigned_one_is_booked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loan_rules, "_check_plan", lambda command, schedule: None)

    assert breaks(lambda seed: Simulation(seed, MemoryWorld()), MUTANT_SEEDS)
