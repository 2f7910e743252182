"""What the back office's use cases need from the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from operations.domain.audit import AuditEntry
from operations.domain.authority import AuthorityMatrix
from operations.domain.organisation import Bank, StaffMember
from operations.domain.task import Task
from puhui.contracts.operations import LoanProduct, TaskOutcome
from puhui.events import Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskQuery:
    """One page of a bank's tasks in one status, those with the nearest deadline first."""

    bank_id: str
    status: str
    branch_id: str | None = None
    cursor: str | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """Tasks and where the next page starts, if there is one."""

    tasks: tuple[Task, ...]
    cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailPage:
    """Lines of a trail and where the next page starts, if there is one."""

    entries: tuple[AuditEntry, ...]
    cursor: str | None = None


class Trails(Protocol):
    """The trail of each bank's own changes: organisation, staff, authority, products."""

    def page(self, bank_id: str, cursor: str | None, limit: int) -> TrailPage:
        """Return one page of lines, oldest first."""


class Tasks(Protocol):
    """The task pool; every write keeps its line of the trail in the same transaction."""

    def get(self, bank_id: str, task_id: str) -> Task:
        """Return the task as last written, or raise TaskNotFound."""

    def add(self, task: Task, audit: AuditEntry) -> None:
        """Keep a new task, or raise TaskAlreadyOpened or ApplicationAlreadyClosed."""

    def save(self, task: Task, audit: AuditEntry, events: Sequence[Envelope] = ()) -> Task:
        """Keep a changed task and its events and return it as kept, or raise StaleVersion."""

    def decide(self, task: Task, audit: AuditEntry, checker: StaffMember) -> Task:
        """Keep a decision if, in this very write, the checker is active, holds the claim,
        and is not the person who made the application; else raise StaleVersion.
        """

    def close_application(
        self, bank_id: str, application_id: str, outcome: str
    ) -> tuple[Task, ...]:
        """Let no more tasks open for this application and return those that were."""

    def page(self, query: TaskQuery) -> TaskPage:
        """Return one page of tasks."""

    def trail(self, bank_id: str, task_id: str) -> tuple[AuditEntry, ...]:
        """Return what happened to a task, oldest first."""


class Staff(Protocol):
    """The register of the bank's people."""

    def get(self, bank_id: str, staff_id: str) -> StaffMember:
        """Return the member as last written, or raise StaffNotFound."""

    def of_bank(self, bank_id: str) -> tuple[StaffMember, ...]:
        """Return everybody, by id."""

    def save(self, member: StaffMember, audit: AuditEntry) -> None:
        """Keep a member, or raise StaleVersion."""


class Banks(Protocol):
    """The banks on this platform."""

    def get(self, bank_id: str) -> Bank:
        """Return the bank, or raise BankNotFound."""

    def save(self, bank: Bank, audit: AuditEntry, events: Sequence[Envelope]) -> None:
        """Keep the bank and its events, or raise StaleVersion."""


class Authorities(Protocol):
    """The authority matrix of each bank."""

    def of_bank(self, bank_id: str) -> AuthorityMatrix:
        """Return the matrix; a bank without one has an empty one, which allows nothing."""

    def save(self, matrix: AuthorityMatrix, audit: AuditEntry) -> None:
        """Keep the matrix, or raise StaleVersion."""


class Products(Protocol):
    """Every version of every product of each bank."""

    def versions(self, bank_id: str, code: str) -> tuple[LoanProduct, ...]:
        """Return all versions of one product, oldest first."""

    def of_bank(self, bank_id: str) -> tuple[LoanProduct, ...]:
        """Return all versions of all products, by code and version."""

    def add(self, bank_id: str, product: LoanProduct, audit: AuditEntry, event: Envelope) -> None:
        """Keep a new version and its event, or raise ProductVersionTaken."""


class TaskTokens(Protocol):
    """The workflow that waits for people."""

    def complete(self, token: str, outcome: TaskOutcome) -> None:
        """Tell the workflow, or raise WaitIsOver when it no longer waits."""


class DeliveryReminders(Protocol):
    """A promise to look after a decision again in a while."""

    def remind(self, bank_id: str, task_id: str) -> None:
        """Have this task's delivery looked after again, whatever happens to us now."""
