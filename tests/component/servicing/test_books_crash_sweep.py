"""Every AWS call of a repayment, a reversal, an approval and a closed day fails in every way; each
is resumed and ends once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from infra.simulation.in_memory_warnings import InMemoryFundUses, InMemoryWarnings
from puhui.clock import FixedBusinessCalendar
from puhui.errors import StaleVersion, UpstreamUnavailable
from puhui.ids import derived_id
from puhui.money import Money
from servicing.adapters.rows import partition_of
from servicing.domain.account.change_request import ChangeRequest
from servicing.domain.account.events import Component, Repayment, Reversal, Waiver
from servicing.domain.invariants import check_invariants
from servicing.domain.loan import loan_id_of
from servicing.usecases.check_misuse import CheckMisuse
from servicing.usecases.decide_change import ApproveChange, Decision
from servicing.usecases.record_event import AskedEvent, RecordEvent
from servicing.usecases.request_change import AskedChange, RequestChange
from tests.support.aws_faults import FAULTS, Fault, Killed, TableCalls
from tests.support.loan_accounts import INSTALMENT, on
from tests.support.servicing import NORTH, TableWorld, a_disbursed_loan, table_world

MAX_RESUMPTIONS = 4
LOAN_ID = loan_id_of("dsb-app-1-1")
CALENDAR = FixedBusinessCalendar(on(31))
Step = Callable[[TableWorld], object]


def enter(world: TableWorld, event_id: str, what: Repayment | Reversal) -> object:
    """贷款事件入账."""
    record = RecordEvent(world.loan_books, world.clock, CALENDAR)
    return record(AskedEvent(bank_id=NORTH, loan_id=LOAN_ID, event_id=event_id, what=what))


def repay(world: TableWorld) -> object:
    """还款."""
    return enter(world, "rep-1", Repayment(amount=INSTALMENT))


def undo(world: TableWorld) -> object:
    """冲正."""
    return enter(world, "rev-1", Reversal(reverses="rep-1", reason="来款有误"))


def close_day(world: TableWorld) -> object:
    """日终, as end of day does it: from the index, and from the book where it has moved on."""
    page = world.loan_books.open_in(NORTH, partition_of(LOAN_ID), after="", limit=10)
    for book in page.books:
        change = book.close_day(on(40), world.clock.now())
        if change is not None:
            world.loan_books.record(change)
    return page


def ask(world: TableWorld) -> ChangeRequest:
    """减免申请."""
    waiver = Waiver(component=Component.INTEREST, amount=Money(100), reason="困难减免")
    request = RequestChange(
        world.loan_books,
        world.requests,
        world.clock,
        CALENDAR,
        CheckMisuse(InMemoryWarnings(), InMemoryFundUses()),
    )
    return request(
        AskedChange(
            bank_id=NORTH, loan_id=LOAN_ID, request_id="chg-1", what=waiver, maker="maker-1"
        )
    )


def approve(world: TableWorld) -> ChangeRequest:
    """复核."""
    record = RecordEvent(world.loan_books, world.clock, CALENDAR)
    decision = Decision(bank_id=NORTH, loan_id=LOAN_ID, request_id="chg-1", checker="checker-1")
    return ApproveChange(world.requests, record, world.clock)(decision)


FLOWS: dict[str, tuple[list[Step], int, list[str]]] = {
    "repaid": ([repay], 2, ["rep-1"]),
    "taken_back": ([repay, undo], 4, ["rep-1", "rev-1"]),
    "closed": ([close_day], 2, []),
    "approved": ([ask, approve], 7, ["chg-1"]),
}
"""Steps, the AWS calls that they make, and the events that they leave."""
SWEEP = [
    (flow, number, fault)
    for flow, (_, calls, _) in FLOWS.items()
    for number in range(calls)
    for fault in FAULTS
]


@pytest.mark.parametrize("flow", sorted(FLOWS))
def test_a_flow_makes_as_few_calls_as_it_says(flow: str) -> None:
    with table_world() as world:
        a_disbursed_loan(world)
        with TableCalls().watched() as calls:
            for step in FLOWS[flow][0]:
                step(world)

    assert calls.count == FLOWS[flow][1], calls.operations


@pytest.mark.parametrize(
    ("flow", "number", "fault"),
    SWEEP,
    ids=[f"{flow}-call{number}-{fault.__name__}" for flow, number, fault in SWEEP],
)
def test_a_flow_that_broke_at_any_call_is_resumed_to_the_same_end(
    flow: str, number: int, fault: Fault
) -> None:
    steps, _, events = FLOWS[flow]

    with table_world() as world:
        a_disbursed_loan(world)
        with TableCalls().watched() as calls:
            calls.plan({number: fault})
            for step in steps:
                _run_to_its_end(step, world)
        book = world.loan_books.get(NORTH, LOAN_ID)

        assert check_invariants(world.snapshot()) == ()
        assert [event.event_id.replace(_event_of("chg-1"), "chg-1") for event in book.events] == (
            events
        )
        assert book.version == max(len(events), 1)
        told = [event for event in world.events() if event.subject == LOAN_ID]
        assert len(told) == 1 + book.version  # LoanBooked, and each change once


def _event_of(request_id: str) -> str:
    return derived_id("evt", "change", request_id)


def _run_to_its_end(step: Step, world: TableWorld) -> None:
    """As its caller does: what failed or died is asked again, from its beginning."""
    for _ in range(MAX_RESUMPTIONS):
        try:
            step(world)
        except (Killed, UpstreamUnavailable, StaleVersion):
            continue
        return
    raise AssertionError(f"{step.__name__} never ended")
