"""Remove list entry (名单移除): proposed here, it happens once another person approves."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.tenancy import BankId
from risk.domain.name_lists import ListEntry
from risk.lists_ports import ListEntries


@dataclass(frozen=True)
class RemoveListEntry:
    """Ask for an entry to be taken off; it counts until somebody else agrees."""

    entries: ListEntries
    clock: Clock

    def __call__(self, bank_id: BankId, entry_id: str, *, reason: str, by: str) -> ListEntry:
        """Answer the entry, which waits for an approver."""
        entry = self.entries.get(bank_id, entry_id)
        return self.entries.save(entry.propose_removal(reason, by, self.clock.now()))
