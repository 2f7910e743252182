"""Open a task when a workflow asks for a person."""

from __future__ import annotations

from dataclasses import dataclass

from operations.domain.audit import SYSTEM, AuditEntry
from operations.domain.errors import ApplicationAlreadyClosed, TaskAlreadyOpened
from operations.domain.task import Task
from operations.ports import Tasks
from puhui.clock import Clock
from puhui.contracts.operations import OpenTask as OpenTaskCommand


@dataclass(frozen=True)
class OpenTask:
    """Put a task into the pool once; a command sent again with a newer token renews it."""

    tasks: Tasks
    clock: Clock

    def __call__(self, command: OpenTaskCommand, sent_ms: int) -> str:
        """Return what became of the command: opened, renewed, known or closed."""
        now = self.clock.now()
        task = Task.opened(command, sent_ms=sent_ms, now=now)
        opened = AuditEntry(
            at=now,
            actor=SYSTEM,
            action="TaskOpened",
            subject=task.task_id,
            details={"kind": task.kind, "application_id": task.application_id},
        )
        try:
            self.tasks.add(task, opened)
        except TaskAlreadyOpened:
            return self._renew(task)
        except ApplicationAlreadyClosed:
            return "closed"
        return "opened"

    def _renew(self, again: Task) -> str:
        known = self.tasks.get(again.bank_id, again.task_id)
        renewed = known.renewed(again)
        if renewed == known:
            return "known"
        entry = AuditEntry(
            at=again.opened_at, actor=SYSTEM, action="TaskTokenRenewed", subject=known.task_id
        )
        self.tasks.save(renewed, entry)
        return "renewed"
