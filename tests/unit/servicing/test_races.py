"""Fifty calls at once: one effect, and everybody hears of the same one."""

from __future__ import annotations

import pytest

from puhui.errors import PuhuiError
from servicing.domain.disbursement import transfer_id_of
from servicing.domain.errors import TransferAlreadyPosted, TransferAlreadyVoided
from servicing.domain.invariants import check_invariants
from servicing.domain.transfers import Transfer, TransferState
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.read_trial_balance import ReadTrialBalance
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from servicing.usecases.void_disbursement import VoidDisbursement
from tests.support.races import race
from tests.support.servicing import NORTH, MemoryWorld, a_reservation, a_resolution

RACERS = 50


@pytest.fixture
def world() -> MemoryWorld:
    """Empty books."""
    return MemoryWorld()


def reserve(world: MemoryWorld) -> Transfer:
    """Reserve, with defaults."""
    return ReserveDisbursement(world.ledger, world.clock)(a_reservation())


def post(world: MemoryWorld) -> Transfer:
    """Post, with defaults."""
    return PostDisbursement(world.ledger, world.clock)(a_resolution(bank_reference="ref-1"))


def void(world: MemoryWorld) -> Transfer:
    """Void, with defaults."""
    return VoidDisbursement(world.ledger, world.clock)(a_resolution())


def test_fifty_concurrent_reservations_are_one(world: MemoryWorld) -> None:
    answers = race([lambda: reserve(world)] * RACERS)

    assert len(answers) == RACERS
    assert {answer.transfer_id for answer in answers} == {transfer_id_of("dsb-app-1-1")}
    assert len(world.events()) == 1


def test_fifty_concurrent_posts_are_one(world: MemoryWorld) -> None:
    reserve(world)

    answers = race([lambda: post(world)] * RACERS)

    assert {answer.state for answer in answers} == {TransferState.POSTED}
    assert ReadTrialBalance(world.ledger)(NORTH).total_debit.minor == 30_000_000
    assert check_invariants(world.snapshot()) == ()


def test_of_posts_and_voids_that_race_one_kind_wins(world: MemoryWorld) -> None:
    reserve(world)

    answers = race([lambda: post(world), lambda: void(world)] * (RACERS // 2))

    states = {answer.state for answer in answers if isinstance(answer, Transfer)}
    refused = {type(answer) for answer in answers if isinstance(answer, PuhuiError)}
    assert len(states) == 1
    assert refused == (
        {TransferAlreadyPosted} if states == {TransferState.POSTED} else {TransferAlreadyVoided}
    )
    assert check_invariants(world.snapshot()) == ()
