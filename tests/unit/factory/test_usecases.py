"""The factory's use cases: twice, late, withdrawn, lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory.domain.application import ApplicationStatus
from factory.domain.errors import LimitExceeded, OfferNotOpen, TermsChanged
from factory.domain.payment import PaymentState
from factory.ports import Occupation
from factory.usecases.answer_offer import AnswerOffer
from factory.usecases.check_intake import CheckIntake
from factory.usecases.close_application import CloseApplication, CloseApplicationCommand
from factory.usecases.collect_data import CollectData
from factory.usecases.make_offer import MakeOffer, MakeOfferCommand
from factory.usecases.occupy_limit import OccupyLimit, ReleaseLimit
from factory.usecases.pay_out import PayOut, QueryPayment
from factory.usecases.resume_application import ResumeApplication
from factory.usecases.start_application import StartApplication
from factory.usecases.withdraw_application import WithdrawApplication
from puhui.clock import FixedBusinessCalendar
from puhui.contracts.operations import ProductDescription
from puhui.money import Money
from tests.support.factory_builders import (
    NORTH,
    TODAY,
    FixedProducts,
    InMemoryApplications,
    InMemoryLimits,
    InMemoryPayments,
    OpenParties,
    RecordingReservations,
    RecordingWorkflow,
    ScriptedRail,
    a_bank,
    a_product,
    a_quote,
    a_submission,
    an_order,
)

CALENDAR = FixedBusinessCalendar(TODAY)


class World:
    """One application in a small world of fakes."""

    def __init__(self) -> None:
        self.applications = InMemoryApplications()
        self.workflow = RecordingWorkflow()
        self.payments = InMemoryPayments()
        self.limits = InMemoryLimits(self.applications)
        self.reservations = RecordingReservations()
        self.start = StartApplication(self.applications, self.workflow)
        self.answer = AnswerOffer(self.applications, self.workflow)
        self.start(NORTH, a_submission())

    @property
    def application(self):  # type: ignore[no-untyped-def]
        return self.applications.get(NORTH, "app-1")

    def offer(self, token: str = "token") -> None:  # noqa: S107
        self.workflow.waiting.add(token)
        MakeOffer(self.applications, self.workflow)(
            MakeOfferCommand(
                bank_id=NORTH,
                application_id="app-1",
                decision_id="dec-1",
                attempt=1,
                quote=a_quote(),
                task_token=token,
            )
        )

    def accept(self) -> None:
        self.answer(self.application, "accepted", self.application.offer.terms_sha256)

    def close(self, outcome: str) -> None:
        CloseApplication(self.applications, CALENDAR)(
            CloseApplicationCommand(
                bank_id=NORTH,
                application_id="app-1",
                outcome=outcome,  # type: ignore[arg-type]
                reasons=(),
                amount_fen=0,
                annual_rate_bps=0,
                loan_id=None,
            )
        )

    def resume(self, attempt: int = 1):  # type: ignore[no-untyped-def]
        return ResumeApplication(
            self.applications, self.payments, self.limits, self.reservations, self.workflow
        )(NORTH, "app-1", attempt)

    def occupy(self, amount: int = 30_000_000, limit: int = 50_000_000) -> None:
        OccupyLimit(self.limits, CALENDAR)(
            Occupation(
                bank_id=NORTH,
                application_id="app-1",
                customer_id="cus-1",
                disbursement_id="dsb-app-1-1",
                amount=Money(amount),
                limit=Money(limit),
                terms_sha256=self.application.offer.terms_sha256,
                contract_id="con-1",
            )
        )


def test_the_same_submission_twice_starts_one_execution() -> None:
    world = World()

    world.start(NORTH, a_submission())

    assert world.workflow.started == ["app-1"]


def test_a_crash_between_row_and_start_is_mended_by_the_next_delivery() -> None:
    world = World()
    world.workflow.started.clear()

    world.start(NORTH, a_submission())

    assert world.workflow.started == ["app-1"]


def test_a_closed_application_is_not_started_by_a_late_delivery() -> None:
    world = World()
    world.close("declined")
    world.workflow.started.clear()

    world.start(NORTH, a_submission())

    assert world.workflow.started == []


def check(world: World):  # type: ignore[no-untyped-def]
    products = FixedProducts(ProductDescription(bank=a_bank(), product=a_product()))
    return CheckIntake(world.applications, products, OpenParties(), CALENDAR)(NORTH, "app-1")


def test_checking_intake_twice_tells_the_bus_once() -> None:
    world = World()

    check(world)
    check(world)

    assert [event.name for event in world.applications.published] == ["ApplicationProgressed"]


def test_of_two_open_applications_only_the_later_is_a_duplicate() -> None:
    world = World()
    world.start(NORTH, a_submission(application_id="app-0"))
    world.start(NORTH, a_submission(application_id="app-2"))

    assert [reason.code for reason in check(world).reasons] == ["duplicate_application"]
    world.applications.kept.pop((NORTH, "app-0"))
    assert check(world).reasons == ()


def test_a_required_document_that_did_not_come_is_missing_not_absent() -> None:
    world = World()

    facts = CollectData(world.applications)(NORTH, "app-1", ["invoice/1", "tax/1"])

    assert [(fact.product, fact.state) for fact in facts] == [
        ("invoice/1", "ok"),
        ("tax/1", "missing"),
    ]


def test_accepting_lets_the_workflow_go_on_with_the_terms_agreed() -> None:
    world = World()
    world.offer()

    world.accept()

    assert world.workflow.answers[0]["outcome"] == "accepted"
    assert world.workflow.answers[0]["quote"]["principal_fen"] == 30_000_000


def test_accepting_again_after_a_lost_answer_is_fine() -> None:
    world = World()
    world.offer()
    world.accept()

    world.accept()

    assert len(world.workflow.answers) == 1


def test_an_answer_after_the_deadline_is_refused() -> None:
    world = World()
    world.offer()
    world.workflow.waiting.clear()

    with pytest.raises(OfferNotOpen):
        world.accept()


def test_withdrawing_wakes_the_waiting_offer() -> None:
    world = World()
    world.offer()

    WithdrawApplication(world.applications, world.workflow)(NORTH, "app-1")

    assert world.workflow.answers[0]["outcome"] == "withdrawn"


def test_the_limit_is_occupied_once_however_often_it_is_asked() -> None:
    world = World()
    world.offer()
    world.accept()

    world.occupy()
    world.occupy()

    assert world.limits.occupied == {"cus-1": 30_000_000}


def test_releasing_twice_gives_back_once() -> None:
    world = World()
    world.offer()
    world.accept()
    world.occupy()
    release = ReleaseLimit(world.limits)

    assert release(NORTH, "cus-1", "dsb-app-1-1") is True
    assert release(NORTH, "cus-1", "dsb-app-1-1") is False
    assert world.limits.occupied == {"cus-1": 0}


def test_nothing_above_the_limit_and_nothing_without_accepted_terms_is_occupied() -> None:
    world = World()
    world.offer()
    with pytest.raises(TermsChanged):
        world.occupy()
    world.accept()

    with pytest.raises(LimitExceeded):
        world.occupy(limit=29_999_999)


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


def test_closing_tells_the_bus_once() -> None:
    world = World()

    world.close("declined")
    world.close("declined")

    assert [event.name for event in world.applications.published] == ["ApplicationClosed"]


def test_a_stale_answer_is_refused_and_nothing_is_lost() -> None:
    world = World()
    world.offer()
    stale = replace(world.application, version=1)

    with pytest.raises(Exception, match="changed"):
        world.answer(stale, "accepted", stale.offer.terms_sha256)  # type: ignore[union-attr]
    assert world.application.offer.answer == "waiting"
