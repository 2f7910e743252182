"""Decide list entry (名单审批): a second person approves or refuses an entry or its removal."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.tenancy import BankId
from risk.domain.name_lists import ListEntry
from risk.lists_ports import ListEntries


@dataclass(frozen=True)
class DecideListEntry:
    """Four eyes (四眼) over entries and removals alike."""

    entries: ListEntries
    clock: Clock

    def __call__(self, bank_id: BankId, entry_id: str, *, approved: bool, by: str) -> ListEntry:
        """Answer the entry as it then stands."""
        entry, now = self.entries.get(bank_id, entry_id), self.clock.now()
        return self.entries.save(entry.approve(by, now) if approved else entry.refuse(by, now))
