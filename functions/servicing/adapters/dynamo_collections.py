"""Collection files in DynamoDB: file, contact and events are written in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pynamodb.expressions.update import Action

from puhui.bodies import Body
from puhui.clock import Clock, utc_text
from puhui.dynamodb import dynamo_errors
from puhui.errors import NotFound
from puhui.events import Event
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId
from servicing.adapters.collections_envelopes import collection_envelope
from servicing.adapters.collections_rows import (
    CONTACT_PREFIX,
    FILE_SK,
    CollectionFileRow,
    ContactRow,
    work_pk,
    work_place,
)
from servicing.adapters.commit import Committer, Put, Update
from servicing.adapters.rows import ServicingOutboxRow
from servicing.adapters.warning_rows import debtor_pk
from servicing.domain.collections.contacts import Contact
from servicing.domain.collections.errors import CollectionChanged
from servicing.domain.collections.file import CollectionFile

MOST_LISTED: Final = 200
"""How many of a list one answer holds."""
_FILE: Final = Body(CollectionFile)
_CONTACT: Final = Body(Contact)


class DynamoCollectionFiles:
    """`servicing.collections_ports.CollectionFiles` on servicing's table."""

    def __init__(self, clock: Clock, commit: Committer | None = None) -> None:
        self._clock = clock
        self._commit = commit or Committer()

    def find(self, bank_id: BankId, debtor_id: str) -> CollectionFile | None:
        """One consistent read."""
        try:
            with dynamo_errors(missing=NotFound):
                pk = debtor_pk(bank_id, debtor_id)
                row = CollectionFileRow.get(pk, FILE_SK, consistent_read=True)
        except NotFound:
            return None
        return _file_of(row)

    def save(
        self,
        file: CollectionFile,
        contact: Contact | None = None,
        told: Sequence[Event] = (),
    ) -> None:
        """One transaction."""
        envelopes = [collection_envelope(file, event, self._clock) for event in told]
        self._commit(
            [
                _file_write(file),
                *_contact_writes(file, contact),
                *(Put(row=row) for row in outbox_rows(ServicingOutboxRow, envelopes)),
            ]
        )

    def contacts(self, bank_id: BankId, debtor_id: str) -> Sequence[Contact]:
        """One consistent query, the latest first."""
        with dynamo_errors():
            rows = ContactRow.query(
                debtor_pk(bank_id, debtor_id),
                ContactRow.sk.startswith(CONTACT_PREFIX),
                consistent_read=True,
                scan_index_forward=False,
                limit=MOST_LISTED,
            )
            return [_CONTACT.read(row.body) for row in rows]

    def worst_first(self, bank_id: BankId, branch_id: str | None) -> Sequence[CollectionFile]:
        """One query of the index; whoever works for a branch reads on until his answer is full."""
        only = None if branch_id is None else CollectionFileRow.branch_id == branch_id
        with dynamo_errors():
            rows = CollectionFileRow.by_work.query(
                work_pk(bank_id), filter_condition=only, limit=MOST_LISTED
            )
            return [_file_of(row) for row in rows]


def _file_of(row: CollectionFileRow) -> CollectionFile:
    return replace(_FILE.read(row.body), version=int(row.version))


def _file_write(file: CollectionFile) -> Put | Update:
    row = CollectionFileRow(debtor_pk(file.bank_id, file.debtor_id), FILE_SK)
    body = _FILE.write(replace(file, version=0))
    listed, place = _work_keys(file)
    if file.version == 0:
        row.gsi4pk, row.gsi4sk, row.body = listed, place, body
        row.branch_id = file.branch_id
        return Put(row=row, refused=CollectionChanged)
    actions: list[Action] = [CollectionFileRow.body.set(body)]
    for attribute, value in (
        (CollectionFileRow.gsi4pk, listed),
        (CollectionFileRow.gsi4sk, place),
    ):
        actions.append(attribute.remove() if value is None else attribute.set(value))
    return Update(
        row=row.at_version(file.version),
        actions=actions,
        condition=CollectionFileRow.version == file.version,
        refused=CollectionChanged,
    )


def _work_keys(file: CollectionFile) -> tuple[str | None, str | None]:
    worst = file.worst
    if worst is None:
        return None, None
    place = work_place(worst.days_overdue, file.overdue.minor, file.debtor_id)
    return work_pk(file.bank_id), place


def _contact_writes(file: CollectionFile, contact: Contact | None) -> Iterator[Put]:
    if contact is not None:
        sk = f"{CONTACT_PREFIX}{utc_text(contact.at)}#{contact.contact_id}"
        row = ContactRow(debtor_pk(file.bank_id, file.debtor_id), sk, body=_CONTACT.write(contact))
        yield Put(row=row, refused=CollectionChanged)
