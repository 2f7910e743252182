"""Look into the task pool: a page of tasks, or one with its trail."""

from __future__ import annotations

from dataclasses import dataclass

from operations.domain.audit import AuditEntry
from operations.domain.errors import TaskNotFound
from operations.domain.task import Task
from operations.ports import TaskPage, TaskQuery, Tasks
from puhui.errors import NotFound
from puhui.identity import Principal, Protected, authorise


@dataclass(frozen=True)
class VisibleTask:
    """Find one task; one of another bank or branch does not exist for this person."""

    tasks: Tasks

    def __call__(self, principal: Principal, action: str, task_id: str) -> Task:
        """Return the task, or raise TaskNotFound."""
        task = self.tasks.get(principal.bank_id, task_id)
        try:
            authorise(
                principal,
                action,
                Protected(bank_id=task.bank_id, branch=task.branch_id, assigned_to=task.claimed_by),
            )
        except NotFound as error:
            raise TaskNotFound("no such task") from error
        return task


@dataclass(frozen=True)
class ListTasks:
    """List tasks in one status: of one's branch, or of the whole bank from its head office."""

    tasks: Tasks

    def __call__(
        self, principal: Principal, status: str, cursor: str | None, limit: int
    ) -> TaskPage:
        """Return one page, nearest deadline first."""
        authorise(
            principal,
            "operations.list_tasks",
            Protected(bank_id=principal.bank_id, branch=principal.branch),
        )
        return self.tasks.page(
            TaskQuery(
                bank_id=principal.bank_id,
                branch_id=principal.branch,
                status=status,
                cursor=cursor,
                limit=limit,
            )
        )


@dataclass(frozen=True)
class GetTask:
    """Show one task and everything that happened to it."""

    tasks: Tasks
    visible_task: VisibleTask

    def __call__(self, principal: Principal, task_id: str) -> tuple[Task, tuple[AuditEntry, ...]]:
        """Return the task and its trail, oldest line first."""
        task = self.visible_task(principal, "operations.read_task", task_id)
        return task, self.tasks.trail(task.bank_id, task.task_id)
