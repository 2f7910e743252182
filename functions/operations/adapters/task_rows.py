"""Rows of the task pool, and how a task becomes one and back."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from operations.domain.audit import AuditEntry
from operations.domain.decision import Delivery, DeliveryState, TaskDecision
from operations.domain.task import Task, TaskStatus
from puhui.clock import utc_from_text, utc_text
from puhui.contracts.common import Reason
from puhui.dynamodb import (
    BaseRow,
    EncryptedAttribute,
    FieldCipher,
    InstantAttribute,
    JsonAttribute,
    MoneyAttribute,
)
from puhui.money import Money


class ByStatus(GlobalSecondaryIndex["TaskRow"]):  # type: ignore[no-untyped-call]
    """Which tasks of a bank are in a status, nearest deadline first?"""

    class Meta:
        """Index settings."""

        index_name = "by_status"
        projection = AllProjection()

    gsi1pk = UnicodeAttribute(hash_key=True)
    gsi1sk = UnicodeAttribute(range_key=True)


class ByBranch(GlobalSecondaryIndex["TaskRow"]):  # type: ignore[no-untyped-call]
    """Which tasks of a branch are in a status, nearest deadline first?"""

    class Meta:
        """Index settings."""

        index_name = "by_branch"
        projection = AllProjection()

    gsi2pk = UnicodeAttribute(hash_key=True)
    gsi2sk = UnicodeAttribute(range_key=True)


class TaskRow(BaseRow):
    """A task; its token and the decider's comment are encrypted."""

    by_status = ByStatus()
    by_branch = ByBranch()

    gsi1pk = UnicodeAttribute()
    gsi1sk = UnicodeAttribute()
    gsi2pk = UnicodeAttribute()
    gsi2sk = UnicodeAttribute()
    bank_id = UnicodeAttribute()
    branch_id = UnicodeAttribute()
    task_id = UnicodeAttribute()
    task_key = UnicodeAttribute()
    kind = UnicodeAttribute()
    application_id = UnicodeAttribute()
    correlation_id = UnicodeAttribute()
    amount = MoneyAttribute()
    proposed_limit = MoneyAttribute()
    proposed_rate_bps = NumberAttribute()
    opened_at = InstantAttribute()
    deadline_at = InstantAttribute()
    token = EncryptedAttribute()
    token_sent_ms = NumberAttribute()
    maker_id = UnicodeAttribute(null=True)
    decision_id = UnicodeAttribute(null=True)
    product_code = UnicodeAttribute(null=True)
    reasons = JsonAttribute()
    status = UnicodeAttribute()
    claimed_by = UnicodeAttribute(null=True)
    claimed_at = InstantAttribute(null=True)
    decision = JsonAttribute(null=True)
    comment = EncryptedAttribute(null=True)
    delivery = JsonAttribute(null=True)
    closed_because = UnicodeAttribute(null=True)


class TaskLinkRow(BaseRow):
    """That an application has a task; read strongly when the application closes."""

    task_id = UnicodeAttribute()


class ClosedApplicationRow(BaseRow):
    """That an application reached its outcome, so that no task opens for it any more."""

    outcome = UnicodeAttribute()


class AuditRow(BaseRow):
    """One line of a trail; created once, never written again."""

    at = InstantAttribute()
    actor = UnicodeAttribute()
    action = UnicodeAttribute()
    subject = UnicodeAttribute()
    details = JsonAttribute()

    @classmethod
    def of(cls, entry: AuditEntry, pk: str, sk: str) -> AuditRow:
        """The row of an entry."""
        return cls(
            pk=pk,
            sk=sk,
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            details=entry.details,
        )

    def entry(self) -> AuditEntry:
        """The entry of this row."""
        return AuditEntry(
            at=self.at,
            actor=self.actor,
            action=self.action,
            subject=self.subject,
            details=self.details,
        )


TASK_SK = "TASK"
CLOSED_SK = "CLOSED"
LINK_PREFIX = "TASK#"
AUDIT_PREFIX = "AUDIT#"


def task_pk(bank_id: str, task_id: str) -> str:
    """The partition of a task and its trail."""
    return f"TASK#{bank_id}#{task_id}"


def application_pk(bank_id: str, application_id: str) -> str:
    """The partition that knows an application's tasks and whether it is closed."""
    return f"APPLICATION#{bank_id}#{application_id}"


def status_pk(bank_id: str, status: str) -> str:
    """The index partition of a bank's tasks in a status."""
    return f"BANK#{bank_id}#{status}"


def branch_pk(bank_id: str, branch_id: str, status: str) -> str:
    """The index partition of a branch's tasks in a status."""
    return f"BANK#{bank_id}#BRANCH#{branch_id}#{status}"


def row_of(task: Task, cipher: FieldCipher) -> TaskRow:
    """The row of a task, at the version that the task was read in."""
    order = f"{utc_text(task.deadline_at)}#{task.task_id}"
    row = TaskRow(
        pk=task_pk(task.bank_id, task.task_id),
        sk=TASK_SK,
        gsi1pk=status_pk(task.bank_id, task.status),
        gsi1sk=order,
        gsi2pk=branch_pk(task.bank_id, task.branch_id, task.status),
        gsi2sk=order,
        reasons=[reason.model_dump() for reason in task.reasons],
        status=task.status.value,
        decision=_decision_json(task.decision),
        delivery=_delivery_json(task.delivery),
        **{name: getattr(task, name) for name in _PLAIN},
    )
    row.at_version(task.version)
    row.encrypt_field(cipher, "token", task.token, bank_id=task.bank_id)
    if task.decision is not None and task.decision.comment is not None:
        row.encrypt_field(cipher, "comment", task.decision.comment, bank_id=task.bank_id)
    return row


def task_of(row: TaskRow, cipher: FieldCipher) -> Task:
    """The task of a row."""
    return Task(
        status=TaskStatus(row.status),
        token=row.decrypt_field(cipher, "token"),
        reasons=tuple(Reason.model_validate(reason) for reason in row.reasons),
        decision=_decision(row, cipher),
        delivery=_delivery(row.delivery),
        version=int(row.version),
        **{name: getattr(row, name) for name in _PLAIN},
    )


_PLAIN = (
    "task_id",
    "task_key",
    "bank_id",
    "branch_id",
    "kind",
    "application_id",
    "correlation_id",
    "amount",
    "proposed_limit",
    "proposed_rate_bps",
    "opened_at",
    "deadline_at",
    "token_sent_ms",
    "maker_id",
    "decision_id",
    "product_code",
    "claimed_by",
    "claimed_at",
    "closed_because",
)
"""Fields that a task and its row have in common as they are."""


def _decision_json(decision: TaskDecision | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {
        "outcome": decision.outcome,
        "limit_fen": decision.limit.minor,
        "annual_rate_bps": decision.annual_rate_bps,
        "decided_by": decision.decided_by,
        "employee_no": decision.employee_no,
        "decided_at": utc_text(decision.decided_at),
    }


def _decision(row: TaskRow, cipher: FieldCipher) -> TaskDecision | None:
    kept = row.decision
    if kept is None:
        return None
    return TaskDecision(
        outcome=kept["outcome"],
        limit=Money(kept["limit_fen"]),
        annual_rate_bps=kept["annual_rate_bps"],
        decided_by=kept["decided_by"],
        employee_no=kept["employee_no"],
        decided_at=utc_from_text(kept["decided_at"]),
        comment=row.decrypt_field(cipher, "comment") if row.comment else None,
    )


def _delivery_json(delivery: Delivery | None) -> dict[str, Any] | None:
    if delivery is None:
        return None
    return {
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "since": utc_text(delivery.since),
    }


def _delivery(kept: dict[str, Any] | None) -> Delivery | None:
    if kept is None:
        return None
    return Delivery(
        state=DeliveryState(kept["state"]),
        attempts=kept["attempts"],
        since=utc_from_text(kept["since"]),
    )
