"""A task for a person (待办任务): opened by a workflow, claimed, decided, handed back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from operations.domain.decision import Delivery, DeliveryState, TaskDecision
from operations.domain.errors import (
    DeliveryInProgress,
    TaskAlreadyClaimed,
    TaskAlreadyDecided,
    TaskClosed,
    TaskExpired,
    TaskNotClaimed,
)
from puhui.contracts.common import Reason
from puhui.contracts.operations import OUTLIVE_APPLICATION, OpenTask, TaskKind, TaskOutcome
from puhui.ids import derived_id
from puhui.money import Money

DELIVERY_LEASE = timedelta(seconds=30)
"""How long one attempt to hand a decision to the workflow may take before another may try."""


class TaskStatus(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    DECIDED = "decided"
    EXPIRED = "expired"
    CLOSED = "closed"


TASK_STATUS_NAMES: dict[str, str] = {
    TaskStatus.OPEN: "待领取",
    TaskStatus.CLAIMED: "处理中",
    TaskStatus.DECIDED: "已决定",
    TaskStatus.EXPIRED: "已超时",
    TaskStatus.CLOSED: "已关闭",
}
LIVE = frozenset({TaskStatus.OPEN, TaskStatus.CLAIMED})
"""A task in one of these states still waits for a decision."""
PROOF_OF_DELIVERY: dict[str, frozenset[str]] = {
    "approved": frozenset({"disbursed", "offer_refused"}),
    "rejected": frozenset({"rejected"}),
}
"""Outcomes of an application that only this decision can have led to."""


def task_id_of(bank_id: str, task_key: str) -> str:
    """One key of one bank is one task, however often its command arrives."""
    return derived_id("task", bank_id, task_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something a person must decide before a deadline, so that a workflow can go on."""

    task_id: str
    task_key: str
    bank_id: str
    branch_id: str
    kind: TaskKind
    application_id: str
    correlation_id: str
    amount: Money
    proposed_limit: Money
    proposed_rate_bps: int
    opened_at: datetime
    deadline_at: datetime
    token: str = field(repr=False)
    token_sent_ms: int
    maker_id: str | None = None
    decision_id: str | None = None
    product_code: str | None = None
    reasons: tuple[Reason, ...] = ()
    status: TaskStatus = TaskStatus.OPEN
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    decision: TaskDecision | None = None
    delivery: Delivery | None = None
    closed_because: str | None = None
    version: int = 0

    @classmethod
    def opened(cls, command: OpenTask, *, sent_ms: int, now: datetime) -> Task:
        """Turn a command into a task; its clock starts now."""
        return cls(
            task_id=task_id_of(command.bank_id, command.task_key),
            task_key=command.task_key,
            bank_id=command.bank_id,
            branch_id=command.branch_id,
            kind=command.kind,
            application_id=command.application_id,
            correlation_id=command.correlation_id,
            amount=Money(command.amount_fen),
            proposed_limit=Money(command.proposed_limit_fen),
            proposed_rate_bps=command.proposed_rate_bps,
            opened_at=now,
            deadline_at=now + timedelta(seconds=command.deadline_seconds),
            token=command.task_token,
            token_sent_ms=sent_ms,
            maker_id=command.maker_id,
            decision_id=command.decision_id,
            product_code=command.product_code,
            reasons=command.reasons,
        )

    @property
    def ends_with_application(self) -> bool:
        """A review of an automated decision is asked for after the application has ended."""
        return self.kind not in OUTLIVE_APPLICATION

    def renewed(self, other: Task) -> Task:
        """A newer token replaces an older one while nobody has decided; anything else does not."""
        newer = other.token_sent_ms > self.token_sent_ms and other.token != self.token
        if self.status not in LIVE or not newer:
            return self
        return replace(
            self,
            token=other.token,
            token_sent_ms=other.token_sent_ms,
            deadline_at=other.deadline_at,
        )

    def claim(self, staff_id: str, now: datetime) -> Task:
        """An open task goes to one person; claiming one's own task again changes nothing."""
        self._check_live(now)
        if self.status is TaskStatus.CLAIMED:
            if self.claimed_by == staff_id:
                return self
            raise TaskAlreadyClaimed("another person works on this task", rule="task.claimed")
        return replace(self, status=TaskStatus.CLAIMED, claimed_by=staff_id, claimed_at=now)

    def release(self, staff_id: str, now: datetime, *, for_others: bool = False) -> Task:
        """Whoever claimed a task may put it back into the pool; a supervisor may for others."""
        self._check_live(now)
        if self.status is TaskStatus.OPEN:
            return self
        if not for_others:
            self._check_claimed_by(staff_id)
        return replace(self, status=TaskStatus.OPEN, claimed_by=None, claimed_at=None)

    def decide(self, decision: TaskDecision, now: datetime) -> Task:
        """The claimer decides once; the decision starts its way to the workflow."""
        self._check_live(now)
        self._check_claimed_by(decision.decided_by)
        delivery = Delivery(state=DeliveryState.SENDING, attempts=1, since=now)
        return replace(self, status=TaskStatus.DECIDED, decision=decision, delivery=delivery)

    def attempt_delivery(self, now: datetime) -> Task:
        """Another attempt starts when the one before it is over, whatever became of it."""
        delivery = self._delivery()
        if delivery.state is not DeliveryState.SENDING:
            raise TaskAlreadyDecided("the decision needs no more delivery", rule="task.delivered")
        if now < delivery.since + DELIVERY_LEASE:
            raise DeliveryInProgress("the attempt before this one may still be running")
        again = replace(delivery, attempts=delivery.attempts + 1, since=now)
        return replace(self, delivery=again)

    def delivered(self) -> Task:
        """The workflow took the decision."""
        return replace(self, delivery=replace(self._delivery(), state=DeliveryState.DELIVERED))

    def refused_by_workflow(self, now: datetime) -> Task:
        """A dead token: an earlier attempt arrived, or the workflow stopped waiting.

        Only this task holds the token, so after an attempt of unknown outcome a token that is
        dead before its deadline was used up by that attempt. After the deadline nobody can
        tell; `ApplicationClosed` will. Without an earlier attempt the task simply expired.
        """
        delivery = self._delivery()
        if delivery.attempts == 1:
            expired = replace(delivery, state=DeliveryState.EXPIRED)
            return replace(self, status=TaskStatus.EXPIRED, delivery=expired)
        if now < self.deadline_at:
            return self.delivered()
        return replace(self, delivery=replace(delivery, state=DeliveryState.UNCONFIRMED))

    def close(self, outcome: str) -> Task:
        """The application ended: a live task is closed, an unconfirmed delivery may be settled."""
        if self.status in LIVE:
            return replace(self, status=TaskStatus.CLOSED, closed_because=outcome)
        delivery = self.delivery
        if delivery is None or delivery.state is not DeliveryState.UNCONFIRMED:
            return self
        if self.decision is not None and outcome in PROOF_OF_DELIVERY[self.decision.outcome]:
            return replace(self.delivered(), closed_because=outcome)
        return replace(self, closed_because=outcome)

    def at_stake(self, decision: TaskDecision) -> Money:
        """The amount an authority is measured by: what an approval grants, else the larger ask."""
        if self.kind == "approval":
            return decision.limit
        return max(self.amount, self.proposed_limit)

    def outcome(self) -> TaskOutcome:
        """What the workflow is told."""
        if self.decision is None:
            raise TaskNotClaimed("this task has no decision yet", rule="task.decided")
        return TaskOutcome(
            outcome=self.decision.outcome,
            limit_fen=self.decision.limit.minor,
            annual_rate_bps=self.decision.annual_rate_bps,
            decided_by=self.decision.decided_by,
            task_id=self.task_id,
            comment=self.decision.comment,
        )

    def _check_live(self, now: datetime) -> None:
        if self.status is TaskStatus.DECIDED:
            raise TaskAlreadyDecided("this task was decided", rule="task.decided")
        if self.status is TaskStatus.CLOSED:
            raise TaskClosed("the application has ended", rule="task.closed")
        if self.status is TaskStatus.EXPIRED or now >= self.deadline_at:
            raise TaskExpired("the deadline of this task has passed", rule="task.deadline")

    def _check_claimed_by(self, staff_id: str) -> None:
        if self.status is not TaskStatus.CLAIMED or self.claimed_by != staff_id:
            raise TaskNotClaimed("claim the task first", rule="task.claimed")

    def _delivery(self) -> Delivery:
        if self.delivery is None:
            raise TaskNotClaimed("this task has no decision yet", rule="task.decided")
        return self.delivery
