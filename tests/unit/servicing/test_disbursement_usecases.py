"""Reserve, post and void: repetition answers the same, contradiction is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from infra.simulation.in_memory_books import InMemoryLedger
from puhui.errors import StaleVersion
from servicing.domain.disbursement import transfer_id_of
from servicing.domain.errors import (
    ApplicationAlreadyDrawn,
    DisbursementMismatch,
    TransferAlreadyPosted,
    TransferAlreadyVoided,
    TransferNotFound,
)
from servicing.domain.transfers import Transfer, TransferState
from servicing.ports import Ledger
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.read_transfer import ReadTransfer
from servicing.usecases.read_trial_balance import ReadTrialBalance
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from servicing.usecases.void_disbursement import VoidDisbursement
from tests.support.servicing import NORTH, SOUTH, MemoryWorld, a_reservation, a_resolution


@pytest.fixture
def world() -> MemoryWorld:
    """Empty books."""
    return MemoryWorld()


def reserve(world: MemoryWorld, **changes: Any) -> Transfer:
    """Reserve, with defaults."""
    return ReserveDisbursement(world.ledger, world.clock)(a_reservation(**changes))


def post(world: MemoryWorld, **changes: Any) -> Transfer:
    """Post, with defaults."""
    values = {"bank_reference": "ref-1"} | changes
    return PostDisbursement(world.ledger, world.clock)(a_resolution(**values))


def void(world: MemoryWorld, **changes: Any) -> Transfer:
    """Void, with defaults."""
    return VoidDisbursement(world.ledger, world.clock)(a_resolution(**changes))


# --- reserve --------------------------------------------------------------------------------


def test_a_repeated_reservation_answers_the_same_and_books_once(world: MemoryWorld) -> None:
    first = reserve(world)

    again = reserve(world)

    assert again == first
    assert len(world.events()) == 1


def test_a_repetition_on_the_next_day_is_the_same_reservation(world: MemoryWorld) -> None:
    first = reserve(world)

    again = reserve(world, business_date="2020-03-02", correlation_id="again")

    assert again == first
    assert again.reserved_on.isoformat() == "2020-03-01"


@pytest.mark.parametrize(
    "change",
    [
        {"amount_fen": 30_000_001},
        {"application_id": "app-2"},
        {"customer_id": "cus-2"},
        {"branch_id": "b2"},
        {"terms_sha256": "b" * 64},
        {"bank_id": "south"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_same_id_with_another_payload_is_refused_and_changes_nothing(
    world: MemoryWorld, change: dict[str, Any]
) -> None:
    reserve(world)
    before = (world.snapshot(), world.snapshot(SOUTH))

    with pytest.raises(DisbursementMismatch) as refused:
        reserve(world, **change)

    assert refused.value.status == 409
    assert "300" not in refused.value.message
    assert (world.snapshot(), world.snapshot(SOUTH)) == before


def test_a_posted_reservation_answers_posted_when_repeated(world: MemoryWorld) -> None:
    reserve(world)
    post(world)

    assert reserve(world).state is TransferState.POSTED


def test_a_voided_reservation_never_comes_back(world: MemoryWorld) -> None:
    reserve(world)
    void(world)

    with pytest.raises(TransferAlreadyVoided):
        reserve(world)


def test_another_disbursement_of_the_application_is_refused(world: MemoryWorld) -> None:
    reserve(world)

    with pytest.raises(ApplicationAlreadyDrawn):
        reserve(world, disbursement_id="dsb-app-1-2")


def test_a_reservation_that_comes_after_its_void_is_refused(world: MemoryWorld) -> None:
    with pytest.raises(TransferNotFound):
        void(world)

    with pytest.raises(TransferAlreadyVoided):
        reserve(world)


# --- post and void --------------------------------------------------------------------------


@pytest.mark.parametrize("end", [post, void])
def test_a_repeated_end_answers_the_same_and_books_once(
    world: MemoryWorld, end: Callable[..., Transfer]
) -> None:
    reserve(world)
    first = end(world)

    assert end(world) == first
    assert len(world.events()) == 2


def test_another_reason_for_the_same_void_is_no_other_void(world: MemoryWorld) -> None:
    reserve(world)
    void(world, reason="核心系统拒绝支付")

    assert void(world, reason="again").reason == "核心系统拒绝支付"


def test_another_bank_reference_contradicts_the_posted_one(world: MemoryWorld) -> None:
    reserve(world)
    post(world)

    with pytest.raises(DisbursementMismatch) as refused:
        post(world, bank_reference="ref-2")

    assert refused.value.field == "bank_reference"


def test_a_posted_disbursement_is_not_voided(world: MemoryWorld) -> None:
    reserve(world)
    post(world)

    with pytest.raises(TransferAlreadyPosted):
        void(world)


def test_a_voided_disbursement_is_not_posted(world: MemoryWorld) -> None:
    reserve(world)
    void(world)

    with pytest.raises(TransferAlreadyVoided):
        post(world)


@pytest.mark.parametrize("end", [post, void])
def test_what_was_never_reserved_is_not_found(
    world: MemoryWorld, end: Callable[..., Transfer]
) -> None:
    with pytest.raises(TransferNotFound):
        end(world)
    with pytest.raises(TransferNotFound):
        end(world)


@pytest.mark.parametrize("end", [post, void])
def test_another_banks_reservation_is_not_found_and_stays(
    world: MemoryWorld, end: Callable[..., Transfer]
) -> None:
    reserve(world)
    before = world.snapshot()

    with pytest.raises(TransferNotFound):
        end(world, bank_id="south")

    assert world.snapshot() == before


@pytest.mark.parametrize("end", [post, void])
def test_another_applications_reservation_is_refused(
    world: MemoryWorld, end: Callable[..., Transfer]
) -> None:
    reserve(world)

    with pytest.raises(DisbursementMismatch) as refused:
        end(world, application_id="app-2")

    assert refused.value.field == "application_id"


class ReservedMeanwhile(InMemoryLedger):
    """Somebody reserves between our read and our block."""

    def block(self, transfer: Transfer) -> None:
        """The reservation lands first."""
        if transfer.transfer_id not in self.books.transfers:
            ReserveDisbursement(self, self.clock)(a_reservation())
        super().block(transfer)


def test_a_void_that_meets_a_landing_reservation_is_tried_again_and_then_voids() -> None:
    world = MemoryWorld(ledger_class=ReservedMeanwhile)

    with pytest.raises(StaleVersion):
        void(world)

    assert void(world).state is TransferState.VOIDED


# --- reading --------------------------------------------------------------------------------


def test_a_transfer_is_read_with_its_vouchers_and_nothing_wrong(world: MemoryWorld) -> None:
    transfer = reserve(world)
    post(world)

    audited = ReadTransfer(world.ledger)(NORTH, transfer.transfer_id)

    assert [voucher.step.value for voucher in audited.vouchers] == ["reserve", "post"]
    assert audited.violations == ()


def test_a_blocked_id_is_no_transfer_to_read(world: MemoryWorld) -> None:
    with pytest.raises(TransferNotFound):
        void(world)

    with pytest.raises(TransferNotFound):
        ReadTransfer(world.ledger)(NORTH, transfer_id_of("dsb-app-1-1"))


def test_the_trial_balance_shows_every_account_and_no_difference(world: MemoryWorld) -> None:
    reserve(world)
    post(world)
    reserve(world, application_id="app-2", disbursement_id="dsb-app-2-1", amount_fen=7)

    ledger: Ledger = world.ledger
    sheet = ReadTrialBalance(ledger)(NORTH)

    lines = {line.code: line for line in sheet.accounts}
    assert (sheet.difference.minor, sheet.pending_difference.minor) == (0, 0)
    assert lines["130301"].name == "贷款—本金"
    assert (lines["130301"].debit.minor, lines["130301"].pending_debit.minor) == (30_000_000, 7)
    assert (lines["300101"].credit.minor, lines["300101"].pending_credit.minor) == (30_000_000, 7)
