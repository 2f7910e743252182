"""From a command to a decision that the workflow knows of, with every way it can go wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from operations.domain.decision import DeliveryState
from operations.domain.errors import (
    AuthorityExceeded,
    DecisionNotValid,
    DeliveryInProgress,
    MakerIsChecker,
    StaffNotRegistered,
    TaskAlreadyDecided,
    TaskExpired,
    TaskNotFound,
)
from operations.domain.task import DELIVERY_LEASE, Task, TaskStatus
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
from puhui.errors import Forbidden, UpstreamUnavailable
from puhui.identity import Principal
from puhui.money import Money
from tests.support.operations import (
    BANK,
    NOON,
    TODAY,
    Crash,
    InMemoryAuthorities,
    InMemoryProducts,
    InMemoryStaff,
    InMemoryTasks,
    ListedReminders,
    ScriptedTokens,
    a_command,
    a_matrix,
    a_member,
    a_product,
    an_entry,
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


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def claimed(office: Office) -> Office:
    office.claim(a_principal(), office.task_id)
    return office


def test_a_command_delivered_twice_opens_one_task(office: Office) -> None:
    assert office.open(a_command(), 1_000) == "known"


def test_a_command_sent_again_with_a_newer_token_renews_the_task(claimed: Office) -> None:
    claimed.open(a_command(task_token="token-two"), 2_000)

    claimed.approve()

    assert list(claimed.tokens.completed) == ["token-two"]


def test_a_command_after_the_application_closed_opens_nothing(office: Office) -> None:
    office.close(BANK, a_closed(application_id="app-9"))

    late = office.open(a_command(task_key="app-9-approval", application_id="app-9"), 2_000)

    assert late == "closed"


def test_an_approval_reaches_the_workflow_with_the_proposed_terms(claimed: Office) -> None:
    claimed.approve()

    outcome = claimed.tokens.completed["token-one"]
    assert (outcome.outcome, outcome.limit_fen, outcome.annual_rate_bps, outcome.decided_by) == (
        "approved",
        20_000_000,
        650,
        "checker-1",
    )


def test_a_rejection_reaches_the_workflow_without_terms(claimed: Office) -> None:
    claimed.decide(
        a_principal(),
        DecideTaskCommand(task_id=claimed.task_id, outcome="rejected", comment="现金流不足"),
    )

    outcome = claimed.tokens.completed["token-one"]
    assert (outcome.outcome, outcome.limit_fen, outcome.comment) == ("rejected", 0, "现金流不足")


def test_a_delivered_decision_is_told_once(claimed: Office) -> None:
    claimed.approve()

    assert [event.name for event in claimed.told] == ["TaskDecided"]


def test_the_same_answer_again_gets_the_same_result(claimed: Office) -> None:
    first = claimed.approve()

    assert claimed.approve() == first


def test_another_answer_is_refused(claimed: Office) -> None:
    claimed.approve()

    with pytest.raises(TaskAlreadyDecided):
        claimed.approve(limit=Money.of_yuan(150_000))


def test_every_step_leaves_a_line_in_the_trail(claimed: Office) -> None:
    claimed.approve()

    _, trail = claimed.get(a_principal("checker-2"), claimed.task_id)

    assert [entry.action for entry in trail] == [
        "TaskOpened",
        "TaskClaimed",
        "TaskDecided",
        "DecisionDelivered",
    ]


def test_the_maker_does_not_even_claim(office: Office) -> None:
    with pytest.raises(MakerIsChecker):
        office.claim(a_principal("maker-alias"), office.task_id)


def test_a_maker_who_switched_roles_does_not_decide(office: Office) -> None:
    office.staff.save(
        replace(office.staff.get(BANK, "maker-1"), roles=frozenset({"approver"})),
        an_entry("StaffRegistered"),
    )

    with pytest.raises(MakerIsChecker):
        office.claim(a_principal("maker-1"), office.task_id)


def test_a_maker_registered_as_the_checker_after_the_claim_does_not_decide(
    claimed: Office,
) -> None:
    checker = claimed.staff.get(BANK, "checker-1")
    claimed.staff.save(replace(checker, employee_no="no-maker-1"), an_entry("StaffRegistered"))

    with pytest.raises(MakerIsChecker):
        claimed.approve()


def test_an_unregistered_account_does_not_claim(office: Office) -> None:
    with pytest.raises(StaffNotRegistered):
        office.claim(a_principal("stranger"), office.task_id)


def test_a_token_role_that_the_register_does_not_know_counts_nothing(office: Office) -> None:
    principal = a_principal("maker-1", roles=frozenset({"approver"}))

    with pytest.raises((AuthorityExceeded, MakerIsChecker)):
        office.claim(principal, office.task_id)


def test_a_customer_is_forbidden(office: Office) -> None:
    with pytest.raises(Forbidden):
        office.claim(a_principal(roles=frozenset({"customer"}), customer_id="c"), office.task_id)


def test_another_banks_approver_finds_nothing(office: Office) -> None:
    with pytest.raises(TaskNotFound):
        office.claim(a_principal(bank_id="south"), office.task_id)


def test_another_branchs_approver_finds_nothing(office: Office) -> None:
    with pytest.raises(TaskNotFound):
        office.get(a_principal(branch="shexian"), office.task_id)


def test_the_head_office_sees_every_branch(office: Office) -> None:
    assert len(office.list(a_principal(), "open", None, 20).tasks) == 1


def test_a_branch_sees_its_own_tasks_only(office: Office) -> None:
    assert office.list(a_principal(branch="shexian"), "open", None, 20).tasks == ()


def test_more_than_asked_for_is_not_approved(claimed: Office) -> None:
    with pytest.raises(DecisionNotValid):
        claimed.approve(limit=Money.of_yuan(300_001))


def test_more_than_the_authority_is_not_approved(office: Office) -> None:
    office.open(
        a_command(
            task_key="big",
            amount_fen=90_000_000,
            proposed_limit_fen=60_000_000,
            task_token="token-big",
        ),
        1_000,
    )
    big = Task.opened(a_command(task_key="big"), sent_ms=0, now=NOON).task_id
    office.claim(a_principal(), big)

    with pytest.raises(AuthorityExceeded):
        office.decide(a_principal(), DecideTaskCommand(task_id=big, outcome="approved"))


def test_a_refused_decision_leaves_the_task_claimed(claimed: Office) -> None:
    with pytest.raises(DecisionNotValid):
        claimed.approve(annual_rate_bps=2_000)

    assert claimed.task.status is TaskStatus.CLAIMED


def test_a_supervisor_hands_a_task_over(claimed: Office) -> None:
    claimed.release(a_principal("boss", roles=frozenset({"risk_manager"})), claimed.task_id)

    assert claimed.claim(a_principal("checker-2"), claimed.task_id).claimed_by == "checker-2"


def test_a_workflow_that_gave_up_expires_the_task(claimed: Office) -> None:
    claimed.tokens.dead.add("token-one")

    with pytest.raises(TaskExpired):
        claimed.approve()

    assert claimed.task.status is TaskStatus.EXPIRED


def test_the_same_answer_to_an_expired_task_stays_refused(claimed: Office) -> None:
    claimed.tokens.dead.add("token-one")
    with pytest.raises(TaskExpired):
        claimed.approve()

    with pytest.raises(TaskExpired):
        claimed.approve()


def test_a_decision_that_reached_nobody_is_no_news(claimed: Office) -> None:
    claimed.tokens.dead.add("token-one")

    with pytest.raises(TaskExpired):
        claimed.approve()

    assert claimed.told == []


def test_a_silent_workflow_service_keeps_the_decision_for_later(claimed: Office) -> None:
    claimed.tokens.before.append(UpstreamUnavailable())
    claimed.approve()
    claimed.clock.advance(DELIVERY_LEASE)

    claimed.deliver(BANK, claimed.task_id)

    assert list(claimed.tokens.completed) == ["token-one"]


def test_a_decision_is_looked_after_before_it_is_kept(claimed: Office) -> None:
    claimed.tokens.before.append(Crash())

    with pytest.raises(Crash):
        claimed.approve()

    assert claimed.reminders.asked == [(BANK, claimed.task_id)]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_around_the_delivery_still_delivers_exactly_once(
    claimed: Office, moment: str
) -> None:
    getattr(claimed.tokens, moment).append(Crash())
    with pytest.raises(Crash):
        claimed.approve()
    claimed.clock.advance(DELIVERY_LEASE)

    claimed.deliver(BANK, claimed.task_id)

    assert claimed.task.delivery is not None
    assert claimed.task.delivery.state is DeliveryState.DELIVERED
    assert [event.name for event in claimed.told] == ["TaskDecided"]


def test_a_reminder_during_an_attempt_comes_again(claimed: Office) -> None:
    claimed.tokens.before.append(Crash())
    with pytest.raises(Crash):
        claimed.approve()

    with pytest.raises(DeliveryInProgress):
        claimed.deliver(BANK, claimed.task_id)


def test_a_reminder_of_a_delivered_decision_does_nothing(claimed: Office) -> None:
    claimed.approve()
    claimed.clock.advance(DELIVERY_LEASE)

    assert claimed.deliver(BANK, claimed.task_id) == "nothing_to_do"


def test_after_the_deadline_a_lost_attempt_stays_unconfirmed_until_proof(claimed: Office) -> None:
    claimed.tokens.after.append(Crash())
    with pytest.raises(Crash):
        claimed.approve()
    claimed.clock.advance(timedelta(days=4))

    assert claimed.deliver(BANK, claimed.task_id) == DeliveryState.UNCONFIRMED


def test_proof_of_an_unconfirmed_delivery_is_told_once(claimed: Office) -> None:
    claimed.tokens.after.append(Crash())
    with pytest.raises(Crash):
        claimed.approve()
    claimed.clock.advance(timedelta(days=4))
    claimed.deliver(BANK, claimed.task_id)

    claimed.close(BANK, a_closed(outcome="disbursed"))
    claimed.close(BANK, a_closed(outcome="disbursed"))

    assert [event.name for event in claimed.told] == ["TaskDecided"]


def test_a_closed_application_takes_its_task_out_of_the_pool(office: Office) -> None:
    office.close(BANK, a_closed(outcome="withdrawn"))

    assert office.task.status is TaskStatus.CLOSED


def test_the_same_event_again_changes_nothing(office: Office) -> None:
    office.close(BANK, a_closed(outcome="withdrawn"))

    assert office.close(BANK, a_closed(outcome="withdrawn")) == 0


def test_another_banks_event_closes_nothing(office: Office) -> None:
    office.close("south", a_closed(outcome="withdrawn"))

    assert office.task.status is TaskStatus.OPEN


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
