"""Two that decide one question at once: one record, one answer, and a replay of just that one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from infra.demo.archive_export import FOLDER, KEY_FILE, export_archive
from infra.demo.archive_folder import ArchiveFolder
from infra.demo.archive_keys import KeyFile
from puhui.clock import FixedClock
from puhui.tenancy import BankId
from risk.adapters.dynamo_decisions import DynamoDecisions
from risk.adapters.s3_archive import S3Archive
from risk.adapters.s3_records import S3Records
from risk.decision_wiring import decide
from risk.domain.decision import Decision
from risk.usecases.decide import Decide
from tests.component.risk.conftest import RECORDS
from tests.component.risk.test_archive_on_s3 import KEY, archive, keys, replayed
from tests.component.risk.test_decisions_on_table import items
from tests.support.risk import NOON, NORTH, a_document, a_healthy_firm, a_reference, a_request
from tests.support.risk_stores import BUCKET

HEALTHY = a_document(a_healthy_firm())
REQUEST = a_request([a_reference(HEALTHY)])
LATER = NOON + timedelta(seconds=1)
Meanwhile = Callable[[], Any]

pytestmark = pytest.mark.usefixtures("risk_account")


class Stopped(Exception):
    """The decider's time is over."""


def stop() -> None:
    raise Stopped


@dataclass(frozen=True)
class InterruptedRecords(S3Records):
    """Something happens before the record is kept, and something between record and row."""

    before: Meanwhile = lambda: None
    after: Meanwhile = lambda: None

    def keep(self, bank_id: BankId, decision_id: str, body: bytes) -> bytes:
        self.before()
        kept = super().keep(bank_id, decision_id, body)
        self.after()
        return kept


def a_decider(at: datetime, **interruptions: Meanwhile) -> Decide:
    """What the deployed function calls, with a clock and interruptions of its own."""
    boto3.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=HEALTHY)
    records = InterruptedRecords(boto3.client("s3"), RECORDS, **interruptions)
    return replace(decide(), clock=FixedClock(at), decisions=DynamoDecisions(records))


def two_at_once(where: str) -> tuple[Decision, Decision]:
    """The answers of a slow decider and of one that decides wholly while the slow one waits."""
    theirs: list[Decision] = []
    slow = a_decider(NOON, **{where: lambda: theirs.append(a_decider(LATER)(REQUEST))})
    return slow(REQUEST), theirs[0]


@pytest.mark.parametrize(("where", "decided_at"), [("before", LATER), ("after", NOON)])
def test_both_answer_what_the_first_record_tells(where: str, decided_at: datetime) -> None:
    slow, fast = two_at_once(where)

    assert slow == fast == decide().decisions.find(NORTH, fast.result.decision_id)
    assert slow.decided_at == decided_at


@pytest.mark.parametrize("where", ["before", "after"])
def test_there_is_one_record_and_one_event(where: str) -> None:
    decision, _ = two_at_once(where)

    assert keys("decisions/") == [f"decisions/north/{decision.result.decision_id}.json"]
    assert len([item for item in items() if item["pk"]["S"].startswith("OUTBOX#")]) == 1


@pytest.mark.parametrize("where", ["before", "after"])
def test_the_archive_and_its_export_take_the_answer_that_was_given(
    where: str, tmp_path: Any
) -> None:
    decision, _ = two_at_once(where)
    decision_id = decision.result.decision_id
    key_file = KeyFile.made(tmp_path / KEY_FILE)

    exported = export_archive(archive(), tmp_path / FOLDER, key_file)

    folder = ArchiveFolder.opened(tmp_path / FOLDER, key_file)
    sources: list[S3Archive | ArchiveFolder] = [archive(), folder]
    assert [list(one.decisions()) for one in sources] == [[decision_id], [decision_id]]
    assert [one.record(decision_id) for one in sources] == [decision.record, decision.record]
    assert (exported, replayed(folder, decision_id).identical) == (1, True)


def test_what_was_decided_before_a_decider_was_stopped_is_told_when_asked_again() -> None:
    with pytest.raises(Stopped):
        a_decider(NOON, after=stop)(REQUEST)

    again = a_decider(LATER)(REQUEST)

    assert (again.decided_at, again.record) == (NOON, archive().record(again.result.decision_id))
    assert decide().decisions.find(NORTH, again.result.decision_id) == again


def test_who_adopts_an_answer_runs_no_shadow_of_its_own() -> None:
    asked: list[str] = []

    def noting(*question: Any, **_: Any) -> None:
        asked.append(question[1])

    second = replace(a_decider(LATER), run_shadow=noting)
    first = replace(a_decider(NOON, after=lambda: second(REQUEST)), run_shadow=noting)

    decision = first(REQUEST)

    assert asked == [decision.result.decision_id]
