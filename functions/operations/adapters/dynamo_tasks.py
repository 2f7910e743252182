"""The task pool in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from operations.adapters.organisation_rows import (
    OperationsOutboxRow,
    StaffRow,
    bank_pk,
    staff_sk,
)
from operations.adapters.task_rows import (
    AUDIT_PREFIX,
    CLOSED_SK,
    LINK_PREFIX,
    TASK_SK,
    AuditRow,
    ByBranch,
    ByStatus,
    ClosedApplicationRow,
    TaskLinkRow,
    TaskRow,
    application_pk,
    branch_pk,
    row_of,
    status_pk,
    task_of,
    task_pk,
)
from operations.domain.audit import AuditEntry
from operations.domain.errors import ApplicationAlreadyClosed, TaskAlreadyOpened, TaskNotFound
from operations.domain.organisation import StaffMember
from operations.domain.task import Task, TaskStatus
from operations.ports import TaskPage, TaskQuery
from puhui.dynamodb import FieldCipher, dynamo_errors, transaction
from puhui.errors import Conflict, StaleVersion
from puhui.events import Envelope
from puhui.outbox import outbox_rows

MAX_TASKS_OF_APPLICATION = 50
MAX_TRAIL_LINES = 500


class _NotAdded(Conflict):
    """A new task met something that was there before it."""


@dataclass(frozen=True)
class DynamoTasks:
    """Tasks, their trails and what links them to applications, in one table."""

    cipher: FieldCipher

    def get(self, bank_id: str, task_id: str) -> Task:
        """Return the task as last written, or raise TaskNotFound."""
        with dynamo_errors(missing=TaskNotFound):
            row = TaskRow.get(task_pk(bank_id, task_id), TASK_SK, consistent_read=True)
        return task_of(row, self.cipher)

    def add(self, task: Task, audit: AuditEntry) -> None:
        """Keep a new task, or raise TaskAlreadyOpened or ApplicationAlreadyClosed."""
        try:
            with transaction(conflict=_NotAdded) as write:
                if task.ends_with_application:
                    _link_to_application(write, task)
                write.save(row_of(task, self.cipher))
                write.save(_trail_row(task, audit))
        except _NotAdded as error:
            raise self._why_not_added(task) from error

    def save(self, task: Task, audit: AuditEntry, events: Sequence[Envelope] = ()) -> Task:
        """Keep a changed task and its events and return it as kept, or raise StaleVersion."""
        with transaction(conflict=StaleVersion) as write:
            write.save(row_of(task, self.cipher))
            write.save(_trail_row(task, audit))
            for row in outbox_rows(OperationsOutboxRow, events):
                write.save(row)
        return replace(task, version=task.version + 1)

    def decide(self, task: Task, audit: AuditEntry, checker: StaffMember) -> Task:
        """Keep a decision while claim, checker and four eyes hold in this very write."""
        with transaction(conflict=StaleVersion) as write:
            write.save(row_of(task, self.cipher), condition=_claimed_and_not_made_by(checker))
            write.save(_trail_row(task, audit))
            write.condition_check(
                StaffRow,
                bank_pk(task.bank_id),
                staff_sk(checker.staff_id),
                condition=(StaffRow.employee_no == checker.employee_no) & (StaffRow.active == True),  # noqa: E712  (builds a condition)
            )
            if task.maker_id not in (None, checker.staff_id):
                write.condition_check(
                    StaffRow,
                    bank_pk(task.bank_id),
                    staff_sk(task.maker_id),
                    condition=StaffRow.pk.does_not_exist()
                    | (StaffRow.employee_no != checker.employee_no),
                )
        return replace(task, version=task.version + 1)

    def close_application(
        self, bank_id: str, application_id: str, outcome: str
    ) -> tuple[Task, ...]:
        """Let no more tasks open for this application and return those that were."""
        application = application_pk(bank_id, application_id)
        marker = ClosedApplicationRow(pk=application, sk=CLOSED_SK, outcome=outcome)
        try:
            with dynamo_errors(conflict=ApplicationAlreadyClosed):
                marker.save()
        except ApplicationAlreadyClosed:
            pass  # a second delivery: the tasks are still read, the first may have died half-way
        with dynamo_errors():
            links = list(
                TaskLinkRow.query(
                    application,
                    TaskLinkRow.sk.startswith(LINK_PREFIX),
                    consistent_read=True,
                    limit=MAX_TASKS_OF_APPLICATION,
                )
            )
        return tuple(self.get(bank_id, link.task_id) for link in links)

    def page(self, query: TaskQuery) -> TaskPage:
        """Return one page of tasks, each as last written; one that moved on is left out."""
        keys, cursor = _index_page(query)
        with dynamo_errors():
            rows = {row.pk: row for row in TaskRow.batch_get(keys, consistent_read=True)}
        found = [task_of(rows[pk], self.cipher) for pk, _ in keys if pk in rows]
        tasks = tuple(task for task in found if task.status == query.status)
        return TaskPage(tasks=tasks, cursor=cursor)

    def trail(self, bank_id: str, task_id: str) -> tuple[AuditEntry, ...]:
        """Return what happened to a task, oldest first."""
        with dynamo_errors():
            rows = AuditRow.query(
                task_pk(bank_id, task_id),
                AuditRow.sk.startswith(AUDIT_PREFIX),
                consistent_read=True,
                limit=MAX_TRAIL_LINES,
            )
            return tuple(row.entry() for row in rows)

    def _why_not_added(self, task: Task) -> Conflict:
        try:
            self.get(task.bank_id, task.task_id)
        except TaskNotFound:
            application = application_pk(task.bank_id, task.application_id)
            with dynamo_errors():
                closed = ClosedApplicationRow.count(
                    application, ClosedApplicationRow.sk == CLOSED_SK, consistent_read=True
                )
            return ApplicationAlreadyClosed() if closed else StaleVersion()
        return TaskAlreadyOpened()


def _link_to_application(write: TransactWrite, task: Task) -> None:
    """Let the task's application end it; an application that has ended takes no new one."""
    application = application_pk(task.bank_id, task.application_id)
    write.condition_check(
        ClosedApplicationRow,
        application,
        CLOSED_SK,
        condition=ClosedApplicationRow.pk.does_not_exist(),
    )
    write.save(TaskLinkRow(pk=application, sk=LINK_PREFIX + task.task_id, task_id=task.task_id))


def _claimed_and_not_made_by(checker: StaffMember) -> Condition:
    """The stored task is claimed by the checker and was not made under the same account."""
    condition: Condition = (
        (TaskRow.status == TaskStatus.CLAIMED.value)
        & (TaskRow.claimed_by == checker.staff_id)
        & (TaskRow.maker_id.does_not_exist() | (TaskRow.maker_id != checker.staff_id))
    )
    return condition


def _trail_row(task: Task, audit: AuditEntry) -> AuditRow:
    """One line per version of a task, so the trail has no gap and no double line."""
    pk = task_pk(task.bank_id, task.task_id)
    return AuditRow.of(audit, pk, f"{AUDIT_PREFIX}{task.version + 1:06d}")


def _index_page(query: TaskQuery) -> tuple[list[tuple[str, str]], str | None]:
    """The keys of one page, and where the next one starts."""
    index: ByStatus | ByBranch
    if query.branch_id is None:
        index, name = TaskRow.by_status, "gsi1"
        partition = status_pk(query.bank_id, query.status)
    else:
        index, name = TaskRow.by_branch, "gsi2"
        partition = branch_pk(query.bank_id, query.branch_id, query.status)
    start = _start_key(query, name, partition)
    with dynamo_errors():
        found = index.query(partition, limit=query.limit, last_evaluated_key=start)
        rows = [(row.pk, row.sk, getattr(row, f"{name}sk")) for row in found]
        more = found.last_evaluated_key
    return [(pk, sk) for pk, sk, _ in rows], rows[-1][2] if more and rows else None


def _start_key(query: TaskQuery, name: str, partition: str) -> dict[str, dict[str, str]] | None:
    """A cursor is a place in the order only; bank, branch and status come from the question."""
    if query.cursor is None:
        return None
    task_id = query.cursor.rpartition("#")[2]
    return {
        "pk": {"S": task_pk(query.bank_id, task_id)},
        "sk": {"S": TASK_SK},
        f"{name}pk": {"S": partition},
        f"{name}sk": {"S": query.cursor},
    }
