"""Name lists in DynamoDB: entries read together, remembered until one that counts changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from puhui.dynamodb import FieldCipher, dynamo_errors, transaction
from puhui.errors import Conflict, NotFound, StaleVersion
from puhui.observability import logger, metrics
from puhui.tenancy import BankId
from risk.adapters.rows_lists import (
    ENTRY_PREFIX,
    HEAD_SK,
    ListEntryRow,
    ListHeadRow,
    ListHitRow,
    hits_pk,
    lists_pk,
)
from risk.adapters.rows_sealed import SealedBody
from risk.domain.errors import ListEntryNotFound, ListEntryRefused
from risk.domain.name_lists import COUNTING, EntryStatus, Hit, ListBook, ListEntry

MAX_COUNTING: Final = 20_000
"""Entries of one bank that count: 20 MB in memory; a search among them takes 10 ms."""


@dataclass(frozen=True)
class _Remembered:
    revision: int
    entries: dict[tuple[str, int], ListEntry]
    book: ListBook


class _EntryExists(Conflict):
    """This proposal was made before."""


@dataclass(frozen=True)
class DynamoListEntries:
    """`risk.lists_ports.ListEntries` on the module's table."""

    cipher: FieldCipher
    _books: dict[BankId, _Remembered] = field(default_factory=dict)

    def get(self, bank_id: BankId, entry_id: str) -> ListEntry:
        """One strongly consistent read."""
        with dynamo_errors(missing=ListEntryNotFound):
            row = ListEntryRow.get(lists_pk(bank_id), ENTRY_PREFIX + entry_id, consistent_read=True)
        return self._entry(row)

    def add(self, entry: ListEntry) -> ListEntry:
        """Keep a new proposal; one with this id stands as it is."""
        try:
            with dynamo_errors(conflict=_EntryExists):
                self._row(entry, revision=0).save()
        except _EntryExists:
            return self.get(entry.bank_id, entry.entry_id)
        return replace(entry, version=1)

    def save(self, entry: ListEntry) -> ListEntry:
        """Keep a changed entry; a change of what counts moves the head in the same transaction."""
        before = self.get(entry.bank_id, entry.entry_id)
        change = (entry.status in COUNTING) - (before.status in COUNTING)
        head = self._head(entry.bank_id)
        revision = int(head.revision) + 1
        if head.counting + change > MAX_COUNTING:
            raise ListEntryRefused(
                f"a bank's lists hold {MAX_COUNTING} entries", rule="entry.too_many"
            )
        with transaction(conflict=StaleVersion) as write:
            write.save(self._row(entry, revision=revision).at_version(entry.version))
            if change:
                head.revision, head.counting = revision, head.counting + change
                write.save(head)
        return replace(entry, version=entry.version + 1)

    def with_status(self, bank_id: BankId, status: EntryStatus) -> Sequence[ListEntry]:
        """Entries at a stage, by id."""
        return [self._entry(row) for row in self._rows(bank_id) if row.status == status]

    def book(self, bank_id: BankId) -> ListBook:
        """One small read when nothing changed; else the partition, opening only what is new."""
        revision = int(self._head(bank_id).revision)
        known = self._books.get(bank_id)
        if known is not None and known.revision == revision:
            return known.book
        opened = {} if known is None else known.entries
        rows = self._rows(bank_id)
        entries = {
            (row.sk, int(row.version)): opened.get((row.sk, int(row.version))) or self._entry(row)
            for row in rows
            if row.status in COUNTING
        }
        book = ListBook.of(entries.values())
        if max((int(row.revision) for row in rows), default=0) >= revision:
            # A query may see the head of a transaction before its entry; then it is read again.
            self._books[bank_id] = _Remembered(revision, entries, book)
        return book

    def _rows(self, bank_id: BankId) -> list[ListEntryRow]:
        with dynamo_errors():
            return list(
                ListEntryRow.query(
                    lists_pk(bank_id),
                    ListEntryRow.sk.startswith(ENTRY_PREFIX),
                    consistent_read=True,
                )
            )

    def _head(self, bank_id: BankId) -> ListHeadRow:
        try:
            with dynamo_errors(missing=NotFound):
                return ListHeadRow.get(lists_pk(bank_id), HEAD_SK, consistent_read=True)
        except NotFound:
            return ListHeadRow(lists_pk(bank_id), HEAD_SK, revision=0, counting=0)

    def _row(self, entry: ListEntry, *, revision: int) -> ListEntryRow:
        row = ListEntryRow(
            lists_pk(entry.bank_id),
            ENTRY_PREFIX + entry.entry_id,
            status=entry.status.value,
            revision=revision,
        )
        SealedBody(ListEntry, self.cipher).write(row, replace(entry, version=0), entry.bank_id)
        return row

    def _entry(self, row: ListEntryRow) -> ListEntry:
        entry = SealedBody(ListEntry, self.cipher).read(row)
        return replace(entry, version=int(row.version))


class DynamoHitLog:
    """`risk.lists_ports.HitLog`: a row, a line and a count for each hit."""

    def note(
        self, bank_id: BankId, decision_id: str, as_of: date, hits: Sequence[Hit], at: datetime
    ) -> None:
        """Written once; a decision that is computed again finds its rows."""
        for hit in hits:
            row = ListHitRow(
                hits_pk(bank_id, hit.entry_id),
                f"{as_of.isoformat()}#{decision_id}",
                decision_id=decision_id,
                noted_at=at,
                **hit.to_record(),
            )
            try:
                with dynamo_errors(conflict=_EntryExists):
                    row.save()
            except _EntryExists:
                continue
            metrics.count("ListHit", bank_id=bank_id, list=hit.list, match=hit.match)
            logger.info(
                "name list hit",
                bank_id=bank_id,
                decision_id=decision_id,
                entry_id=hit.entry_id,
                list=hit.list,
                match=hit.match,
                score_ppm=hit.score_ppm,
            )
