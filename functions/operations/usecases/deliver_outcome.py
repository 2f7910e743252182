"""Look after a decision again: its first delivery may have died half-way."""

from __future__ import annotations

from dataclasses import dataclass

from operations.domain.audit import SYSTEM, AuditEntry
from operations.domain.decision import DeliveryState
from operations.domain.errors import TaskExpired
from operations.domain.task import Task
from operations.ports import Tasks
from operations.usecases.send_outcome import SendOutcome
from puhui.clock import Clock


@dataclass(frozen=True)
class DeliverOutcome:
    """Deliver a decision that is not known to have arrived; leave every other task alone."""

    tasks: Tasks
    send_outcome: SendOutcome
    clock: Clock

    def __call__(self, bank_id: str, task_id: str) -> str:
        """Return what became of it; raise DeliveryInProgress while an attempt may still run."""
        task = self.tasks.get(bank_id, task_id)
        if task.delivery is None or task.delivery.state is not DeliveryState.SENDING:
            return "nothing_to_do"
        again = self._attempt(task)
        try:
            kept = self.send_outcome(again)
        except TaskExpired:
            return DeliveryState.EXPIRED
        return kept.delivery.state if kept.delivery else DeliveryState.SENDING

    def _attempt(self, task: Task) -> Task:
        """Write the attempt down before it is made, so that its outcome can be judged."""
        now = self.clock.now()
        again = task.attempt_delivery(now)
        entry = AuditEntry(
            at=now,
            actor=SYSTEM,
            action="DeliveryRetried",
            subject=task.task_id,
            details={"attempts": again.delivery.attempts if again.delivery else 0},
        )
        return self.tasks.save(again, entry)
