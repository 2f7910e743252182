"""The task pool's promises, kept by the fake and by the table alike."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from operations.adapters.dynamo_organisation import DynamoStaff
from operations.adapters.dynamo_tasks import DynamoTasks
from operations.domain.errors import (
    ApplicationAlreadyClosed,
    TaskAlreadyOpened,
    TaskNotFound,
)
from operations.domain.task import Task, TaskStatus
from operations.ports import Staff, TaskQuery, Tasks
from puhui.data_keys import SealBroken
from puhui.dynamodb import FieldCipher
from puhui.errors import StaleVersion
from tests.component.operations.conftest import TABLE
from tests.support.operations import BANK, NOON, a_command, a_member, a_task, an_approval, an_entry
from tests.support.operations_fakes import InMemoryStaff, InMemoryTasks

Pool = tuple[Tasks, Staff]


@pytest.fixture(params=["memory", "dynamo"])
def pool(request: pytest.FixtureRequest) -> Pool:
    staff: Staff
    if request.param == "memory":
        staff = InMemoryStaff()
        pool: Pool = (InMemoryTasks(staff), staff)
    else:
        tasks = request.getfixturevalue("tasks")
        staff = DynamoStaff(request.getfixturevalue("cipher"))
        pool = (tasks, staff)
    for member in (
        a_member("checker-1"),
        a_member("maker-1"),
        a_member("maker-alias", employee_no="no-maker-1"),
    ):
        staff.save(member, an_entry("StaffRegistered", member.staff_id))
    return pool


def add(tasks: Tasks, task: Task) -> Task:
    tasks.add(task, an_entry())
    return tasks.get(task.bank_id, task.task_id)


def claimed(tasks: Tasks, by: str, **changes: Any) -> Task:
    task = add(tasks, a_task(**changes))
    return tasks.save(task.claim(by, NOON), an_entry("TaskClaimed"))


def test_a_task_comes_back_as_it_was(pool: Pool) -> None:
    tasks, _ = pool
    decided = claimed(tasks, "checker-1").decide(an_approval(comment="同意，按建议"), NOON)

    kept = tasks.save(decided, an_entry("TaskDecided"))

    assert tasks.get(BANK, kept.task_id) == kept


def test_a_task_of_another_bank_is_not_found(pool: Pool) -> None:
    tasks, _ = pool
    task = add(tasks, a_task())

    with pytest.raises(TaskNotFound):
        tasks.get("south", task.task_id)


def test_a_task_is_added_once(pool: Pool) -> None:
    tasks, _ = pool
    add(tasks, a_task())

    with pytest.raises(TaskAlreadyOpened):
        tasks.add(a_task(token="token-two"), an_entry())


def test_no_task_opens_for_a_closed_application(pool: Pool) -> None:
    tasks, _ = pool
    tasks.close_application(BANK, "app-1", "withdrawn")

    with pytest.raises(ApplicationAlreadyClosed):
        tasks.add(a_task(), an_entry())


def test_closing_twice_finds_the_same_tasks(pool: Pool) -> None:
    tasks, _ = pool
    task = add(tasks, a_task())
    tasks.close_application(BANK, "app-1", "withdrawn")

    assert tasks.close_application(BANK, "app-1", "withdrawn") == (task,)


def test_a_stale_write_is_refused(pool: Pool) -> None:
    tasks, _ = pool
    task = add(tasks, a_task())
    tasks.save(task.claim("checker-1", NOON), an_entry("TaskClaimed"))

    with pytest.raises(StaleVersion):
        tasks.save(task.claim("checker-2", NOON), an_entry("TaskClaimed"))


def test_a_decision_of_the_claimer_is_kept(pool: Pool) -> None:
    tasks, staff = pool
    decided = claimed(tasks, "checker-1").decide(an_approval(), NOON)

    kept = tasks.decide(decided, an_entry("TaskDecided"), staff.get(BANK, "checker-1"))

    assert tasks.get(BANK, kept.task_id).status is TaskStatus.DECIDED


@pytest.mark.parametrize("who", ["maker-1", "maker-alias"])
def test_the_write_itself_refuses_the_maker_under_any_account(pool: Pool, who: str) -> None:
    tasks, staff = pool
    task = claimed(tasks, who)
    decided = task.decide(an_approval(decided_by=who), NOON)

    with pytest.raises(StaleVersion):
        tasks.decide(decided, an_entry("TaskDecided"), staff.get(BANK, who))


def test_the_write_itself_refuses_a_checker_who_left_meanwhile(pool: Pool) -> None:
    tasks, staff = pool
    decided = claimed(tasks, "checker-1").decide(an_approval(), NOON)
    checker = staff.get(BANK, "checker-1")
    staff.save(replace(checker, active=False), an_entry("StaffRegistered", "checker-1-left"))

    with pytest.raises(StaleVersion):
        tasks.decide(decided, an_entry("TaskDecided"), checker)


def test_the_write_itself_refuses_who_did_not_claim(pool: Pool) -> None:
    tasks, staff = pool
    task = claimed(tasks, "checker-2")
    forged = replace(task, claimed_by="checker-1").decide(an_approval(), NOON)

    with pytest.raises(StaleVersion):
        tasks.decide(forged, an_entry("TaskDecided"), staff.get(BANK, "checker-1"))


def test_a_maker_who_is_no_member_of_staff_does_not_block_the_decision(pool: Pool) -> None:
    tasks, staff = pool
    decided = claimed(tasks, "checker-1", maker_id="customer-7").decide(an_approval(), NOON)

    kept = tasks.decide(decided, an_entry("TaskDecided"), staff.get(BANK, "checker-1"))

    assert kept.version == 3


def five(tasks: Tasks) -> list[Task]:
    return [
        add(
            tasks,
            replace(
                Task.opened(a_command(task_key=f"k{n}"), sent_ms=1, now=NOON),
                deadline_at=NOON + timedelta(days=5 - n),
                branch_id="tunxi" if n % 2 else "shexian",
            ),
        )
        for n in range(5)
    ]


def test_pages_follow_each_other_by_deadline(pool: Pool) -> None:
    tasks, _ = pool
    by_deadline = [task.task_id for task in reversed(five(tasks))]

    first = tasks.page(TaskQuery(bank_id=BANK, status="open", limit=3))
    second = tasks.page(TaskQuery(bank_id=BANK, status="open", limit=3, cursor=first.cursor))

    assert [t.task_id for t in (*first.tasks, *second.tasks)] == by_deadline


def test_a_cursor_of_another_bank_shows_nothing_of_it(pool: Pool) -> None:
    tasks, _ = pool
    five(tasks)
    cursor = tasks.page(TaskQuery(bank_id=BANK, status="open", limit=2)).cursor

    page = tasks.page(TaskQuery(bank_id="south", status="open", cursor=cursor))

    assert page.tasks == ()


def test_a_branch_pages_through_its_own(pool: Pool) -> None:
    tasks, _ = pool
    five(tasks)

    page = tasks.page(TaskQuery(bank_id=BANK, status="open", branch_id="tunxi"))

    assert {task.branch_id for task in page.tasks} == {"tunxi"}


def test_the_trail_has_one_line_for_each_version(pool: Pool) -> None:
    tasks, _ = pool
    task = claimed(tasks, "checker-1")

    trail = tasks.trail(BANK, task.task_id)

    assert [entry.action for entry in trail] == ["TaskOpened", "TaskClaimed"]


def test_no_token_comment_or_name_lies_in_the_table_in_the_clear(
    tasks: DynamoTasks, cipher: FieldCipher
) -> None:
    decided = claimed(tasks, "checker-1").decide(an_approval(comment="法人王小明承诺"), NOON)
    tasks.save(decided, an_entry("TaskDecided"))
    DynamoStaff(cipher).save(a_member("x"), an_entry("StaffRegistered"))

    raw = json.dumps(boto3.client("dynamodb").scan(TableName=TABLE)["Items"], ensure_ascii=False)

    assert [text for text in ("token-one", "王小明", "汪审批") if text in raw] == []


def test_a_token_moved_to_another_task_does_not_open(tasks: DynamoTasks) -> None:
    first = add(tasks, a_task())
    other = add(tasks, Task.opened(a_command(task_key="k2"), sent_ms=1, now=NOON))
    client = boto3.client("dynamodb")
    keys = [{"pk": {"S": f"TASK#{BANK}#{t.task_id}"}, "sk": {"S": "TASK"}} for t in (first, other)]
    stolen = client.get_item(TableName=TABLE, Key=keys[0])["Item"]["token"]
    client.update_item(
        TableName=TABLE,
        Key=keys[1],
        UpdateExpression="SET #t = :t",
        ExpressionAttributeNames={"#t": "token"},
        ExpressionAttributeValues={":t": stolen},
    )

    with pytest.raises(SealBroken):
        tasks.get(BANK, other.task_id)
