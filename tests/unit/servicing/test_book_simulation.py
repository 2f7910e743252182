"""Thousands of lives of loans under faults keep every promise; each guard taken away breaks one."""

from __future__ import annotations

import pytest

from infra.simulation.in_memory_loan_books import InMemoryLoanBooks
from servicing.domain.account import book as book_rules
from servicing.domain.account.book import LoanBook
from servicing.usecases.record_event import RecordEvent
from tests.support.book_mutants import (
    AnyLoan,
    AnyPayload,
    ForgottenEvent,
    LostBalances,
    NoAnnouncement,
    NoBankGuard,
    NoEventKeyGuard,
    NoOutcome,
    NoVersionGuard,
    TornChange,
)
from tests.support.book_sim import BookSimulation
from tests.support.seeds import Broken, breaks
from tests.support.servicing import MemoryWorld, table_world

FAST_SEEDS = 60
FULL_SEEDS = 10_000
TABLE_SEEDS = 200
FAST_TABLE_SEEDS = 3
TABLE_TURNS = 8
MUTANT_SEEDS = 120


def test_every_history_of_the_fast_slice_keeps_the_promises() -> None:
    delivered = sum(BookSimulation(seed, MemoryWorld()).run() for seed in range(FAST_SEEDS))

    assert delivered > 20 * FAST_SEEDS


@pytest.mark.full
def test_ten_thousand_histories_keep_the_promises() -> None:
    for seed in range(FULL_SEEDS):
        BookSimulation(seed, MemoryWorld()).run()


@pytest.mark.parametrize("seed", range(FAST_TABLE_SEEDS))
def test_histories_on_the_table_keep_the_promises(seed: int) -> None:
    with table_world() as world:
        BookSimulation(seed, world, turns=TABLE_TURNS).run()


@pytest.mark.full
@pytest.mark.parametrize("seed", range(FAST_TABLE_SEEDS, TABLE_SEEDS))
def test_two_hundred_histories_on_the_table_keep_the_promises(seed: int) -> None:
    with table_world() as world:
        BookSimulation(seed, world, turns=TABLE_TURNS).run()


def test_a_seed_lives_the_same_history_each_time() -> None:
    first, second = MemoryWorld(), MemoryWorld()

    assert BookSimulation(7, first).run() == BookSimulation(7, second).run()
    assert first.snapshot() == second.snapshot()


def test_a_failing_seed_says_how_to_live_it_again() -> None:
    simulation = BookSimulation(0, MemoryWorld(books_class=LostBalances))

    with pytest.raises(Broken, match=r"python -m tests\.support\.book_sim 0: "):
        simulation.run()


# --- mutation check: what each guard is for -------------------------------------------------


@pytest.mark.parametrize(
    "mutant",
    [
        NoVersionGuard,
        NoEventKeyGuard,
        NoBankGuard,
        NoAnnouncement,
        NoOutcome,
        TornChange,
        LostBalances,
        ForgottenEvent,
    ],
)
def test_without_this_guard_of_the_books_a_seed_breaks(mutant: type[InMemoryLoanBooks]) -> None:
    assert breaks(lambda seed: BookSimulation(seed, MemoryWorld(books_class=mutant)), MUTANT_SEEDS)


@pytest.mark.parametrize("mutant", [AnyPayload, AnyLoan])
def test_without_this_comparison_another_event_is_answered(mutant: type[RecordEvent]) -> None:
    class Simulated(BookSimulation):
        record_class = mutant

    assert breaks(lambda seed: Simulated(seed, MemoryWorld()), MUTANT_SEEDS)


def test_without_the_check_of_reversals_an_event_is_taken_back_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(LoanBook, "_check_reversal", lambda book, reversal: None)

    assert breaks(lambda seed: BookSimulation(seed, MemoryWorld()), MUTANT_SEEDS)


def test_without_a_posting_for_each_version_vouchers_are_overwritten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(book_rules, "posting_id", lambda loan_id, version: f"pst-{loan_id[5:]}")

    assert breaks(lambda seed: BookSimulation(seed, MemoryWorld()), MUTANT_SEEDS)
