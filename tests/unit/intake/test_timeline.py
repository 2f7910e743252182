"""What an application makes of the factory's reports, in whatever order they come."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.application import ApplicationStatus, LoanApplication
from intake.domain.errors import ApplicationNotDraft, ApplicationNotOpen
from intake.domain.timeline import FactoryStep
from tests.support.intake_builders import NOON, TODAY, a_step, an_application

MINUTE = timedelta(minutes=1)


def _submitted() -> LoanApplication:
    return an_application().submit(TODAY, NOON)


STEPS = [
    a_step("evt-1", NOON + MINUTE, station="check_intake"),
    a_step("evt-2", NOON + 2 * MINUTE, station="decide"),
    a_step("evt-3", NOON + 3 * MINUTE, station="offer"),
    a_step("evt-4", NOON + 4 * MINUTE, outcome="disbursed"),
]


@pytest.mark.parametrize("order", list(permutations(STEPS)))
def test_the_order_of_delivery_does_not_matter(order: tuple[FactoryStep, ...]) -> None:
    application = _submitted()

    for step in order:
        application = application.follow(step)

    assert application.status is ApplicationStatus.CLOSED
    assert application.outcome == "disbursed"
    assert [step.event_id for step in application.timeline.steps] == [s.event_id for s in STEPS]


@given(st.lists(st.sampled_from(STEPS), max_size=12))
def test_a_repeated_report_changes_nothing(deliveries: list[FactoryStep]) -> None:
    once, often = _submitted(), _submitted()

    for step in dict.fromkeys(deliveries):
        once = once.follow(step)
    for step in deliveries:
        often = often.follow(step)

    assert often == once


def test_a_failed_application_that_is_resumed_is_in_progress_again() -> None:
    failed = _submitted().follow(a_step("evt-1", NOON + MINUTE, outcome="failed"))

    resumed = failed.follow(a_step("evt-2", NOON + 2 * MINUTE, station="decide"))

    assert failed.status is ApplicationStatus.CLOSED
    assert (resumed.status, resumed.outcome) == (ApplicationStatus.IN_PROGRESS, None)


def test_progress_does_not_undo_a_withdrawal() -> None:
    withdrawn = _submitted().withdraw(TODAY, NOON)

    followed = withdrawn.follow(a_step("evt-1", NOON + MINUTE))

    assert followed.status is ApplicationStatus.WITHDRAWN


def test_an_outcome_after_a_withdrawal_stands_because_money_may_have_moved() -> None:
    withdrawn = _submitted().withdraw(TODAY, NOON)

    followed = withdrawn.follow(a_step("evt-1", NOON + MINUTE, outcome="disbursed"))

    assert (followed.status, followed.outcome) == (ApplicationStatus.CLOSED, "disbursed")


def test_a_closed_application_cannot_be_withdrawn() -> None:
    closed = _submitted().follow(a_step(outcome="declined"))

    with pytest.raises(ApplicationNotOpen):
        closed.withdraw(TODAY, NOON)


def test_a_withdrawn_draft_cannot_be_submitted() -> None:
    withdrawn = an_application().withdraw(TODAY, NOON)

    with pytest.raises(ApplicationNotDraft):
        withdrawn.submit(TODAY, NOON)


def test_the_timeline_reads_in_the_order_of_events_with_chinese_names() -> None:
    application = _submitted().follow(STEPS[1]).follow(STEPS[3])

    entries = application.timeline.entries()

    assert [entry.name for entry in entries] == ["创建申请", "提交申请", "风控决策", "已放款"]
    assert [entry.kind for entry in entries] == ["milestone", "milestone", "station", "outcome"]
