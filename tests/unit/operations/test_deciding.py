"""From a command to a decision that the workflow knows of, with every way it can go wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from operations.domain.errors import (
    AuthorityExceeded,
    DecisionNotValid,
    MakerIsChecker,
    StaffNotRegistered,
    TaskAlreadyDecided,
    TaskNotFound,
)
from operations.domain.task import Task, TaskStatus
from operations.usecases.decide_task import DecideTaskCommand
from puhui.errors import Forbidden
from puhui.money import Money
from tests.support.operations import (
    BANK,
    NOON,
    a_command,
    an_entry,
)
from tests.support.operations_office import Office, a_closed, a_principal


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


def test_a_line_above_what_was_asked_may_be_approved(claimed: Office) -> None:
    assert claimed.approve(limit=Money.of_yuan(500_000)).status is TaskStatus.DECIDED


def test_a_line_above_the_product_is_not_approved(claimed: Office) -> None:
    with pytest.raises(DecisionNotValid):
        claimed.approve(limit=Money.of_yuan(1_000_001))


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
