"""The ledger on DynamoDB: concurrency, simulated histories, and what lies in the table."""

from __future__ import annotations

from typing import Any

import pytest

from infra.simulation.in_memory_books import InMemoryLedger
from puhui.errors import PuhuiError
from servicing.adapters import dynamo_ledger
from servicing.adapters.rows import BOOK_SHARDS, BookRow, VoucherRow, shard_of
from servicing.domain.errors import TransferAlreadyPosted
from servicing.domain.invariants import check_invariants
from servicing.domain.transfers import TransferState
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from servicing.usecases.void_disbursement import VoidDisbursement
from tests.support.aws_faults import TableCalls
from tests.support.ledger_mutants import NoSecondDrawingGuard, OnlyVoucherGuard
from tests.support.ledger_sim import Broken, Simulation
from tests.support.races import race
from tests.support.servicing import (
    MemoryWorld,
    TableWorld,
    World,
    a_reservation,
    a_resolution,
    table_items,
    table_world,
)

RACERS = 50
FAST_SEEDS = 3
FULL_SEEDS = 200
MUTANT_SEEDS = 400
CHECK_EVERY = 8
"""Turns between two looks at the whole table, which moto scans slowly."""


def reserve(world: TableWorld, **changes: Any) -> Any:
    """Reserve, with defaults."""
    return ReserveDisbursement(world.ledger, world.clock)(a_reservation(**changes))


def test_fifty_concurrent_posts_are_one() -> None:
    with table_world() as world, TableCalls().watched():
        reserve(world)
        post = PostDisbursement(world.ledger, world.clock)

        answers = race([lambda: post(a_resolution(bank_reference="ref-1"))] * RACERS)

        assert {answer.state for answer in answers} == {TransferState.POSTED}
        assert len(world.events()) == 2
        assert check_invariants(world.snapshot()) == ()


def test_of_posts_and_voids_that_race_one_kind_wins() -> None:
    with table_world() as world, TableCalls().watched():
        reserve(world)
        post = PostDisbursement(world.ledger, world.clock)
        void = VoidDisbursement(world.ledger, world.clock)

        answers = race(
            [
                lambda: post(a_resolution(bank_reference="ref-1")),
                lambda: void(a_resolution(reason="x")),
            ]
            * (RACERS // 2)
        )

        won = {answer.state for answer in answers if not isinstance(answer, PuhuiError)}
        refused = {type(answer).__name__ for answer in answers if isinstance(answer, PuhuiError)}
        assert len(won) == 1
        assert refused in ({"TransferAlreadyPosted"}, {"TransferAlreadyVoided"})
        assert check_invariants(world.snapshot()) == ()


def test_histories_under_faults_keep_every_promise_on_the_table() -> None:
    for seed in range(FAST_SEEDS):
        with table_world() as world:
            Simulation(seed, world, check_every=CHECK_EVERY).run()


@pytest.mark.full
def test_two_hundred_histories_keep_every_promise_on_the_table() -> None:
    for seed in range(FULL_SEEDS):
        with table_world() as world:
            Simulation(seed, world, check_every=CHECK_EVERY).run()


@pytest.mark.parametrize(
    ("condition", "mutant"),
    [("still_pending", OnlyVoucherGuard), ("undrawn", NoSecondDrawingGuard)],
)
def test_a_seed_that_breaks_without_the_guard_breaks_without_the_condition(
    condition: str, mutant: type[InMemoryLedger], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The seed is sought in memory, where it is quick, and lived again on the table."""
    seed = next(n for n in range(MUTANT_SEEDS) if _breaks(n, MemoryWorld(ledger_class=mutant)))
    monkeypatch.setattr(dynamo_ledger, condition, lambda: None)

    with table_world() as world:
        assert _breaks(seed, world)


def test_vouchers_are_never_written_twice() -> None:
    """INV4 on the table: the row of a voucher may only be created."""
    with table_world() as world:
        transfer = reserve(world)
        (row,) = VoucherRow.query(f"VOUCHER#{transfer.transfer_id}")
        again = VoucherRow(
            row.pk,
            row.sk,
            bank_id="north",
            booked_on=row.booked_on,
            booked_at=row.booked_at,
            entries=[],
        )

        with pytest.raises(Exception, match="ConditionalCheckFailed"):
            again.save()


def test_every_shard_of_the_book_balances_by_itself() -> None:
    with table_world() as world:
        for n in range(24):
            reserve(world, application_id=f"app-{n}", disbursement_id=f"dsb-{n}")

        shards: list[Any] = [row for row in BookRow.scan() if row.pk.startswith("BOOK#")]
        assert 1 < len(shards) <= BOOK_SHARDS
        for shard in shards:
            held = (shard.pending_130301, shard.pending_300101)
            assert held[0] == -held[1]


def test_transfers_spread_over_all_shards() -> None:
    assert {shard_of(f"trf-{n}") for n in range(1_000)} == set(range(BOOK_SHARDS))


def test_amounts_in_the_table_are_whole_numbers() -> None:
    """INV6 where it counts: no number in the table has a fraction."""
    with table_world() as world:
        reserve(world)
        VoidDisbursement(world.ledger, world.clock)(a_resolution())

        numbers = [value["N"] for item in table_items() for value in item.values() if "N" in value]
        assert numbers
        assert all(number.lstrip("-").isdigit() for number in numbers)


def test_a_posted_transfer_refuses_a_void_by_name() -> None:
    with table_world() as world:
        reserve(world)
        PostDisbursement(world.ledger, world.clock)(a_resolution(bank_reference="ref-1"))

        with pytest.raises(TransferAlreadyPosted):
            VoidDisbursement(world.ledger, world.clock)(a_resolution())


def _breaks(seed: int, world: World) -> bool:
    try:
        Simulation(seed, world, check_every=CHECK_EVERY).run()
    except Broken:
        return True
    return False
