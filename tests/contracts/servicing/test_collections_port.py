"""What every keeper of collection files promises: in memory and on DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from puhui.clock import FixedClock
from puhui.contracts.servicing_collections import PromiseBroken
from puhui.dynamodb import bind_table
from servicing.adapters.collections_rows import COLLECTION_ROWS
from servicing.adapters.commit import Committer
from servicing.adapters.dynamo_collections import DynamoCollectionFiles
from servicing.adapters.rows import ServicingOutboxRow
from servicing.collections_ports import CollectionFiles
from servicing.domain.collections.errors import CollectionChanged
from servicing.domain.collections.file import CollectionFile, ThirdPerson
from servicing.domain.collections.stops import Stop, StopKind
from tests.support.collections_fakes import (
    NOON,
    RULES,
    InMemoryCollectionFiles,
    a_contact,
    a_file,
    a_late_loan,
)
from tests.support.servicing import NORTH, SOUTH, TABLE, table_world


@dataclass
class World:
    """The store, and its outbox."""

    files: CollectionFiles
    outbox: Any

    def told(self) -> Sequence[str]:
        """The ids of the events."""
        return sorted(self.outbox())

    def read(self, debtor_id: str = "cus-1") -> CollectionFile:
        """The file as it is kept."""
        found = self.files.find(NORTH, debtor_id)
        assert found is not None
        return found


@pytest.fixture(params=["memory", "dynamo"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A fresh store of each kind."""
    if request.param == "memory":
        memory = InMemoryCollectionFiles(FixedClock(NOON))
        yield World(memory, lambda: [event.name for event in memory.events])
    else:
        with table_world():
            bind_table(TABLE, *COLLECTION_ROWS)
            table = DynamoCollectionFiles(FixedClock(NOON), Committer(pause=lambda _: None))
            yield World(table, lambda: [row.event.name for row in _outbox()])


def _outbox() -> list[Any]:
    return list(ServicingOutboxRow.scan(ServicingOutboxRow.pk.startswith("OUTBOX#")))


def a_full_file() -> CollectionFile:
    person = ThirdPerson(
        person_id="per-1",
        relation="配偶",
        consent_document_id="doc-1",
        recorded_by="collector-1",
        recorded_at=NOON,
    )
    stop = Stop(
        stop_id="s", kind=StopKind.LEGAL_HOLD, loan_id="loan-1", by="x", at=NOON, text="破产"
    )
    return a_file().naming(person).contacted(a_contact(), RULES).stopped(stop)


def test_a_file_is_read_back_whole(world: World) -> None:
    world.files.save(a_full_file())

    assert replace(world.read(), version=0) == a_full_file()


def test_a_contact_is_kept_with_the_file_and_never_leaves_the_record(world: World) -> None:
    world.files.save(a_file())
    first = a_contact()
    world.files.save(world.read().contacted(first, RULES), first)
    later = a_contact(NOON + timedelta(days=60))
    world.files.save(world.read().contacted(later, RULES), later)

    assert world.read().contacts == (later,)
    assert list(world.files.contacts(NORTH, "cus-1")) == [later, first]


def test_two_collectors_at_once_are_one_contact(world: World) -> None:
    world.files.save(a_file())
    file = world.read()
    first, second = a_contact(), a_contact(NOON + timedelta(seconds=1))
    world.files.save(file.contacted(first, RULES), first)

    with pytest.raises(CollectionChanged):
        world.files.save(file.contacted(second, RULES), second)

    assert list(world.files.contacts(NORTH, "cus-1")) == [first]


def test_a_second_new_file_is_refused(world: World) -> None:
    world.files.save(a_file())

    with pytest.raises(CollectionChanged):
        world.files.save(a_file())


def test_events_are_written_with_the_file_or_not_at_all(world: World) -> None:
    told = PromiseBroken(
        promise_id="prm-1",
        loan_id="loan-1",
        debtor_id="cus-1",
        amount_fen=100,
        promised_for=date(2026, 8, 1),
        broken_promises=1,
    )
    world.files.save(a_file(), told=[told])

    with pytest.raises(CollectionChanged):
        world.files.save(a_file(), told=[told.model_copy(update={"promise_id": "prm-2"})])

    assert world.told() == ["PromiseBroken"]


def test_the_work_list_has_the_longest_overdue_first_and_the_cured_not_at_all(
    world: World,
) -> None:
    for debtor, days in (("cus-1", 40), ("cus-2", 400), ("cus-3", 9)):
        world.files.save(a_file(a_late_loan(days), debtor_id=debtor))
    world.files.save(a_file(lines=(), debtor_id="cus-4"))

    assert [one.debtor_id for one in world.files.worst_first(NORTH, None)] == [
        "cus-2",
        "cus-1",
        "cus-3",
    ]

    world.files.save(replace(world.read("cus-2"), lines=()))

    assert [one.debtor_id for one in world.files.worst_first(NORTH, None)] == ["cus-1", "cus-3"]


def test_a_branch_sees_its_own(world: World) -> None:
    world.files.save(a_file())
    world.files.save(a_file(debtor_id="cus-2", branch_id="b2"))

    assert [one.debtor_id for one in world.files.worst_first(NORTH, "b2")] == ["cus-2"]


def test_another_bank_sees_nothing(world: World) -> None:
    world.files.save(a_file(), a_contact())

    assert world.files.find(SOUTH, "cus-1") is None
    assert list(world.files.contacts(SOUTH, "cus-1")) == []
    assert list(world.files.worst_first(SOUTH, None)) == []
