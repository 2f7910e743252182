"""Changes that two people agree to: four eyes, the terms that were approved, and time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from infra.simulation.in_memory_warnings import InMemoryFundUses, InMemoryWarnings
from puhui.clock import FixedBusinessCalendar
from puhui.errors import PuhuiError
from puhui.money import Money
from servicing.domain.account.change_request import (
    VALID_FOR,
    ChangeRequest,
    OwnRequest,
    RequestDecided,
    RequestMismatch,
    RequestNotFound,
    RequestState,
    TermsChanged,
)
from servicing.domain.account.events import Component, Happening, RateReset, Repayment, Waiver
from servicing.domain.errors import EventRefused
from servicing.domain.invariants import check_invariants
from servicing.usecases.check_misuse import CheckMisuse
from servicing.usecases.decide_change import ApproveChange, Decision, RejectChange
from servicing.usecases.record_event import AskedEvent, RecordEvent
from servicing.usecases.request_change import AskedChange, RequestChange
from tests.support.loan_accounts import INSTALMENT, on
from tests.support.races import race
from tests.support.servicing import NORTH, SOUTH, MemoryWorld, a_disbursed_loan

WAIVER = Waiver(component=Component.INTEREST, amount=Money(100), reason="困难减免")
NO_FINDINGS = CheckMisuse(InMemoryWarnings(), InMemoryFundUses())
CALENDAR = FixedBusinessCalendar(on(31))


@pytest.fixture
def world() -> MemoryWorld:
    """A loan whose first instalment is due today."""
    world = MemoryWorld()
    a_disbursed_loan(world)
    return world


def the_loan(world: MemoryWorld) -> str:
    """The one loan of the world."""
    (loan_id,) = world.books.loan_books
    return loan_id


def ask(world: MemoryWorld, what: Happening = WAIVER, request_id: str = "chg-1") -> ChangeRequest:
    """The maker asks."""
    use_case = RequestChange(world.loan_books, world.requests, world.clock, CALENDAR, NO_FINDINGS)
    asked = AskedChange(
        bank_id=NORTH, loan_id=the_loan(world), request_id=request_id, what=what, maker="maker"
    )
    return use_case(asked)


def enter(world: MemoryWorld, what: Happening) -> None:
    """Something else happens to the loan."""
    record = RecordEvent(world.loan_books, world.clock, CALENDAR)
    record(AskedEvent(bank_id=NORTH, loan_id=the_loan(world), event_id="e-1", what=what))


def decision(world: MemoryWorld, checker: str = "checker", reason: str = "") -> Decision:
    """Somebody decides."""
    return Decision(
        bank_id=NORTH, loan_id=the_loan(world), request_id="chg-1", checker=checker, reason=reason
    )


def approve(world: MemoryWorld, checker: str = "checker") -> ChangeRequest:
    """Somebody approves."""
    record = RecordEvent(world.loan_books, world.clock, CALENDAR)
    return ApproveChange(world.requests, record, world.clock)(decision(world, checker))


def reject(world: MemoryWorld) -> ChangeRequest:
    """Somebody sends it back."""
    return RejectChange(world.requests, world.clock)(decision(world, reason="材料不全"))


def events(world: MemoryWorld) -> int:
    """How many events the loan has."""
    return len(world.loan_books.get(NORTH, the_loan(world)).events)


def test_asking_books_nothing(world: MemoryWorld) -> None:
    assert ask(world).state is RequestState.PENDING

    assert events(world) == 0


def test_an_approval_books_the_event_once_with_both_people(world: MemoryWorld) -> None:
    ask(world)

    first, again = approve(world), approve(world)

    assert first == again
    assert (first.state, first.maker, first.checker) == (
        RequestState.APPROVED,
        "maker",
        "checker",
    )
    (event,) = world.loan_books.get(NORTH, the_loan(world)).events
    assert (event.event_id, event.what, event.entered_by) == (first.event_id, WAIVER, "maker")
    assert check_invariants(world.snapshot()) == ()


def test_the_maker_does_not_approve(world: MemoryWorld) -> None:
    ask(world)

    with pytest.raises(OwnRequest):
        approve(world, "maker")

    assert events(world) == 0


def test_the_store_itself_refuses_the_makers_approval(world: MemoryWorld) -> None:
    request = ask(world)
    forged = replace(request, state=RequestState.APPROVED, checker="maker")
    record = RecordEvent(world.loan_books, world.clock, CALENDAR)

    with pytest.raises(RequestDecided):
        record(
            AskedEvent(
                bank_id=NORTH,
                loan_id=request.loan_id,
                event_id=request.event_id,
                what=request.what,
                value_date=request.value_date,
                approval=forged,
            )
        )

    assert events(world) == 0


@pytest.mark.parametrize(
    "change",
    [Repayment(amount=INSTALMENT), RateReset(annual_rate_bps=400, basis="LPR1Y")],
    ids=["principal", "rate"],
)
def test_an_approval_after_the_terms_changed_is_refused(
    world: MemoryWorld, change: Happening
) -> None:
    ask(world)
    enter(world, change)

    with pytest.raises(TermsChanged):
        approve(world)

    assert events(world) == 1


def test_a_day_that_passes_changes_no_terms(world: MemoryWorld) -> None:
    ask(world)
    book = world.loan_books.get(NORTH, the_loan(world))
    closing = book.close_day(on(31), world.clock.now())
    assert closing is not None
    world.loan_books.record(closing)

    assert approve(world).state is RequestState.APPROVED


def test_a_request_expires(world: MemoryWorld) -> None:
    request = ask(world)
    world.clock.advance(VALID_FOR)

    with pytest.raises(RequestDecided, match="expired"):
        approve(world)

    assert request.seen_at(world.clock.now()).state is RequestState.EXPIRED
    assert request.seen_at(world.clock.now() - timedelta(seconds=1)) == request


def test_a_rejection_ends_a_request(world: MemoryWorld) -> None:
    ask(world)

    first, again = reject(world), reject(world)

    assert first == again
    with pytest.raises(RequestDecided):
        approve(world)
    assert events(world) == 0


def test_what_could_not_be_booked_is_not_asked_for(world: MemoryWorld) -> None:
    with pytest.raises(EventRefused):
        ask(world, replace(WAIVER, amount=Money(10**12)))

    assert world.requests.of_loan(NORTH, the_loan(world)) == []


def test_one_request_id_stands_for_one_request(world: MemoryWorld) -> None:
    first = ask(world)

    assert ask(world) == first
    with pytest.raises(RequestMismatch):
        ask(world, replace(WAIVER, amount=Money(101)))


def test_another_bank_finds_no_request(world: MemoryWorld) -> None:
    request = ask(world)

    with pytest.raises(RequestNotFound):
        world.requests.get(SOUTH, request.loan_id, request.request_id)


def test_of_an_approval_and_a_rejection_that_race_one_counts(world: MemoryWorld) -> None:
    ask(world)

    answers = race([lambda: approve(world), lambda: reject(world)])

    decided = [answer for answer in answers if isinstance(answer, ChangeRequest)]
    refused = [answer for answer in answers if isinstance(answer, PuhuiError)]
    assert (len(decided), [type(one) for one in refused]) == (1, [RequestDecided])
    assert events(world) == (1 if decided[0].state is RequestState.APPROVED else 0)
