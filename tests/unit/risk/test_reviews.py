"""A customer may have a person look at what the machine decided, once, and gets an answer."""

from __future__ import annotations

from typing import Any

import pytest

from puhui.clock import FixedClock
from puhui.errors import NotFound, UpstreamUnavailable
from puhui.identity import Principal
from risk.domain.approval import Act
from risk.domain.decision import Decision
from risk.domain.errors import DecisionNotFound, NotAtThisStage, ReviewNotFound, ReviewRefused
from risk.domain.review import SLA, Review, ReviewStatus
from risk.payloads import ReviewTaskOutcome
from risk.usecases.read_review import ReadReview
from risk.usecases.record_review import RecordReview
from risk.usecases.request_review import RequestReview
from tests.support.api import a_customer, a_principal
from tests.support.risk import a_document, a_healthy_firm, decided
from tests.support.risk_desk import NORTH, NOW
from tests.support.risk_desk_fakes import InMemoryReviews, InMemoryReviewTasks
from tests.support.risk_stores import InMemoryDecisions

CLOCK = FixedClock(NOW)
APPROVED = decided(a_document(a_healthy_firm()))
DECLINED = decided(a_document([]), application_id="app-2")
ID = DECLINED.result.decision_id
UNDERWRITER = a_principal("underwriter", subject="reviewer")


class World:
    """The three use cases over stores in memory."""

    def __init__(self, *decisions: Decision, handler: Any = "operations") -> None:
        kept = InMemoryDecisions()
        for one in decisions or (DECLINED,):
            kept.add(one, "app")
        self.reviews = InMemoryReviews()
        self.tasks = InMemoryReviewTasks(handler=handler)
        self.request = RequestReview(kept, self.reviews, self.tasks, CLOCK)
        self.record = RecordReview(self.reviews, CLOCK)

    def ask(self, who: Principal | None = None, decision: Decision = DECLINED) -> Review:
        return self.request(who or a_customer(), decision.result.decision_id, "请人工核实")


def an_outcome(**changes: Any) -> ReviewTaskOutcome:
    fields: dict[str, Any] = {
        "bank_id": "north",
        "decision_id": ID,
        "review_id": "rev-1",
        "correlation_id": "app-2",
        "outcome": "approved",
        "decided_by": "reviewer",
    }
    return ReviewTaskOutcome(**fields | changes)


def test_a_decline_is_reviewed_by_a_person_within_the_promised_time() -> None:
    world = World()

    review = world.ask()

    assert (review.status, review.due_at, review.amount_fen) == (
        ReviewStatus.OPEN,
        NOW + SLA,
        50_000_000,
    )
    assert world.tasks.opened == [review.review_id]


def test_asking_again_is_the_same_review() -> None:
    world = World()

    assert world.ask() == world.ask(a_principal("relationship_manager", branch="hefei"))


def test_an_approval_is_not_reviewed() -> None:
    with pytest.raises(ReviewRefused):
        World(APPROVED).ask(decision=APPROVED)


@pytest.mark.parametrize(
    "stranger",
    [a_customer("cus-2"), a_principal("relationship_manager", branch="fuyang")],
    ids=["another customer", "another branch"],
)
def test_nobody_asks_for_what_is_not_theirs(stranger: Principal) -> None:
    with pytest.raises(NotFound):
        World().ask(stranger)


def test_another_banks_decision_does_not_exist() -> None:
    with pytest.raises(DecisionNotFound):
        World().ask(a_customer(bank="south"))


def test_a_task_that_could_not_be_opened_is_opened_when_the_customer_asks_again() -> None:
    world = World()
    world.tasks.error = UpstreamUnavailable()
    with pytest.raises(UpstreamUnavailable):
        world.ask()
    world.tasks.error = None

    review = world.ask()

    assert world.tasks.opened == [review.review_id]


def test_without_operations_the_review_waits_in_risks_own_list() -> None:
    world = World(handler="risk")

    review = world.ask()

    assert (review.handled_by, world.tasks.opened) == ("risk", [])
    assert world.reviews.with_status(NORTH, ReviewStatus.OPEN) == [review]


@pytest.mark.parametrize(("of_task", "expected"), [("approved", "changed"), ("rejected", "upheld")])
def test_what_the_task_ended_with_stands_beside_the_decision(of_task: str, expected: str) -> None:
    world = World()
    world.ask()

    review = world.record.of_task(an_outcome(outcome=of_task))

    assert (review.outcome, review.decided) == (expected, Act("reviewer", NOW))
    assert world.reviews.events == ["DecisionReviewed"]


def test_an_outcome_delivered_twice_is_recorded_once() -> None:
    world = World()
    world.ask()

    first, second = (world.record.of_task(an_outcome()) for _ in range(2))

    assert (first == second, world.reviews.events) == (True, ["DecisionReviewed"])


def test_a_task_that_nobody_took_returns_to_risk() -> None:
    world = World()
    world.ask()

    returned = world.record.of_task(an_outcome(outcome="returned", decided_by=None))
    decided_by_risk = world.record(UNDERWRITER, ID, "upheld", "维持")

    assert (returned.handled_by, decided_by_risk.outcome) == ("risk", "upheld")


def test_a_late_return_does_not_open_a_decided_review() -> None:
    world = World()
    world.ask()
    world.record.of_task(an_outcome())

    late = world.record.of_task(an_outcome(outcome="returned", decided_by=None))

    assert late.status is ReviewStatus.DECIDED


def test_risk_leaves_alone_what_operations_has_a_task_for() -> None:
    world = World()
    world.ask()

    with pytest.raises(NotAtThisStage):
        world.record(UNDERWRITER, ID, "upheld", "维持")


def test_whoever_asked_for_a_review_does_not_decide_it() -> None:
    world = World(handler="risk")
    world.ask(a_principal("underwriter", subject="reviewer"))

    with pytest.raises(ReviewRefused):
        world.record(UNDERWRITER, ID, "changed", "同意")


def test_the_same_outcome_again_changes_nothing_and_another_is_refused() -> None:
    world = World(handler="risk")
    world.ask()

    first, second = (world.record(UNDERWRITER, ID, "changed", "同意") for _ in range(2))

    assert first == second
    with pytest.raises(NotAtThisStage):
        world.record(UNDERWRITER, ID, "upheld", "维持")


def test_a_review_is_read_by_its_customer_and_not_by_another() -> None:
    world = World()
    review = world.ask()
    read = ReadReview(world.reviews)

    assert read(a_customer(), ID) == review
    with pytest.raises(NotFound):
        read(a_customer("cus-2"), ID)


def test_a_review_that_nobody_asked_for_is_not_found() -> None:
    with pytest.raises(ReviewNotFound):
        ReadReview(InMemoryReviews())(UNDERWRITER, ID)
    with pytest.raises(ReviewNotFound):
        RecordReview(InMemoryReviews(), CLOCK).of_task(an_outcome())
