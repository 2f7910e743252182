"""Money leaves at most once, and what was begun is finished or given back when resumed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from factory.domain.application import ApplicationStatus
from factory.domain.payment import PaymentState
from factory.usecases.pay_out import PayOut, QueryPayment
from factory.usecases.withdraw_application import WithdrawApplication
from tests.support.factory_builders import NORTH, an_order
from tests.support.factory_fakes import InMemoryPayments, ScriptedRail
from tests.unit.factory.world import World, check

WORDS = st.lists(st.sampled_from(["ok", "reject", "lost_before", "lost_after"]), max_size=12)


@given(script=WORDS, duplicates=st.integers(min_value=0, max_value=3))
def test_whatever_is_lost_the_money_leaves_at_most_once(script: list[str], duplicates: int) -> None:
    rail, payments = ScriptedRail(script=list(script)), InMemoryPayments()
    pay, query = PayOut(payments, rail), QueryPayment(payments, rail)

    for _ in range(duplicates + 1):
        intent = pay(NORTH, "app-1", an_order())
    while not intent.settled:
        intent = query(NORTH, "app-1", an_order())

    expected = 30_000_000 if intent.state is PaymentState.CONFIRMED else 0
    assert rail.paid_fen == expected
    assert len(payments.kept) == 1


def test_a_payment_that_was_sent_keeps_its_number_when_the_application_is_resumed() -> None:
    world = World()
    PayOut(world.payments, ScriptedRail(script=["lost_after"]))(NORTH, "app-1", an_order())
    world.close("failed")

    resumed = world.resume()

    assert resumed.disbursement_id == "dsb-app-1-1"
    assert resumed.status is ApplicationStatus.DISBURSING


def test_a_resumed_application_with_money_out_keeps_the_accepted_terms() -> None:
    world = World()
    world.offer()
    world.accept()
    PayOut(world.payments, ScriptedRail())(NORTH, "app-1", an_order())
    world.close("failed")
    world.resume()

    world.offer("second-token")

    assert world.workflow.answers[-1]["offer_id"] == "off-app-1-1"


def test_a_resumed_application_whose_money_may_have_moved_goes_on_at_the_payment() -> None:
    world = World()
    world.offer()
    world.accept()
    PayOut(world.payments, ScriptedRail(script=["lost_after"]))(NORTH, "app-1", an_order())
    world.close("failed")

    world.resume()

    assert check(world).application.resumes_at_payment
    assert world.reservations.voided == []


def test_a_withdrawal_does_not_stop_what_was_paid_already() -> None:
    world = World()
    world.offer()
    world.accept()
    PayOut(world.payments, ScriptedRail())(NORTH, "app-1", an_order())
    WithdrawApplication(world.applications, world.workflow)(NORTH, "app-1")
    world.close("failed")

    world.resume()

    assert check(world).reasons == ()


def test_what_a_failed_compensation_left_behind_is_given_back_before_starting_anew() -> None:
    world = World()
    world.offer()
    world.accept()
    world.occupy()
    world.close("failed")

    resumed = world.resume()

    assert world.reservations.voided == ["dsb-app-1-1"]
    assert world.limits.occupied == {"cus-1": 0}
    assert resumed.disbursement_id == "dsb-app-1-2"


def test_an_execution_that_died_without_an_outcome_is_started_as_a_new_attempt() -> None:
    world = World()

    world.resume()

    assert world.workflow.started == ["app-1", "app-1-r2"]


def test_the_same_dead_letter_twice_resumes_once() -> None:
    world = World()
    world.close("failed")
    world.resume(attempt=1)

    world.resume(attempt=1)

    assert world.workflow.started == ["app-1", "app-1-r2"]
