"""FLT32: the table goes back to an earlier moment while everything else goes on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from infra.simulation.in_memory_books import InMemoryLedger
from puhui.tenancy import BankId
from servicing.domain.disbursement import proposed_transfer
from servicing.domain.end_of_day.business_day import BusinessDay
from servicing.domain.errors import LedgerBehind
from servicing.usecases.activate_loan import ActivateLoan
from servicing.usecases.ensure_reached import EnsureReached
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.release_closed_application import ReleaseClosedApplication, Released
from tests.support.end_of_day import InMemoryBusinessDays
from tests.support.restore_sim import Application, RestoreSimulation
from tests.support.seeds import breaks
from tests.support.servicing import (
    NORTH,
    MemoryWorld,
    a_closing,
    a_disbursed_loan,
    a_reservation,
    a_resolution,
    an_activation,
)

FAST_SEEDS = 60
FULL_SEEDS = 10_000
MUTANT_SEEDS = 120
DAY = date(2020, 3, 2)


def test_posting_what_the_ledger_forgot_says_that_it_is_behind() -> None:
    world = MemoryWorld()

    with pytest.raises(LedgerBehind):
        PostDisbursement(world.ledger, world.clock)(a_resolution(bank_reference="ref-1"))

    assert world.events() == []


def test_a_loan_whose_money_the_ledger_forgot_is_not_booked() -> None:
    world = MemoryWorld()

    with pytest.raises(LedgerBehind):
        ActivateLoan(world.ledger, world.loans)(an_activation())

    assert world.snapshot().loans == []


def closed(world: MemoryWorld, **changes: str) -> Released:
    """The bus tells that the application is over."""
    release = ReleaseClosedApplication(world.ledger, world.clock)
    return release(NORTH, "evt-1", a_closing(**{"outcome": "disbursed"} | changes))


def test_a_disbursement_that_the_ledger_never_heard_of_is_told_of() -> None:
    assert closed(MemoryWorld()) is Released.LEDGER_BEHIND


def test_a_disbursement_that_is_only_promised_is_a_persons() -> None:
    world = MemoryWorld()
    world.ledger.reserve(proposed_transfer(a_reservation()).reserve(world.clock.now()))

    assert closed(world) is Released.NEEDS_INVESTIGATION


def test_a_disbursement_that_the_ledger_knows_is_nothing_new() -> None:
    world = MemoryWorld()
    a_disbursed_loan(world)

    assert closed(world) is Released.NOTHING_PENDING


def test_an_application_that_ended_without_money_says_nothing_of_the_ledger() -> None:
    assert closed(MemoryWorld(), outcome="declined") is Released.NOTHING_PENDING


@pytest.mark.parametrize(
    ("days", "behind"), [(-1, True), (0, False), (1, False)], ids=["before", "at", "after"]
)
def test_books_before_the_day_that_was_told_are_behind(days: int, behind: bool) -> None:
    held = InMemoryBusinessDays()
    held.days[NORTH] = BusinessDay(bank_id=NORTH, day=DAY + timedelta(days=days))
    told: list[LedgerBehind] = []

    try:
        EnsureReached(held)(NORTH, DAY)
    except LedgerBehind as error:
        told.append(error)

    assert bool(told) == behind


# --- thousands of lives, and what each guard is for -----------------------------------------


def test_lives_of_a_restored_ledger_keep_every_promise() -> None:
    lost = [RestoreSimulation(seed).run() for seed in range(FAST_SEEDS)]

    assert sum(bool(one) for one in lost) > FAST_SEEDS // 5


@pytest.mark.full
def test_ten_thousand_lives_of_a_restored_ledger_keep_every_promise() -> None:
    for seed in range(FULL_SEEDS):
        RestoreSimulation(seed).run()


def test_a_ledger_that_does_not_notice_breaks_a_seed() -> None:
    class Unaware(InMemoryLedger):
        def was_drawn(self, bank_id: BankId, application_id: str) -> bool:
            return True

    assert breaks(lambda seed: RestoreSimulation(seed, Unaware), MUTANT_SEEDS)


def test_a_new_number_after_the_restore_breaks_a_seed() -> None:
    class Renumbering(RestoreSimulation):
        def number_of(self, application: Application) -> str:
            again = "b" if application.number in self.paid else ""
            return application.number + again

    assert breaks(Renumbering, MUTANT_SEEDS)
