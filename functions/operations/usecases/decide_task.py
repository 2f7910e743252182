"""Decide a claimed task and tell the workflow that waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from operations.domain.audit import AuditEntry
from operations.domain.decision import DeliveryState, TaskDecision, Verdict, check_four_eyes
from operations.domain.errors import TaskExpired
from operations.domain.task import Task
from operations.ports import DeliveryReminders, Tasks
from operations.usecases.find_tasks import VisibleTask
from operations.usecases.identify_staff import FindMaker, IdentifyChecker
from operations.usecases.judge_decision import JudgeDecision
from operations.usecases.send_outcome import SendOutcome
from puhui.clock import Clock
from puhui.errors import UpstreamUnavailable
from puhui.identity import Principal
from puhui.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideTaskCommand:
    """What a person answers; limit and rate default to what was proposed."""

    task_id: str
    outcome: Verdict
    limit: Money | None = None
    annual_rate_bps: int | None = None
    comment: str | None = None


@dataclass(frozen=True)
class DecideTask:
    """Keep a person's decision, then hand it to the workflow.

    The reminder comes first: if we die anywhere after it, the decision is still delivered.
    """

    tasks: Tasks
    visible_task: VisibleTask
    identify_checker: IdentifyChecker
    find_maker: FindMaker
    judge_decision: JudgeDecision
    reminders: DeliveryReminders
    send_outcome: SendOutcome
    clock: Clock

    def __call__(self, principal: Principal, command: DecideTaskCommand) -> Task:
        """Return the decided task, or raise the rule that the decision breaks."""
        task = self.visible_task(principal, "operations.decide_task", command.task_id)
        checker, roles = self.identify_checker(principal)
        now = self.clock.now()
        decision = _decision(command, task, checker.staff_id, checker.employee_no, now)
        if task.decision is not None and task.decision.same_as(decision):
            return _same_answer(task)
        decided = task.decide(decision, now)
        check_four_eyes(task.maker_id, self.find_maker(task), checker)
        self.judge_decision(task, decision, roles)
        self.reminders.remind(task.bank_id, task.task_id)
        kept = self.tasks.decide(decided, _audit(decided, decision), checker)
        return self._hand_over(kept)

    def _hand_over(self, task: Task) -> Task:
        try:
            return self.send_outcome(task)
        except UpstreamUnavailable:
            return task  # kept and reminded of: the delivery queue tries again


def _same_answer(task: Task) -> Task:
    """The same answer sent again gets the same result, also when that was a refusal."""
    delivery = task.delivery
    if delivery is not None and delivery.state is DeliveryState.EXPIRED:
        raise TaskExpired("the workflow stopped waiting for this decision", rule="task.deadline")
    return task


def _decision(
    command: DecideTaskCommand, task: Task, staff_id: str, employee_no: str, now: datetime
) -> TaskDecision:
    """A rejection carries no terms; an approval carries its own or those proposed."""
    approved = command.outcome == "approved"
    limit = task.proposed_limit if command.limit is None else command.limit
    rate = task.proposed_rate_bps if command.annual_rate_bps is None else command.annual_rate_bps
    return TaskDecision(
        outcome=command.outcome,
        limit=limit if approved else Money(0),
        annual_rate_bps=rate if approved else 0,
        decided_by=staff_id,
        employee_no=employee_no,
        decided_at=now,
        comment=command.comment,
    )


def _audit(task: Task, decision: TaskDecision) -> AuditEntry:
    return AuditEntry(
        at=decision.decided_at,
        actor=decision.decided_by,
        action="TaskDecided",
        subject=task.task_id,
        details={
            "outcome": decision.outcome,
            "limit_fen": decision.limit.minor,
            "annual_rate_bps": decision.annual_rate_bps,
        },
    )
