"""What may happen to a task, and what may not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.domain.decision import Delivery, DeliveryState
from operations.domain.errors import (
    DeliveryInProgress,
    TaskAlreadyClaimed,
    TaskAlreadyDecided,
    TaskClosed,
    TaskExpired,
    TaskNotClaimed,
)
from operations.domain.task import DELIVERY_LEASE, Task, TaskStatus, task_id_of
from puhui.money import Money
from tests.support.operations import NOON, a_command, a_task, an_approval


def a_decided_task(attempts: int = 1) -> Task:
    task = a_task().claim("checker-1", NOON).decide(an_approval(), NOON)
    assert task.delivery is not None
    return replace(task, delivery=replace(task.delivery, attempts=attempts))


def test_one_key_of_one_bank_is_one_task() -> None:
    first = task_id_of("north", "app-1-approval")

    again = task_id_of("north", "app-1-approval")

    assert first == again


def test_the_same_key_of_another_bank_is_another_task() -> None:
    assert task_id_of("north", "app-1-approval") != task_id_of("south", "app-1-approval")


def test_a_task_does_not_print_its_token() -> None:
    assert "token-one" not in repr(a_task())


def test_a_newer_token_replaces_an_older_one() -> None:
    newer = Task.opened(a_command(task_token="token-two"), sent_ms=2_000, now=NOON)

    assert a_task().renewed(newer).token == "token-two"


@pytest.mark.parametrize("sent_ms", [1, 999, 1_000])
def test_an_older_token_delivered_late_does_not_replace_a_newer_one(sent_ms: int) -> None:
    older = Task.opened(a_command(task_token="token-zero"), sent_ms=sent_ms, now=NOON)

    assert a_task().renewed(older) == a_task()


@pytest.mark.parametrize("status", [TaskStatus.DECIDED, TaskStatus.EXPIRED, TaskStatus.CLOSED])
def test_a_token_is_not_renewed_once_nobody_waits(status: TaskStatus) -> None:
    newer = Task.opened(a_command(task_token="token-two"), sent_ms=2_000, now=NOON)
    task = a_task(status=status)

    assert task.renewed(newer) == task


def test_a_claimed_task_is_not_claimed_by_another() -> None:
    claimed = a_task().claim("checker-1", NOON)

    with pytest.raises(TaskAlreadyClaimed):
        claimed.claim("checker-2", NOON)


def test_claiming_ones_own_task_again_changes_nothing() -> None:
    claimed = a_task().claim("checker-1", NOON)

    assert claimed.claim("checker-1", NOON + timedelta(hours=1)) == claimed


def test_only_the_claimer_releases() -> None:
    claimed = a_task().claim("checker-1", NOON)

    with pytest.raises(TaskNotClaimed):
        claimed.release("checker-2", NOON)


def test_a_supervisor_releases_for_others() -> None:
    claimed = a_task().claim("checker-1", NOON)

    assert claimed.release("boss", NOON, for_others=True).status is TaskStatus.OPEN


def test_an_unclaimed_task_is_not_decided() -> None:
    with pytest.raises(TaskNotClaimed):
        a_task().decide(an_approval(), NOON)


def test_another_persons_task_is_not_decided() -> None:
    claimed = a_task().claim("checker-2", NOON)

    with pytest.raises(TaskNotClaimed):
        claimed.decide(an_approval(), NOON)


def test_a_decision_is_never_changed() -> None:
    with pytest.raises(TaskAlreadyDecided):
        a_decided_task().decide(an_approval(limit=Money(1)), NOON)


def test_after_the_deadline_nothing_is_decided() -> None:
    claimed = a_task().claim("checker-1", NOON)

    with pytest.raises(TaskExpired):
        claimed.decide(an_approval(), claimed.deadline_at)


def test_a_closed_task_is_not_claimed() -> None:
    with pytest.raises(TaskClosed):
        a_task().close("withdrawn").claim("checker-1", NOON)


def test_a_second_attempt_waits_for_the_first_ones_lease() -> None:
    with pytest.raises(DeliveryInProgress):
        a_decided_task().attempt_delivery(NOON + DELIVERY_LEASE - timedelta(seconds=1))


def test_a_dead_token_on_the_only_attempt_means_the_workflow_gave_up() -> None:
    task = a_decided_task(attempts=1).refused_by_workflow(NOON)

    assert task.status is TaskStatus.EXPIRED


def test_a_dead_token_before_the_deadline_was_used_up_by_our_own_earlier_attempt() -> None:
    task = a_decided_task(attempts=2).refused_by_workflow(NOON)

    assert task.delivery is not None
    assert task.delivery.state is DeliveryState.DELIVERED


def test_a_dead_token_after_the_deadline_and_a_lost_attempt_is_unconfirmed() -> None:
    task = a_decided_task(attempts=2)

    refused = task.refused_by_workflow(task.deadline_at)

    assert refused.delivery is not None
    assert refused.delivery.state is DeliveryState.UNCONFIRMED


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("disbursed", DeliveryState.DELIVERED),
        ("offer_refused", DeliveryState.DELIVERED),
        ("expired", DeliveryState.UNCONFIRMED),
        ("withdrawn", DeliveryState.UNCONFIRMED),
    ],
)
def test_an_unconfirmed_approval_is_settled_only_by_proof(
    outcome: str, state: DeliveryState
) -> None:
    task = a_decided_task(attempts=2)
    unconfirmed = task.refused_by_workflow(task.deadline_at)

    closed = unconfirmed.close(outcome)

    assert closed.delivery == Delivery(state=state, attempts=2, since=NOON)


def test_closing_leaves_a_delivered_decision_as_it_is() -> None:
    delivered = a_decided_task().delivered()

    assert delivered.close("disbursed") == delivered


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["claim", "release", "decide", "close", "deliver", "refuse"]),
        st.sampled_from(["checker-1", "checker-2"]),
        st.integers(min_value=0, max_value=4 * 86_400),
    ),
    max_size=12,
)


@given(STEPS)
def test_whatever_people_do_a_decided_task_keeps_its_first_decision(
    steps: list[tuple[str, str, int]],
) -> None:
    task, first = a_task(), None
    for step, who, seconds in steps:
        now = NOON + timedelta(seconds=seconds)
        try:
            task = _after(task, step, who, now)
        except (TaskAlreadyClaimed, TaskAlreadyDecided, TaskClosed, TaskExpired, TaskNotClaimed):
            continue
        first = first or task.decision
        assert task.decision == first
        assert (task.decision is None) == (task.delivery is None)


def _after(task: Task, step: str, who: str, now: datetime) -> Task:
    actions: dict[str, Callable[[], Task]] = {
        "claim": lambda: task.claim(who, now),
        "release": lambda: task.release(who, now),
        "decide": lambda: task.decide(an_approval(decided_by=who), now),
        "close": lambda: task.close("withdrawn"),
        "deliver": task.delivered,
        "refuse": lambda: task.refused_by_workflow(now),
    }
    return actions[step]()
