"""What only the table can show: nothing in clear, events with changes, memory that follows."""

from __future__ import annotations

import json

import boto3
import pytest

from puhui.contracts.risk import DecisionReviewed
from puhui.events import Envelope, parse_event
from risk.adapters.dynamo_lists import DynamoHitLog, DynamoListEntries
from risk.adapters.rows_lists import ListEntryRow
from risk.domain.approval import Act
from risk.domain.name_lists import EntryStatus
from tests.component.risk.conftest import TABLE
from tests.component.risk.test_desk_ports import on_table, proposed
from tests.support.aws import scan_text
from tests.support.risk_desk import (
    FIRM_CODE,
    NORTH,
    NOW,
    PERSON_CODE,
    TODAY,
    a_review,
    a_subject,
    a_waiver,
)

pytestmark = pytest.mark.usefixtures("risk_account")


def test_the_table_holds_no_name_code_or_reason_in_clear() -> None:
    stores = on_table()
    stores.entries.add(proposed(code=FIRM_CODE))
    stores.entries.add(proposed(entry_id="n2", kind="person", name="张伟", code=PERSON_CODE))
    stores.waivers.add(a_waiver())
    stores.reviews.add(a_review())

    text = scan_text(TABLE)

    secrets = (FIRM_CODE, PERSON_CODE, "鼎盛", "张伟", "诈骗", "搬迁", "请人工核实")
    assert [one for one in secrets if one in text] == []


def test_a_hit_is_noted_once_with_ids_and_numbers_only(capsys: pytest.CaptureFixture[str]) -> None:
    stores = on_table()
    entry = stores.entries.add(proposed(code=FIRM_CODE))
    stores.entries.save(entry.approve("checker", NOW))
    hits = stores.entries.book(NORTH).hits([a_subject()], TODAY)

    for _ in range(2):
        DynamoHitLog().note(NORTH, "dec-1", TODAY, hits, NOW)

    rows = [i for i in _items() if i["pk"]["S"] == "BANK#north#LISTHITS#nle-1"]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [line for line in lines if line.get("message") == "name list hit"]
    counted = [line for line in lines if line.get("ListHit")]
    assert (len(rows), len(told), bool(counted)) == (1, 1, True)
    assert (told[0]["entry_id"], told[0]["score_ppm"]) == ("nle-1", 1_000_000)
    assert "鼎盛" not in json.dumps(lines, ensure_ascii=False)


def test_the_book_is_read_again_only_when_something_that_counts_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stores = on_table()
    reads: list[str] = []
    query = ListEntryRow.query
    entry = stores.entries.add(proposed())
    entry = stores.entries.save(entry.approve("checker", NOW))
    stores.entries.book(NORTH)
    monkeypatch.setattr(
        ListEntryRow, "query", lambda *a, **k: reads.append("query") or query(*a, **k)
    )

    stores.entries.book(NORTH)
    stores.entries.add(proposed(entry_id="nle-2"))
    stores.entries.book(NORTH)
    stores.entries.save(entry.propose_removal("误报", "maker", NOW))
    stores.entries.book(NORTH)

    assert reads == []


def test_another_process_sees_an_approval_with_its_next_decision() -> None:
    here, there = on_table().entries, on_table().entries
    entry = here.add(proposed())
    before = len(there.book(NORTH).entries)

    here.save(entry.approve("checker", NOW))

    assert (before, len(there.book(NORTH).entries)) == (0, 1)


def test_a_known_entry_is_not_decrypted_again() -> None:
    entries = on_table().entries
    assert isinstance(entries, DynamoListEntries)
    first = entries.add(proposed())
    entries.save(first.approve("checker", NOW))
    known = entries.book(NORTH).entries["nle-1"]
    second = entries.add(proposed(entry_id="nle-2"))
    entries.save(second.approve("checker", NOW))

    assert entries.book(NORTH).entries["nle-1"] is known
    assert len(entries.with_status(NORTH, EntryStatus.LIVE)) == 2


def test_a_recorded_review_leaves_its_event_in_the_same_write() -> None:
    stores = on_table()
    kept = stores.reviews.add(a_review())

    stores.reviews.save(kept.decide("changed", Act("reviewer", NOW), "同意"))

    (outbox,) = [i for i in _items() if i["pk"]["S"].startswith("OUTBOX#")]
    envelope = Envelope.model_validate(json.loads(outbox["envelope"]["S"]))
    assert parse_event(DecisionReviewed, envelope).outcome == "changed"


def _items() -> list[dict[str, dict[str, str]]]:
    found: list[dict[str, dict[str, str]]] = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    return found
