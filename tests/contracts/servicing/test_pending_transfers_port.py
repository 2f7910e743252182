"""What every list of pending transfers promises, in memory and on DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from servicing.domain.disbursement import blocked_transfer, proposed_transfer
from servicing.domain.transfers import PENDING_FOR, Transfer
from tests.support.servicing import (
    NOON,
    TODAY,
    MemoryWorld,
    World,
    a_reservation,
    a_resolution,
    table_world,
)


@pytest.fixture(params=["memory", "dynamo"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A fresh ledger of each kind."""
    if request.param == "memory":
        yield MemoryWorld()
    else:
        with table_world() as table:
            yield table


def reserve(world: World, number: int, **changes: Any) -> Transfer:
    """A promise for an application of its own."""
    ids = {"application_id": f"app-{number}", "disbursement_id": f"dsb-{number}"}
    transfer = proposed_transfer(a_reservation(**ids | changes))
    world.ledger.reserve(transfer.reserve(NOON))
    return transfer


def test_promises_of_all_banks_come_in_the_order_of_their_deadlines(world: World) -> None:
    late = reserve(world, 1, business_date=TODAY + timedelta(days=2))
    early = reserve(world, 2, bank_id="south")

    assert list(world.ledger.pending(10)) == [early, late]
    assert early.deadline == TODAY + PENDING_FOR


def test_no_more_come_than_are_asked_for(world: World) -> None:
    for number in range(3):
        reserve(world, number)

    assert len(world.ledger.pending(2)) == 2


def test_what_is_resolved_or_blocked_is_not_listed(world: World) -> None:
    posted, voided = reserve(world, 1), reserve(world, 2)
    world.ledger.resolve(posted.post(TODAY, NOON, "ref-1"))
    world.ledger.resolve(voided.void(TODAY, NOON, "x"))
    world.ledger.block(
        blocked_transfer(a_resolution(application_id="app-3", disbursement_id="dsb-3"))
    )

    assert list(world.ledger.pending(10)) == []
