"""Take a task out of the pool, or put it back."""

from __future__ import annotations

from dataclasses import dataclass

from operations.domain.audit import AuditEntry
from operations.domain.decision import check_four_eyes
from operations.domain.task import Task
from operations.ports import Authorities, Tasks
from operations.usecases.find_tasks import VisibleTask
from operations.usecases.identify_staff import FindMaker, IdentifyChecker
from puhui.clock import Clock
from puhui.identity import Principal

SUPERVISORS = frozenset({"risk_manager", "admin"})
"""Roles that may put a task back into the pool for somebody else (hand-over)."""


@dataclass(frozen=True)
class ClaimTask:
    """Give an open task to a person who may decide it; the maker may not even claim it."""

    tasks: Tasks
    authorities: Authorities
    visible_task: VisibleTask
    identify_checker: IdentifyChecker
    find_maker: FindMaker
    clock: Clock

    def __call__(self, principal: Principal, task_id: str) -> Task:
        """Return the claimed task."""
        task = self.visible_task(principal, "operations.claim_task", task_id)
        checker, roles = self.identify_checker(principal)
        self.authorities.of_bank(task.bank_id).check_may_work_on(roles, task.kind)
        check_four_eyes(task.maker_id, self.find_maker(task), checker)
        now = self.clock.now()
        claimed = task.claim(checker.staff_id, now)
        if claimed == task:
            return task
        entry = AuditEntry(
            at=now, actor=checker.staff_id, action="TaskClaimed", subject=task.task_id
        )
        return self.tasks.save(claimed, entry)


@dataclass(frozen=True)
class ReleaseTask:
    """Put a claimed task back into the pool."""

    tasks: Tasks
    visible_task: VisibleTask
    clock: Clock

    def __call__(self, principal: Principal, task_id: str) -> Task:
        """Return the open task."""
        task = self.visible_task(principal, "operations.release_task", task_id)
        now = self.clock.now()
        supervisor = bool(SUPERVISORS & principal.roles)
        released = task.release(principal.subject, now, for_others=supervisor)
        if released == task:
            return task
        entry = AuditEntry(
            at=now, actor=principal.subject, action="TaskReleased", subject=task.task_id
        )
        return self.tasks.save(released, entry)
