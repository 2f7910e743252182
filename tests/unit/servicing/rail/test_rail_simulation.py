"""Lives of the rail under faults (FLT1, FLT2, FLT6, FLT7, FLT10, FLT21, FLT22) keep every promise.

A seed that fails is lived again with `python -m tests.support.rail_sim SEED`. Each guard taken away
makes a seed fail, so the guards are what keeps the promises.
"""

from __future__ import annotations

import itertools

import pytest

from servicing.domain.rail.payment import Heard, RailPayment
from servicing.usecases.finish_rail_work import FinishRailWork
from servicing.usecases.take_rail_payment import BookRailPayment
from tests.support.rail import RailBank
from tests.support.rail_fakes import InMemoryRailPayments
from tests.support.rail_sim import Broken, RailSimulation, breaks

FAST_SEEDS = 300
FULL_SEEDS = 10_000
MUTANT_SEEDS = 400


def test_lives_under_faults_keep_every_promise() -> None:
    for seed in range(FAST_SEEDS):
        RailSimulation(seed).run()


@pytest.mark.full
def test_ten_thousand_lives_under_faults_keep_every_promise() -> None:
    for seed in range(FULL_SEEDS):
        RailSimulation(seed).run()


def test_lives_whose_table_goes_back_keep_every_promise() -> None:
    for seed in range(FAST_SEEDS // 2):
        RailSimulation(seed, restores=True).run()


@pytest.mark.full
def test_ten_thousand_lives_whose_table_goes_back_keep_every_promise() -> None:
    for seed in range(FULL_SEEDS):
        RailSimulation(seed, restores=True).run()


def test_a_failing_seed_says_how_to_live_it_again() -> None:
    bank = RailBank(payments=NoSerialGuard())
    seed = next(n for n in range(MUTANT_SEEDS) if breaks(n, RailBank(payments=NoSerialGuard())))

    with pytest.raises(Broken, match=rf"python -m tests\.support\.rail_sim {seed}: "):
        RailSimulation(seed, bank).run()


class NoSerialGuard(InMemoryRailPayments):
    """Whoever comes second writes over the first."""

    def add(self, payment: RailPayment) -> RailPayment:
        return self._kept(payment)


class NoVersionGuard(InMemoryRailPayments):
    """Whoever read an old payment writes all the same."""

    def _refuse_stale(self, payment: RailPayment) -> None:
        return None


@pytest.mark.parametrize("mutant", [NoSerialGuard, NoVersionGuard])
def test_without_a_guard_of_the_store_a_seed_fails(mutant: type[InMemoryRailPayments]) -> None:
    assert any(breaks(seed, RailBank(payments=mutant())) for seed in range(MUTANT_SEEDS))


def test_without_the_comparison_of_payloads_a_seed_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def anything(self: RailPayment, heard: Heard) -> RailPayment:
        return self

    monkeypatch.setattr(RailPayment, "same_as", anything)

    assert any(breaks(seed, RailBank()) for seed in range(MUTANT_SEEDS))


def test_with_event_ids_that_are_not_the_payments_a_seed_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbers = itertools.count()
    monkeypatch.setattr(RailPayment, "event_id", property(lambda _: f"evt-{next(numbers)}"))

    assert any(breaks(seed, RailBank()) for seed in range(MUTANT_SEEDS))


def test_without_the_sweeper_a_seed_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FinishRailWork, "__call__", lambda self: None)

    assert any(breaks(seed, RailBank()) for seed in range(MUTANT_SEEDS))


def test_when_refused_money_is_dropped_a_seed_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def dropped(self: BookRailPayment, payment: RailPayment, reason: str) -> RailPayment:
        return self.payments.save(payment.suspended(reason))

    monkeypatch.setattr(BookRailPayment, "_suspend", dropped)

    assert any(breaks(seed, RailBank()) for seed in range(MUTANT_SEEDS))


def test_a_new_number_for_the_debit_of_a_day_takes_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RailSimulation, "debit_number", lambda _, known: f"{known}b")

    assert any(breaks(seed, RailBank(), restores=True) for seed in range(MUTANT_SEEDS))
