"""What every ledger promises: the one in memory and the one on DynamoDB pass the same tests."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from puhui.inbox import AlreadyConsumed
from puhui.money import Money
from servicing.domain.accounts import CLEARING, LOAN_PRINCIPAL
from servicing.domain.disbursement import blocked_transfer, proposed_transfer
from servicing.domain.errors import (
    ApplicationAlreadyDrawn,
    TransferAlreadyResolved,
    TransferExists,
    TransferNotFound,
)
from servicing.domain.invariants import check_invariants
from servicing.domain.transfers import Movement, Transfer, TransferState
from servicing.domain.vouchers import Balance, Step
from servicing.ports import Consumed
from tests.support.servicing import (
    NOON,
    NORTH,
    SOUTH,
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


@pytest.fixture
def reserved(world: World) -> Transfer:
    """300,000 yuan, promised."""
    transfer = proposed_transfer(a_reservation())
    world.ledger.reserve(transfer.reserve(NOON))
    return transfer


def posted(transfer: Transfer) -> Movement:
    """The movement that posts a transfer."""
    return transfer.post(TODAY, NOON, "ref-1")


def test_a_reserved_transfer_is_read_back_as_it_was(world: World, reserved: Transfer) -> None:
    assert world.ledger.get(NORTH, reserved.transfer_id) == reserved


def test_a_posted_transfer_is_read_back_with_its_end(world: World, reserved: Transfer) -> None:
    movement = posted(reserved)

    world.ledger.resolve(movement)

    assert world.ledger.get(NORTH, reserved.transfer_id) == movement.transfer
    assert movement.transfer.bank_reference == "ref-1"


def test_reserving_makes_money_pending_and_posts_none(world: World, reserved: Transfer) -> None:
    held = world.ledger.balances(NORTH)

    assert held[LOAN_PRINCIPAL.code] == Balance(pending=Money(30_000_000))
    assert held[CLEARING.code] == Balance(pending=Money(-30_000_000))


def test_posting_moves_the_money_and_leaves_nothing_pending(
    world: World, reserved: Transfer
) -> None:
    world.ledger.resolve(posted(reserved))

    held = world.ledger.balances(NORTH)
    assert held[LOAN_PRINCIPAL.code] == Balance(posted=Money(30_000_000))
    assert held[CLEARING.code] == Balance(posted=Money(-30_000_000))


def test_voiding_leaves_nothing_at_all(world: World, reserved: Transfer) -> None:
    world.ledger.resolve(reserved.void(TODAY, NOON, "x"))

    held = world.ledger.balances(NORTH)
    assert set(held.values()) == {Balance()}


def test_vouchers_come_in_order_with_their_entries(world: World, reserved: Transfer) -> None:
    movement = posted(reserved)
    world.ledger.resolve(movement)

    vouchers = world.ledger.vouchers(NORTH, reserved.transfer_id)

    assert [voucher.step for voucher in vouchers] == [Step.RESERVE, Step.POST]
    assert vouchers[1] == movement.voucher


def test_each_movement_tells_of_itself_once(world: World, reserved: Transfer) -> None:
    world.ledger.resolve(posted(reserved))

    told = {(event.name, event.subject, event.bank_id) for event in world.events()}
    assert told == {
        ("DisbursementReserved", reserved.transfer_id, "north"),
        ("DisbursementPosted", reserved.transfer_id, "north"),
    }
    assert len(world.events()) == 2


def test_a_taken_id_is_refused_and_changes_nothing(world: World, reserved: Transfer) -> None:
    other = proposed_transfer(a_reservation(amount_fen=7, application_id="app-9"))

    with pytest.raises(TransferExists):
        world.ledger.reserve(other.reserve(NOON))

    assert world.ledger.get(NORTH, reserved.transfer_id) == reserved
    assert len(world.events()) == 1


def test_an_id_is_taken_for_every_bank(world: World, reserved: Transfer) -> None:
    foreign = proposed_transfer(a_reservation(bank_id="south"))

    with pytest.raises(TransferExists):
        world.ledger.reserve(foreign.reserve(NOON))


def test_a_second_disbursement_of_an_application_is_refused(
    world: World, reserved: Transfer
) -> None:
    second = proposed_transfer(a_reservation(disbursement_id="dsb-app-1-2"))

    with pytest.raises(ApplicationAlreadyDrawn):
        world.ledger.reserve(second.reserve(NOON))

    assert world.ledger.balances(NORTH)[CLEARING.code] == Balance(pending=Money(-30_000_000))


def test_a_posted_application_is_drawn_for_good(world: World, reserved: Transfer) -> None:
    world.ledger.resolve(posted(reserved))
    second = proposed_transfer(a_reservation(disbursement_id="dsb-app-1-2"))

    with pytest.raises(ApplicationAlreadyDrawn):
        world.ledger.reserve(second.reserve(NOON))


def test_after_a_void_the_application_may_be_drawn_under_a_new_id(
    world: World, reserved: Transfer
) -> None:
    world.ledger.resolve(reserved.void(TODAY, NOON, "x"))
    second = proposed_transfer(a_reservation(disbursement_id="dsb-app-1-2"))

    world.ledger.reserve(second.reserve(NOON))

    assert world.ledger.pending_of_application(NORTH, "app-1") == second.transfer_id


def test_a_posted_transfer_is_not_voided(world: World, reserved: Transfer) -> None:
    void = reserved.void(TODAY, NOON, "x")
    world.ledger.resolve(posted(reserved))

    with pytest.raises(TransferAlreadyResolved):
        world.ledger.resolve(void)

    assert world.ledger.get(NORTH, reserved.transfer_id).state is TransferState.POSTED
    assert check_invariants(world.snapshot()) == ()


def test_a_transfer_is_not_posted_twice(world: World, reserved: Transfer) -> None:
    movement = posted(reserved)
    world.ledger.resolve(movement)

    with pytest.raises(TransferAlreadyResolved):
        world.ledger.resolve(movement)

    assert world.ledger.balances(NORTH)[CLEARING.code] == Balance(posted=Money(-30_000_000))


def test_another_banks_transfer_is_not_found(world: World, reserved: Transfer) -> None:
    with pytest.raises(TransferNotFound):
        world.ledger.get(SOUTH, reserved.transfer_id)

    assert world.ledger.pending_of_application(SOUTH, "app-1") is None
    assert set(world.ledger.balances(SOUTH).values()) <= {Balance()}


def test_an_application_without_money_has_nothing_pending(world: World) -> None:
    assert world.ledger.pending_of_application(NORTH, "app-1") is None


def test_a_pending_transfer_is_found_by_its_application(world: World, reserved: Transfer) -> None:
    assert world.ledger.pending_of_application(NORTH, "app-1") == reserved.transfer_id


def test_a_resolved_transfer_is_pending_no_more(world: World, reserved: Transfer) -> None:
    world.ledger.resolve(posted(reserved))

    assert world.ledger.pending_of_application(NORTH, "app-1") is None


def test_a_blocked_id_refuses_a_late_reservation(world: World) -> None:
    world.ledger.block(blocked_transfer(a_resolution()))

    with pytest.raises(TransferExists):
        world.ledger.reserve(proposed_transfer(a_reservation()).reserve(NOON))

    transfer_id = proposed_transfer(a_reservation()).transfer_id
    assert world.ledger.get(NORTH, transfer_id).state is TransferState.BLOCKED


def test_a_reserved_id_cannot_be_blocked(world: World, reserved: Transfer) -> None:
    with pytest.raises(TransferExists):
        world.ledger.block(blocked_transfer(a_resolution()))

    assert world.ledger.get(NORTH, reserved.transfer_id) == reserved


def test_an_event_resolves_once_even_when_the_state_would_allow_it_again(
    world: World, reserved: Transfer
) -> None:
    because = Consumed("net", "evt-1")
    world.ledger.resolve(reserved.void(TODAY, NOON, "x"), because)
    second = proposed_transfer(a_reservation(disbursement_id="dsb-app-1-2"))
    world.ledger.reserve(second.reserve(NOON))

    with pytest.raises(AlreadyConsumed):
        world.ledger.resolve(second.void(TODAY, NOON, "x"), because)

    assert world.ledger.get(NORTH, second.transfer_id).state is TransferState.PENDING


def test_books_of_many_transfers_keep_every_promise(world: World) -> None:
    for n in range(12):
        transfer = proposed_transfer(
            a_reservation(application_id=f"app-{n}", disbursement_id=f"dsb-{n}", amount_fen=100 + n)
        )
        world.ledger.reserve(transfer.reserve(NOON))
        if n % 3 == 0:
            world.ledger.resolve(posted(transfer))
        elif n % 3 == 1:
            world.ledger.resolve(transfer.void(TODAY, NOON, None))

    assert check_invariants(world.snapshot()) == ()
    held = world.ledger.balances(NORTH)
    assert held[LOAN_PRINCIPAL.code].posted == Money(100 + 103 + 106 + 109)
    assert held[LOAN_PRINCIPAL.code].pending == Money(102 + 105 + 108 + 111)


def test_the_largest_amount_is_kept_exactly(world: World) -> None:
    transfer = dataclasses.replace(
        proposed_transfer(a_reservation()), amount=Money(9_999_999_999_999)
    )

    world.ledger.reserve(transfer.reserve(NOON))

    assert world.ledger.get(NORTH, transfer.transfer_id).amount == Money(9_999_999_999_999)
    assert world.ledger.balances(NORTH)[CLEARING.code].pending == Money(-9_999_999_999_999)
