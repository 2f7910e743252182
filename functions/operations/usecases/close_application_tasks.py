"""Close what is left to do for an application that reached its outcome."""

from __future__ import annotations

from dataclasses import dataclass

from operations.domain.audit import SYSTEM, AuditEntry
from operations.domain.task import Task, TaskStatus
from operations.ports import Tasks
from operations.usecases.send_outcome import keep_delivery
from puhui.clock import Clock
from puhui.contracts.factory import ApplicationClosed


@dataclass(frozen=True)
class CloseApplicationTasks:
    """Take the open tasks of a closed application out of the pool; no new one opens."""

    tasks: Tasks
    clock: Clock

    def __call__(self, bank_id: str, closed: ApplicationClosed) -> int:
        """Return how many tasks changed."""
        changed = 0
        tasks = self.tasks.close_application(bank_id, closed.application_id, closed.outcome)
        for task in tasks:
            after = task.close(closed.outcome)
            if after != task:
                self._keep(task, after, closed.outcome)
                changed += 1
        return changed

    def _keep(self, before: Task, after: Task, outcome: str) -> None:
        if before.status is TaskStatus.DECIDED and after.delivery != before.delivery:
            keep_delivery(after, self.tasks, self.clock)
            return
        entry = AuditEntry(
            at=self.clock.now(),
            actor=SYSTEM,
            action="TaskClosed",
            subject=after.task_id,
            details={"outcome": outcome},
        )
        self.tasks.save(after, entry)
