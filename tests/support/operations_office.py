"""A whole back office of use cases, for tests; its ports are in memory unless given."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from operations.domain.task import Task
from operations.ports import Staff, Tasks
from operations.usecases.claim_task import ClaimTask, ReleaseTask
from operations.usecases.close_application_tasks import CloseApplicationTasks
from operations.usecases.decide_task import DecideTask, DecideTaskCommand
from operations.usecases.deliver_outcome import DeliverOutcome
from operations.usecases.find_tasks import GetTask, ListTasks, VisibleTask
from operations.usecases.identify_staff import FindMaker, IdentifyChecker
from operations.usecases.judge_decision import JudgeDecision
from operations.usecases.open_task import OpenTask
from operations.usecases.send_outcome import SendOutcome
from puhui.clock import FixedBusinessCalendar, FixedClock
from puhui.contracts.factory import ApplicationClosed
from puhui.identity import Principal
from tests.support.operations import (
    BANK,
    NOON,
    TODAY,
    a_command,
    a_matrix,
    a_member,
    a_product,
)
from tests.support.operations_fakes import (
    InMemoryAuthorities,
    InMemoryProducts,
    InMemoryStaff,
    InMemoryTasks,
    ListedReminders,
    ScriptedTokens,
)

PEOPLE = (
    a_member("checker-1"),
    a_member("checker-2"),
    a_member("maker-1", roles=frozenset({"relationship_manager"})),
    a_member("maker-alias", employee_no="no-maker-1"),
)


def a_principal(subject: str = "checker-1", **changes: Any) -> Principal:
    fields: dict[str, Any] = {
        "subject": subject,
        "bank_id": BANK,
        "roles": frozenset({"approver"}),
        "branch": None,
        "customer_id": None,
    }
    return Principal(**(fields | changes))


@dataclass
class Office:
    """A back office with one open task; its ports are in memory unless they are given."""

    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    tokens: ScriptedTokens = field(default_factory=ScriptedTokens)
    reminders: ListedReminders = field(default_factory=ListedReminders)
    staff: Staff = field(default_factory=lambda: InMemoryStaff(*PEOPLE))
    tasks: Tasks | None = None

    def __post_init__(self) -> None:
        self.pool: Tasks = self.tasks or InMemoryTasks(self.staff)
        self.told = getattr(self.pool, "events", [])
        authorities = InMemoryAuthorities(a_matrix())
        products = InMemoryProducts((BANK, a_product()))
        visible = VisibleTask(self.pool)
        checker, maker = IdentifyChecker(self.staff), FindMaker(self.staff)
        send = SendOutcome(self.pool, self.tokens, self.clock)
        self.open = OpenTask(self.pool, self.clock)
        self.claim = ClaimTask(self.pool, authorities, visible, checker, maker, self.clock)
        self.release = ReleaseTask(self.pool, visible, self.clock)
        self.decide = DecideTask(
            self.pool,
            visible,
            checker,
            maker,
            JudgeDecision(authorities, products, FixedBusinessCalendar(TODAY)),
            self.reminders,
            send,
            self.clock,
        )
        self.deliver = DeliverOutcome(self.pool, send, self.clock)
        self.close = CloseApplicationTasks(self.pool, self.clock)
        self.list = ListTasks(self.pool)
        self.get = GetTask(self.pool, visible)
        self.open(a_command(), 1_000)

    @property
    def task(self) -> Task:
        return self.pool.get(BANK, self.task_id)

    @property
    def task_id(self) -> str:
        return Task.opened(a_command(), sent_ms=0, now=NOON).task_id

    def approve(self, subject: str = "checker-1", **changes: Any) -> Task:
        command = DecideTaskCommand(task_id=self.task_id, outcome="approved")
        return self.decide(a_principal(subject), replace(command, **changes))


def a_closed(**changes: Any) -> ApplicationClosed:
    fields: dict[str, Any] = {
        "application_id": "app-1",
        "customer_id": "cus-1",
        "outcome": "withdrawn",
        "reasons": (),
        "amount_fen": 0,
        "annual_rate_bps": 0,
        "closed_on": TODAY,
    }
    return ApplicationClosed(**(fields | changes))
