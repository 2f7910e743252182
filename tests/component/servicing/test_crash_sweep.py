"""Every AWS call of a disbursement fails in every way; the flow is resumed and ends well."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from puhui.errors import PuhuiError, StaleVersion, UpstreamUnavailable
from servicing.domain.errors import TransferNotFound
from servicing.domain.invariants import check_invariants
from servicing.domain.transfers import TransferState
from servicing.usecases.activate_loan import ActivateLoan
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.release_closed_application import ReleaseClosedApplication
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from servicing.usecases.void_disbursement import VoidDisbursement
from tests.support.aws_faults import FAULTS, Fault, Killed, TableCalls, conflicting
from tests.support.servicing import (
    NORTH,
    TableWorld,
    a_closing,
    a_reservation,
    a_resolution,
    an_activation,
    table_world,
)

MAX_RESUMPTIONS = 3
Flow = list[Callable[[TableWorld], object]]


def reserve(world: TableWorld) -> object:
    """账务预留."""
    return ReserveDisbursement(world.ledger, world.clock)(a_reservation())


def post(world: TableWorld) -> object:
    """入账."""
    return PostDisbursement(world.ledger, world.clock)(a_resolution(bank_reference="ref-1"))


def void(world: TableWorld) -> object:
    """冲销预留."""
    return VoidDisbursement(world.ledger, world.clock)(a_resolution(reason="x"))


def void_nothing(world: TableWorld) -> object:
    """冲销, before anything was reserved: not found is the answer."""
    try:
        return void(world)
    except TransferNotFound:
        return None


def activate(world: TableWorld) -> object:
    """贷款生效."""
    return ActivateLoan(world.ledger, world.loans)(an_activation())


def close(world: TableWorld) -> object:
    """结案, withdrawn."""
    return ReleaseClosedApplication(world.ledger, world.clock)(NORTH, "evt-1", a_closing())


FLOWS: dict[str, tuple[Flow, TransferState, int, list[str]]] = {
    "paid": (
        [reserve, post, activate],
        TransferState.POSTED,
        30_000_000,
        ["DisbursementPosted", "DisbursementReserved", "LoanBooked"],
    ),
    "rejected": (
        [reserve, void],
        TransferState.VOIDED,
        0,
        ["DisbursementReserved", "DisbursementVoided"],
    ),
    "closed": (
        [reserve, close],
        TransferState.VOIDED,
        0,
        ["DisbursementReserved", "DisbursementVoided"],
    ),
    "blocked": ([void_nothing], TransferState.BLOCKED, 0, []),
}
CALLS = {"paid": 6, "rejected": 3, "closed": 4, "blocked": 2}
"""AWS calls of each flow: a read and a write for every step; the activation also asks the index
what the borrower has been lent."""
SWEEP = [
    (flow, number, fault)
    for flow, count in CALLS.items()
    for number in range(count)
    for fault in FAULTS
]


@pytest.mark.parametrize("flow", sorted(FLOWS))
def test_a_flow_makes_as_few_calls_as_it_says(flow: str) -> None:
    with table_world() as world, TableCalls().watched() as calls:
        for step in FLOWS[flow][0]:
            step(world)

    assert calls.count == CALLS[flow], calls.operations


@pytest.mark.parametrize(
    ("flow", "number", "fault"),
    SWEEP,
    ids=[f"{flow}-call{number}-{fault.__name__}" for flow, number, fault in SWEEP],
)
def test_a_flow_that_broke_at_any_call_is_resumed_to_the_same_end(
    flow: str, number: int, fault: Fault
) -> None:
    steps, state, posted_fen, events = FLOWS[flow]

    with table_world() as world, TableCalls().watched() as calls:
        calls.plan({number: fault})
        _run_to_its_end(steps, world)

        books = world.snapshot()
        assert check_invariants(books) == ()
        assert [transfer.state for transfer in books.transfers] == [state]
        assert books.book["130301"].posted.minor == posted_fen
        assert books.book["130301"].pending.minor == 0
        assert sorted(event.name for event in world.events()) == events


def test_a_conflict_of_transactions_is_tried_again_at_once() -> None:
    with table_world() as world, TableCalls().watched() as calls:
        calls.plan({0: conflicting, 1: conflicting})
        reserve(world)

    assert calls.operations == ["TransactWriteItems"] * 3


def test_a_conflict_that_does_not_end_is_left_to_the_workflow() -> None:
    with table_world() as world, TableCalls().watched() as calls:
        calls.plan(dict.fromkeys(range(10), conflicting))
        with pytest.raises(StaleVersion):
            reserve(world)

        assert calls.count == 4
        calls.plan({})
        assert world.snapshot().transfers == []


def _run_to_its_end(steps: Flow, world: TableWorld) -> None:
    """As the workflow does: a step that failed or died runs again, from its beginning."""
    for step in steps:
        for _ in range(MAX_RESUMPTIONS):
            try:
                step(world)
                break
            except (Killed, UpstreamUnavailable, StaleVersion):
                continue
            except PuhuiError as error:
                if flow_goes_on(error):
                    continue
                raise
        else:
            raise AssertionError(f"{step.__name__} never ended")


def flow_goes_on(error: PuhuiError) -> bool:
    """An event whose void was seen half-way is delivered again; everything else is a failure."""
    return type(error).__name__ == "TransferAlreadyResolved"
