"""What every keeper of loans promises: in memory and on DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from servicing.domain.disbursement import proposed_transfer
from servicing.domain.errors import LoanExists, LoanNotFound
from servicing.domain.loan import Loan, proposed_loan
from tests.support.servicing import (
    NOON,
    NORTH,
    SOUTH,
    TODAY,
    MemoryWorld,
    World,
    a_reservation,
    an_activation,
    table_world,
)


@pytest.fixture(params=["memory", "dynamo"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Fresh books of each kind."""
    if request.param == "memory":
        yield MemoryWorld()
    else:
        with table_world() as table:
            yield table


def a_loan(**changes: object) -> Loan:
    """A loan whose money is posted."""
    ids = {key: changes[key] for key in ("application_id", "disbursement_id") if key in changes}
    agreed = {key: changes[key] for key in ("method", "term_months") if key in changes}
    transfer = proposed_transfer(a_reservation(**ids, loan=agreed))
    posted = transfer.reserve(NOON).transfer.post(TODAY, NOON, "ref").transfer
    return proposed_loan(an_activation(**changes), posted)


@pytest.mark.parametrize("method", ["EQUAL_INSTALLMENT", "INTEREST_FIRST"])
def test_a_loan_is_read_back_with_its_plan_and_checks(world: World, method: str) -> None:
    loan = a_loan(method=method)

    world.loans.add(loan)

    assert world.loans.get(NORTH, loan.loan_id) == loan


@pytest.mark.parametrize("term_months", [1, 36, 360])
def test_plans_of_any_length_are_kept(world: World, term_months: int) -> None:
    loan = a_loan(term_months=term_months)

    world.loans.add(loan)

    assert world.loans.get(NORTH, loan.loan_id).schedule == loan.schedule


def test_a_booked_loan_tells_of_itself_once(world: World) -> None:
    loan = a_loan()

    world.loans.add(loan)

    (event,) = world.events()
    assert (event.name, event.subject, event.correlation_id) == (
        "LoanBooked",
        loan.loan_id,
        "app-1",
    )
    assert event.data["maturity_date"] == "2021-03-01"


def test_a_second_loan_of_a_disbursement_is_refused_and_changes_nothing(world: World) -> None:
    loan = a_loan()
    world.loans.add(loan)

    with pytest.raises(LoanExists):
        world.loans.add(a_loan(term_months=24))

    assert world.loans.get(NORTH, loan.loan_id) == loan
    assert len(world.events()) == 1


def test_another_banks_loan_is_not_found(world: World) -> None:
    loan = a_loan()
    world.loans.add(loan)

    with pytest.raises(LoanNotFound):
        world.loans.get(SOUTH, loan.loan_id)

    assert list(world.loans.of_application(SOUTH, "app-1")) == []


def test_loans_are_found_by_their_application(world: World) -> None:
    loan, other = a_loan(), a_loan(application_id="app-2", disbursement_id="dsb-app-2-1")
    world.loans.add(loan)
    world.loans.add(other)

    assert list(world.loans.of_application(NORTH, "app-1")) == [loan]


def test_an_unknown_loan_is_not_found(world: World) -> None:
    with pytest.raises(LoanNotFound):
        world.loans.get(NORTH, "loan-unknown")
