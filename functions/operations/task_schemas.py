"""Requests and answers about tasks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from operations.domain.audit import ACTION_NAMES, AuditEntry
from operations.domain.decision import DeliveryState
from operations.domain.task import TASK_STATUS_NAMES, Task
from operations.ports import TaskPage, TrailPage
from puhui.clock import utc_text
from puhui.contracts.common import Contract, Fen, RateBps, Reason, ShortText
from puhui.contracts.operations import TASK_KIND_NAMES, TaskKind

TaskStatusName = Literal["open", "claimed", "decided", "expired", "closed"]
DELIVERY_NAMES: dict[str, str] = {
    DeliveryState.SENDING: "送达中",
    DeliveryState.DELIVERED: "已送达",
    DeliveryState.EXPIRED: "流程已不再等待",
    DeliveryState.UNCONFIRMED: "送达待核实",
}
MAX_PAGE = 100


class TaskListQuery(Contract):
    """Which page of which tasks."""

    status: TaskStatusName = "open"
    cursor: Annotated[str, Field(pattern=r"^[0-9TZ:.\-]{20,32}#[a-z0-9-]{1,80}$")] | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 20


class DecisionBody(Contract):
    """A person's answer; limit and rate default to what was proposed."""

    outcome: Literal["approved", "rejected"]
    limit_fen: Fen | None = None
    annual_rate_bps: RateBps | None = None
    comment: ShortText | None = None


class DecisionView(Contract):
    """A decision as kept and how far it came."""

    outcome: Literal["approved", "rejected"]
    limit_fen: Fen
    annual_rate_bps: RateBps
    decided_by: str
    decided_at: str
    comment: str | None
    delivery: str
    delivery_name: str


class TaskView(Contract):
    """A task as people see it; its token is nobody's business."""

    task_id: str
    kind: TaskKind
    kind_name: str
    status: TaskStatusName
    status_name: str
    branch_id: str
    application_id: str
    decision_id: str | None
    product_code: str | None
    maker_id: str | None
    amount_fen: Fen
    proposed_limit_fen: Fen
    proposed_rate_bps: RateBps
    reasons: tuple[Reason, ...]
    opened_at: str
    deadline_at: str
    claimed_by: str | None
    decision: DecisionView | None

    @classmethod
    def of(cls, task: Task) -> TaskView:
        """Show a task."""
        return cls(
            task_id=task.task_id,
            kind=task.kind,
            kind_name=TASK_KIND_NAMES[task.kind],
            status=task.status.value,
            status_name=TASK_STATUS_NAMES[task.status],
            branch_id=task.branch_id,
            application_id=task.application_id,
            decision_id=task.decision_id,
            product_code=task.product_code,
            maker_id=task.maker_id,
            amount_fen=task.amount.minor,
            proposed_limit_fen=task.proposed_limit.minor,
            proposed_rate_bps=task.proposed_rate_bps,
            reasons=task.reasons,
            opened_at=utc_text(task.opened_at),
            deadline_at=utc_text(task.deadline_at),
            claimed_by=task.claimed_by,
            decision=_decision_view(task),
        )


class AuditLine(Contract):
    """One line of a trail."""

    at: str
    actor: str
    action: str
    action_name: str
    subject: str
    details: dict[str, str | int]

    @classmethod
    def of(cls, entry: AuditEntry) -> AuditLine:
        """Show a line."""
        return cls(
            at=utc_text(entry.at),
            actor=entry.actor,
            action=entry.action,
            action_name=ACTION_NAMES[entry.action],
            subject=entry.subject,
            details=entry.details,
        )


class TrailQuery(Contract):
    """Which page of the bank's own trail."""

    cursor: (
        Annotated[str, Field(pattern=r"^[0-9TZ:.\-]{20,32}#[A-Za-z]{1,40}#[A-Za-z0-9_.\-]{1,128}$")]
        | None
    ) = None
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 50


class Trail(Contract):
    """One page of the bank's own trail, oldest line first."""

    items: tuple[AuditLine, ...]
    cursor: str | None

    @classmethod
    def of(cls, page: TrailPage) -> Trail:
        """Show a page."""
        return cls(items=tuple(AuditLine.of(e) for e in page.entries), cursor=page.cursor)


class TaskDetail(Contract):
    """A task with everything that happened to it."""

    task: TaskView
    trail: tuple[AuditLine, ...]

    @classmethod
    def of(cls, task: Task, trail: tuple[AuditEntry, ...]) -> TaskDetail:
        """Show a task with its trail."""
        return cls(task=TaskView.of(task), trail=tuple(AuditLine.of(entry) for entry in trail))


class TaskList(Contract):
    """One page of tasks, nearest deadline first."""

    items: tuple[TaskView, ...]
    cursor: str | None

    @classmethod
    def of(cls, page: TaskPage) -> TaskList:
        """Show a page."""
        return cls(items=tuple(TaskView.of(task) for task in page.tasks), cursor=page.cursor)


def _decision_view(task: Task) -> DecisionView | None:
    decision, delivery = task.decision, task.delivery
    if decision is None or delivery is None:
        return None
    return DecisionView(
        outcome=decision.outcome,
        limit_fen=decision.limit.minor,
        annual_rate_bps=decision.annual_rate_bps,
        decided_by=decision.decided_by,
        decided_at=utc_text(decision.decided_at),
        comment=decision.comment,
        delivery=delivery.state.value,
        delivery_name=DELIVERY_NAMES[delivery.state],
    )
