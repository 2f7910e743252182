"""In-memory ports of operations, with the same conditions as the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from operations.domain.audit import AuditEntry
from operations.domain.authority import AuthorityMatrix
from operations.domain.errors import (
    ApplicationAlreadyClosed,
    ProductVersionTaken,
    StaffNotFound,
    TaskAlreadyOpened,
    TaskNotFound,
)
from operations.domain.organisation import StaffMember
from operations.domain.task import Task, TaskStatus
from operations.ports import Staff, TaskPage, TaskQuery
from puhui.clock import utc_text
from puhui.contracts.operations import LoanProduct, TaskOutcome
from puhui.errors import StaleVersion
from puhui.events import Envelope
from puhui.task_tokens import WaitIsOver


class InMemoryTasks:
    """A task pool for tests, with the same conditions as the table."""

    def __init__(self, staff: Staff | None = None) -> None:
        self._tasks: dict[tuple[str, str], Task] = {}
        self._trails: dict[tuple[str, str], list[AuditEntry]] = {}
        self._closed: set[tuple[str, str]] = set()
        self._staff = staff or InMemoryStaff()
        self.events: list[Envelope] = []

    def get(self, bank_id: str, task_id: str) -> Task:
        if (bank_id, task_id) not in self._tasks:
            raise TaskNotFound()
        return self._tasks[bank_id, task_id]

    def add(self, task: Task, audit: AuditEntry) -> None:
        if (task.bank_id, task.task_id) in self._tasks:
            raise TaskAlreadyOpened()
        if task.ends_with_application and (task.bank_id, task.application_id) in self._closed:
            raise ApplicationAlreadyClosed()
        self._write(task, audit)

    def save(self, task: Task, audit: AuditEntry, events: Sequence[Envelope] = ()) -> Task:
        if self.get(task.bank_id, task.task_id).version != task.version:
            raise StaleVersion()
        self.events.extend(events)
        return self._write(task, audit)

    def decide(self, task: Task, audit: AuditEntry, checker: StaffMember) -> Task:
        stored = self.get(task.bank_id, task.task_id)
        if stored.status is not TaskStatus.CLAIMED or stored.claimed_by != checker.staff_id:
            raise StaleVersion()
        registered = self._staff.get(task.bank_id, checker.staff_id)
        if not registered.active or registered.employee_no != checker.employee_no:
            raise StaleVersion()
        if stored.maker_id is not None:
            try:
                maker = self._staff.get(task.bank_id, stored.maker_id)
            except StaffNotFound:
                maker = None
            if maker is not None and maker.employee_no == checker.employee_no:
                raise StaleVersion()
        if stored.maker_id == checker.staff_id:
            raise StaleVersion()
        return self.save(task, audit)

    def close_application(
        self, bank_id: str, application_id: str, outcome: str
    ) -> tuple[Task, ...]:
        self._closed.add((bank_id, application_id))
        return tuple(
            task
            for (bank, _), task in self._tasks.items()
            if bank == bank_id
            and task.application_id == application_id
            and task.ends_with_application
        )

    def page(self, query: TaskQuery) -> TaskPage:
        found = sorted(
            (
                (f"{utc_text(task.deadline_at)}#{task.task_id}", task)
                for (bank, _), task in self._tasks.items()
                if bank == query.bank_id
                and task.status == query.status
                and query.branch_id in (None, task.branch_id)
            ),
            key=lambda pair: pair[0],
        )
        after = [pair for pair in found if query.cursor is None or pair[0] > query.cursor]
        page = after[: query.limit]
        more = len(after) > len(page)
        return TaskPage(tasks=tuple(task for _, task in page), cursor=page[-1][0] if more else None)

    def trail(self, bank_id: str, task_id: str) -> tuple[AuditEntry, ...]:
        return tuple(self._trails.get((bank_id, task_id), ()))

    def _write(self, task: Task, audit: AuditEntry) -> Task:
        kept = replace(task, version=task.version + 1)
        self._tasks[task.bank_id, task.task_id] = kept
        self._trails.setdefault((task.bank_id, task.task_id), []).append(audit)
        return kept


class InMemoryStaff:
    """A staff register for tests."""

    def __init__(self, *members: StaffMember) -> None:
        self._members = {(m.bank_id, m.staff_id): replace(m, version=1) for m in members}
        self.audit: list[AuditEntry] = []

    def get(self, bank_id: str, staff_id: str) -> StaffMember:
        if (bank_id, staff_id) not in self._members:
            raise StaffNotFound()
        return self._members[bank_id, staff_id]

    def of_bank(self, bank_id: str) -> tuple[StaffMember, ...]:
        found = [m for (bank, _), m in self._members.items() if bank == bank_id]
        return tuple(sorted(found, key=lambda member: member.staff_id))

    def save(self, member: StaffMember, audit: AuditEntry) -> None:
        key = (member.bank_id, member.staff_id)
        stored = self._members[key].version if key in self._members else 0
        if stored != member.version:
            raise StaleVersion()
        self._members[key] = replace(member, version=stored + 1)
        self.audit.append(audit)


class InMemoryAuthorities:
    """Authority matrices for tests."""

    def __init__(self, *matrices: AuthorityMatrix) -> None:
        self._matrices = {m.bank_id: replace(m, version=1) for m in matrices}

    def of_bank(self, bank_id: str) -> AuthorityMatrix:
        return self._matrices.get(bank_id, AuthorityMatrix(bank_id=bank_id))

    def save(self, matrix: AuthorityMatrix, audit: AuditEntry) -> None:
        if self.of_bank(matrix.bank_id).version != matrix.version:
            raise StaleVersion()
        self._matrices[matrix.bank_id] = replace(matrix, version=matrix.version + 1)


class InMemoryProducts:
    """Products for tests."""

    def __init__(self, *products: tuple[str, LoanProduct]) -> None:
        self._products = {(bank, p.code, p.version): p for bank, p in products}
        self.events: list[Envelope] = []

    def versions(self, bank_id: str, code: str) -> tuple[LoanProduct, ...]:
        return tuple(product for product in self.of_bank(bank_id) if product.code == code)

    def of_bank(self, bank_id: str) -> tuple[LoanProduct, ...]:
        return tuple(p for (bank, _, _), p in sorted(self._products.items()) if bank == bank_id)

    def add(self, bank_id: str, product: LoanProduct, audit: AuditEntry, event: Envelope) -> None:
        key = (bank_id, product.code, product.version)
        if key in self._products:
            raise ProductVersionTaken()
        self._products[key] = product
        self.events.append(event)


class Crash(BaseException):
    """The process dies here; nothing after this runs."""


class ScriptedTokens:
    """A workflow that takes each token once, and can be told to fail in every way it may."""

    def __init__(self) -> None:
        self.completed: dict[str, TaskOutcome] = {}
        self.dead: set[str] = set()
        self.before: list[BaseException] = []
        self.after: list[BaseException] = []

    def complete(self, token: str, outcome: TaskOutcome) -> None:
        if self.before:
            raise self.before.pop(0)
        if token in self.completed or token in self.dead:
            raise WaitIsOver()
        self.completed[token] = outcome
        if self.after:
            raise self.after.pop(0)


class ListedReminders:
    """Reminders kept in a list."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def remind(self, bank_id: str, task_id: str) -> None:
        self.asked.append((bank_id, task_id))
