"""An event enters a loan's book once: repetitions, mistakes, races, late events (FINERACT-2485)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from infra.simulation.in_memory_loan_books import InMemoryLoanBooks
from puhui.clock import FixedBusinessCalendar
from puhui.errors import PuhuiError, StaleVersion
from puhui.money import Money
from servicing.domain.account.book import LoanBook, LoanChange
from servicing.domain.account.change_request import ChangeRequest
from servicing.domain.account.events import Happening, Payoff, Repayment, Reversal
from servicing.domain.account.fold import brought_to
from servicing.domain.account.payoff import payoff_of
from servicing.domain.errors import EventMismatch, EventRefused, LoanNotFound
from servicing.domain.invariants import check_invariants
from servicing.usecases.record_event import AskedEvent, RecordedEvent, RecordEvent
from tests.support.loan_accounts import INSTALMENT, on
from tests.support.races import race
from tests.support.servicing import NORTH, SOUTH, MemoryWorld, a_disbursed_loan

DUE = on(31)
PAID = Repayment(amount=INSTALMENT, rail_reference="ref-1")


@pytest.fixture
def world() -> MemoryWorld:
    """Empty books."""
    return MemoryWorld()


@pytest.fixture
def loan_id(world: MemoryWorld) -> str:
    """A loan that was just paid out."""
    return a_disbursed_loan(world).loan_id


def asked(loan_id: str, what: Happening = PAID, **changes: Any) -> AskedEvent:
    """A repayment of the first instalment."""
    values = {"bank_id": NORTH, "loan_id": loan_id, "event_id": "rep-1", "what": what}
    return AskedEvent(**values | changes)  # type: ignore[arg-type]


def record(world: MemoryWorld, event: AskedEvent, *, days: int = 31) -> RecordedEvent:
    """Enter an event on the accounting day so many days after the disbursement."""
    use_case = RecordEvent(world.loan_books, world.clock, FixedBusinessCalendar(on(days)))
    return use_case(event)


def book_of(world: MemoryWorld, loan_id: str) -> LoanBook:
    """The loan's book as it stands."""
    return world.loan_books.get(NORTH, loan_id)


def test_a_repayment_is_in_the_book_and_the_ledger(world: MemoryWorld, loan_id: str) -> None:
    recorded = record(world, asked(loan_id, by="staff-1"))

    book = book_of(world, loan_id)
    assert recorded.is_new
    assert book.events == (recorded.event,)
    assert (recorded.event.value_date, recorded.event.entered_by) == (DUE, "staff-1")
    assert book.account.flows.received == INSTALMENT.minor
    assert check_invariants(world.snapshot()) == ()


def test_a_repetition_is_answered_the_same_and_moves_nothing(
    world: MemoryWorld, loan_id: str
) -> None:
    first = record(world, asked(loan_id))
    before = world.snapshot()

    again = record(world, asked(loan_id, by="another"), days=45)

    assert (again.event, again.is_new) == (first.event, False)
    assert world.snapshot() == before


def test_a_repetition_after_the_loan_was_settled_is_answered_the_same(
    world: MemoryWorld, loan_id: str
) -> None:
    total = Money(payoff_of(book_of(world, loan_id).account).total)
    settle = asked(loan_id, Payoff(amount=total), event_id="off-1")
    first = record(world, settle, days=0)

    assert record(world, settle, days=3).event == first.event


# --- FINERACT-2485: one id, two meanings ----------------------------------------------------

Change = Callable[[MemoryWorld, str], AskedEvent]


def another_amount(world: MemoryWorld, loan_id: str) -> AskedEvent:
    """The same id for one 分 more."""
    return asked(loan_id, Repayment(amount=INSTALMENT + Money(1), rail_reference="ref-1"))


def another_day(world: MemoryWorld, loan_id: str) -> AskedEvent:
    """The same id for the day before."""
    return asked(loan_id, value_date=DUE - timedelta(days=1))


def another_kind(world: MemoryWorld, loan_id: str) -> AskedEvent:
    """The same id for a reversal."""
    return asked(loan_id, Reversal(reverses="rep-1", reason="x"))


def another_loan(world: MemoryWorld, loan_id: str) -> AskedEvent:
    """The same id and amount for another loan of the bank."""
    other = a_disbursed_loan(
        world, application_id="app-2", disbursement_id="dsb-2", customer_id="cus-2"
    )
    return asked(other.loan_id)


def another_bank(world: MemoryWorld, loan_id: str) -> AskedEvent:
    """The same id and amount for a loan of another bank."""
    other = a_disbursed_loan(
        world, bank_id="south", application_id="app-9", disbursement_id="dsb-9"
    )
    return asked(other.loan_id, bank_id=SOUTH)


@pytest.mark.parametrize(
    "change", [another_amount, another_day, another_kind, another_loan, another_bank]
)
def test_a_known_id_with_another_meaning_is_a_conflict_that_changes_and_shows_nothing(
    world: MemoryWorld, loan_id: str, change: Change
) -> None:
    record(world, asked(loan_id))
    request = change(world, loan_id)
    before = {bank: world.snapshot(bank) for bank in (NORTH, SOUTH)}

    with pytest.raises(EventMismatch) as refused:
        record(world, request)

    told = f"{refused.value} {refused.value.field} {refused.value.rule}"
    assert (refused.value.status, refused.value.field) == (409, "event_id")
    assert not any(secret in told for secret in (loan_id, "north", "cus-1", "2559297"))
    assert {bank: world.snapshot(bank) for bank in (NORTH, SOUTH)} == before


def test_a_refused_event_does_not_take_its_id(world: MemoryWorld, loan_id: str) -> None:
    with pytest.raises(EventRefused):
        record(world, asked(loan_id, Payoff(amount=Money(1))))

    assert record(world, asked(loan_id)).is_new


def test_another_banks_loan_is_not_found(world: MemoryWorld, loan_id: str) -> None:
    with pytest.raises(LoanNotFound):
        record(world, asked(loan_id, bank_id=SOUTH))

    assert book_of(world, loan_id).version == 0


# --- late events, reversals -----------------------------------------------------------------


def test_a_late_event_gives_the_book_that_entering_it_in_time_would_have_given(
    world: MemoryWorld, loan_id: str
) -> None:
    late = record(world, asked(loan_id, value_date=DUE), days=80)

    other = MemoryWorld()
    record(other, asked(a_disbursed_loan(other).loan_id))
    in_time = brought_to(book_of(other, loan_id).account, on(80))
    assert late.event.is_back_dated
    assert book_of(world, loan_id).account == in_time
    assert check_invariants(world.snapshot()) == ()


def test_an_event_is_taken_back_once(world: MemoryWorld, loan_id: str) -> None:
    record(world, asked(loan_id))
    undo = Reversal(reverses="rep-1", reason="来款有误")
    record(world, asked(loan_id, undo, event_id="rev-1"))

    with pytest.raises(EventRefused) as refused:
        record(world, asked(loan_id, undo, event_id="rev-2"))

    assert refused.value.rule == "reversal.once"
    assert book_of(world, loan_id).account.flows.received == 0


# --- races ----------------------------------------------------------------------------------


def test_fifty_concurrent_requests_with_one_id_are_one_event(
    world: MemoryWorld, loan_id: str
) -> None:
    answers = race([lambda: record(world, asked(loan_id))] * 50)

    assert {answer.event.event_id for answer in answers} == {"rep-1"}
    assert [answer.is_new for answer in answers].count(True) == 1
    assert book_of(world, loan_id).account.flows.received == INSTALMENT.minor


def test_repayments_that_race_are_all_in_the_book_or_told_to_repeat(
    world: MemoryWorld, loan_id: str
) -> None:
    answers = race(
        [lambda n=n: record(world, asked(loan_id, event_id=f"rep-{n}")) for n in range(20)]
    )

    entered = [answer for answer in answers if isinstance(answer, RecordedEvent)]
    refused = {type(answer) for answer in answers if isinstance(answer, PuhuiError)}
    assert len(book_of(world, loan_id).events) == len(entered) > 0
    assert refused <= {StaleVersion}
    assert check_invariants(world.snapshot()) == ()


def test_of_two_reversals_that_race_one_is_booked(world: MemoryWorld, loan_id: str) -> None:
    record(world, asked(loan_id))
    undo = Reversal(reverses="rep-1", reason="x")

    answers = race(
        [lambda n=n: record(world, asked(loan_id, undo, event_id=f"rev-{n}")) for n in range(2)]
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["EventRefused", "RecordedEvent"]
    assert check_invariants(world.snapshot()) == ()


class AlwaysLate(InMemoryLoanBooks):
    """Somebody else is always faster."""

    tries = 0

    def record(self, change: LoanChange, approval: ChangeRequest | None = None) -> None:
        """Refuse."""
        self.tries += 1
        raise StaleVersion


def test_a_book_that_never_stands_still_is_told_to_come_again() -> None:
    world = MemoryWorld(books_class=AlwaysLate)
    loan_id = a_disbursed_loan(world).loan_id

    with pytest.raises(StaleVersion):
        record(world, asked(loan_id))

    assert world.loan_books.tries == 5
