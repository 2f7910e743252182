"""From a decision to a workflow that knows of it, with every way it can go wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from operations.domain.decision import DeliveryState
from operations.domain.errors import (
    DeliveryInProgress,
    TaskExpired,
)
from operations.domain.task import DELIVERY_LEASE, TaskStatus
from puhui.errors import UpstreamUnavailable
from tests.support.operations import (
    BANK,
)
from tests.support.operations_fakes import (
    Crash,
)
from tests.support.operations_office import Office, a_closed


def test_a_workflow_that_gave_up_expires_the_task(claimed: Office) -> None:
    claimed.tokens.dead.add("token-one")

    with pytest.raises(TaskExpired):
        claimed.approve()

    assert claimed.task.status is TaskStatus.EXPIRED


def test_the_same_answer_to_an_expired_task_stays_refused(claimed: Office) -> None:
    claimed.tokens.dead.add("token-one")
    with pytest.raises(TaskExpired):
        claimed.approve()

    with pytest.raises(TaskExpired):
        claimed.approve()


def test_a_decision_that_reached_nobody_is_no_news(claimed: Office) -> None:
    claimed.tokens.dead.add("token-one")

    with pytest.raises(TaskExpired):
        claimed.approve()

    assert claimed.told == []


def test_a_silent_workflow_service_keeps_the_decision_for_later(claimed: Office) -> None:
    claimed.tokens.before.append(UpstreamUnavailable())
    claimed.approve()
    claimed.clock.advance(DELIVERY_LEASE)

    claimed.deliver(BANK, claimed.task_id)

    assert list(claimed.tokens.completed) == ["token-one"]


def test_a_decision_is_looked_after_before_it_is_kept(claimed: Office) -> None:
    claimed.tokens.before.append(Crash())

    with pytest.raises(Crash):
        claimed.approve()

    assert claimed.reminders.asked == [(BANK, claimed.task_id)]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_around_the_delivery_still_delivers_exactly_once(
    claimed: Office, moment: str
) -> None:
    getattr(claimed.tokens, moment).append(Crash())
    with pytest.raises(Crash):
        claimed.approve()
    claimed.clock.advance(DELIVERY_LEASE)

    claimed.deliver(BANK, claimed.task_id)

    assert claimed.task.delivery is not None
    assert claimed.task.delivery.state is DeliveryState.DELIVERED
    assert [event.name for event in claimed.told] == ["TaskDecided"]


def test_a_reminder_during_an_attempt_comes_again(claimed: Office) -> None:
    claimed.tokens.before.append(Crash())
    with pytest.raises(Crash):
        claimed.approve()

    with pytest.raises(DeliveryInProgress):
        claimed.deliver(BANK, claimed.task_id)


def test_a_reminder_of_a_delivered_decision_does_nothing(claimed: Office) -> None:
    claimed.approve()
    claimed.clock.advance(DELIVERY_LEASE)

    assert claimed.deliver(BANK, claimed.task_id) == "nothing_to_do"


def test_after_the_deadline_a_lost_attempt_stays_unconfirmed_until_proof(claimed: Office) -> None:
    claimed.tokens.after.append(Crash())
    with pytest.raises(Crash):
        claimed.approve()
    claimed.clock.advance(timedelta(days=4))

    assert claimed.deliver(BANK, claimed.task_id) == DeliveryState.UNCONFIRMED


def test_proof_of_an_unconfirmed_delivery_is_told_once(claimed: Office) -> None:
    claimed.tokens.after.append(Crash())
    with pytest.raises(Crash):
        claimed.approve()
    claimed.clock.advance(timedelta(days=4))
    claimed.deliver(BANK, claimed.task_id)

    claimed.close(BANK, a_closed(outcome="disbursed"))
    claimed.close(BANK, a_closed(outcome="disbursed"))

    assert [event.name for event in claimed.told] == ["TaskDecided"]


def test_a_closed_application_takes_its_task_out_of_the_pool(office: Office) -> None:
    office.close(BANK, a_closed(outcome="withdrawn"))

    assert office.task.status is TaskStatus.CLOSED


def test_the_same_event_again_changes_nothing(office: Office) -> None:
    office.close(BANK, a_closed(outcome="withdrawn"))

    assert office.close(BANK, a_closed(outcome="withdrawn")) == 0


def test_another_banks_event_closes_nothing(office: Office) -> None:
    office.close("south", a_closed(outcome="withdrawn"))

    assert office.task.status is TaskStatus.OPEN
