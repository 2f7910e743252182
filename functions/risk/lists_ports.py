"""What name lists need from outside, and what a decision asks of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from puhui.contracts.risk import DecisionRequest
from puhui.tenancy import BankId
from risk.domain.matching import SubjectKind
from risk.domain.name_lists import EntryStatus, Hit, ListBook, ListEntry, Screening, Subject


class NameLists(Protocol):
    """What the decision asks: who of the bank's lists is this? (`usecases.screen_subject`)"""

    def __call__(self, request: DecisionRequest, decision_id: str) -> Screening:
        """The hits, each noted; `missing` when nobody says who asks."""
        ...


class ListEntries(Protocol):
    """The entries of a bank's lists, those on their way included."""

    def get(self, bank_id: BankId, entry_id: str) -> ListEntry:
        """One entry as last written, or `ListEntryNotFound`."""
        ...

    def add(self, entry: ListEntry) -> ListEntry:
        """Keep a new proposal; the same proposal again answers the entry that stands."""
        ...

    def save(self, entry: ListEntry) -> ListEntry:
        """Keep a changed entry, or `StaleVersion`; the next decision sees it."""
        ...

    def with_status(self, bank_id: BankId, status: EntryStatus) -> Sequence[ListEntry]:
        """Entries at a stage, by id."""
        ...

    def book(self, bank_id: BankId) -> ListBook:
        """Everything that counts, as of the last change."""
        ...


class HitLog(Protocol):
    """Every hit leaves a trace: which entry, which decision, how alike; no name."""

    def note(
        self, bank_id: BankId, decision_id: str, as_of: date, hits: Sequence[Hit], at: datetime
    ) -> None:
        """Keep one row for each hit; the same decision again changes nothing."""
        ...


class Subjects(Protocol):
    """Who asks, out of the sealed party."""

    def of(self, request: DecisionRequest) -> tuple[Subject, ...]:
        """The firm and the people behind it; nobody when there is no seal or it does not open."""
        ...


class Fingerprints(Protocol):
    """Keyed fingerprints of codes."""

    def of(self, kind: SubjectKind, code: str) -> str:
        """The same for every spelling of the code."""
        ...
