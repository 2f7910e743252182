"""Two people and one task: whatever the order, one claim, one decision, one delivery."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from operations.adapters.dynamo_organisation import DynamoStaff
from operations.adapters.dynamo_tasks import DynamoTasks
from operations.domain.errors import TaskAlreadyOpened
from operations.usecases.decide_task import DecideTaskCommand
from puhui.dynamodb import FieldCipher
from puhui.errors import PuhuiError, StaleVersion
from tests.support.operations import BANK, NOON, a_member, a_task, an_entry
from tests.support.operations_office import Office, a_principal

RACERS = 12


def race(runs: list[Callable[[], Any]]) -> list[Any]:
    """Start everybody at once; answer what each got, errors included."""
    barrier, results = threading.Barrier(len(runs)), []

    def one(run: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results.append(run())
        except PuhuiError as error:
            results.append(error)

    threads = [threading.Thread(target=one, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def office(tasks: DynamoTasks, cipher: FieldCipher) -> Office:
    """A back office whose tasks and staff lie in the table."""
    staff = DynamoStaff(cipher)
    for number in range(RACERS):
        member = a_member(f"checker-{number}")
        staff.save(member, an_entry("StaffRegistered", member.staff_id))
    return Office(tasks=tasks, staff=staff)


def test_a_task_delivered_by_many_at_once_is_opened_once(tasks: DynamoTasks) -> None:
    results = race([lambda: tasks.add(a_task(), an_entry()) for _ in range(RACERS)])

    assert [type(one) for one in results].count(TaskAlreadyOpened) == RACERS - 1


def test_many_claim_and_one_has_it(office: Office) -> None:
    def claim_as(number: int) -> Callable[[], Any]:
        return lambda: office.claim(a_principal(f"checker-{number}"), office.task_id)

    results = race([claim_as(number) for number in range(RACERS)])

    assert len([one for one in results if not isinstance(one, PuhuiError)]) == 1


def test_one_person_in_many_windows_decides_once(office: Office) -> None:
    office.claim(a_principal("checker-1"), office.task_id)
    command = DecideTaskCommand(task_id=office.task_id, outcome="approved")

    race([lambda: office.decide(a_principal("checker-1"), command) for _ in range(RACERS)])

    assert len(office.tokens.completed) == 1
    assert office.task.delivery is not None
    assert office.task.delivery.attempts == 1


def test_closing_and_claiming_at_once_never_leaves_a_live_task(office: Office) -> None:
    def close() -> None:
        for task in office.pool.close_application(BANK, "app-1", "withdrawn"):
            for _ in range(5):
                fresh = office.pool.get(BANK, task.task_id)
                try:
                    office.pool.save(fresh.close("withdrawn"), an_entry("TaskClosed"))
                except StaleVersion:
                    continue
                return

    race([close, lambda: office.claim(a_principal("checker-1"), office.task_id)])

    assert office.task.close("withdrawn").status == office.task.status
    assert office.task.opened_at == NOON
