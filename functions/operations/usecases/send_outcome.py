"""Hand a decision to the workflow that waits for it."""

from __future__ import annotations

from dataclasses import dataclass

from operations.domain.audit import SYSTEM, AuditEntry
from operations.domain.decision import DeliveryState
from operations.domain.errors import TaskExpired
from operations.domain.task import Task
from operations.ports import Tasks, TaskTokens
from puhui.clock import Clock
from puhui.contracts.operations import TaskDecided
from puhui.events import Envelope
from puhui.task_tokens import WaitIsOver

DELIVERY_ACTIONS = {
    DeliveryState.DELIVERED: "DecisionDelivered",
    DeliveryState.EXPIRED: "TaskExpired",
    DeliveryState.UNCONFIRMED: "DecisionUnconfirmed",
}


@dataclass(frozen=True)
class SendOutcome:
    """Complete the task's token and keep what became of it."""

    tasks: Tasks
    tokens: TaskTokens
    clock: Clock

    def __call__(self, task: Task) -> Task:
        """Return the task as kept, or raise TaskExpired when the workflow gave up first."""
        try:
            self.tokens.complete(task.token, task.outcome())
        except WaitIsOver:
            return self._keep(task.refused_by_workflow(self.clock.now()))
        return self._keep(task.delivered())

    def _keep(self, task: Task) -> Task:
        kept = keep_delivery(task, self.tasks, self.clock)
        if kept.delivery is not None and kept.delivery.state is DeliveryState.EXPIRED:
            raise TaskExpired(
                "the workflow stopped waiting for this decision", rule="task.deadline"
            )
        return kept


def keep_delivery(task: Task, tasks: Tasks, clock: Clock) -> Task:
    """Keep a settled delivery with its line of the trail; only a delivered one is news."""
    if task.delivery is None or task.decision is None:
        raise ValueError("only a decided task has a delivery")
    state = task.delivery.state
    entry = AuditEntry(
        at=clock.now(),
        actor=SYSTEM,
        action=DELIVERY_ACTIONS[state],
        subject=task.task_id,
        details={"attempts": task.delivery.attempts},
    )
    events = (_decided(task, clock),) if state is DeliveryState.DELIVERED else ()
    return tasks.save(task, entry, events)


def _decided(task: Task, clock: Clock) -> Envelope:
    event = TaskDecided(
        task_id=task.task_id,
        kind=task.kind,
        application_id=task.application_id,
        outcome=task.outcome().outcome,
    )
    return event.envelope(
        bank_id=task.bank_id,
        subject=task.task_id,
        correlation_id=task.correlation_id,
        clock=clock,
        dedup=task.task_id,
    )
