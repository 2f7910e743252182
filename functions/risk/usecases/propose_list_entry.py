"""Propose a list entry (名单登记): it counts once another person approves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from puhui.china import resident_id, uscc
from puhui.clock import BusinessCalendar, Clock
from puhui.ids import derived_id
from puhui.tenancy import BankId
from risk.domain.approval import Act
from risk.domain.matching import SubjectKind
from risk.domain.name_lists import ListEntry, ListKind, check_entry
from risk.lists_ports import Fingerprints, ListEntries


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeListEntryCommand:
    """Who shall stand on which list, why, by which source, until when."""

    bank_id: BankId
    by: str
    key: str
    """The client's idempotency key: the same proposal again is the same entry."""
    list: ListKind
    kind: SubjectKind
    name: str = field(repr=False)
    code: str | None = field(repr=False)
    source: str
    reason: str = field(repr=False)
    expires_on: date | None


@dataclass(frozen=True)
class ProposeListEntry:
    """Check who it is and keep the proposal."""

    entries: ListEntries
    fingerprints: Fingerprints
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, command: ProposeListEntryCommand) -> ListEntry:
        """Answer the entry as it stands; the same proposal again changes nothing."""
        entry = ListEntry(
            bank_id=command.bank_id,
            entry_id=derived_id("nle", command.bank_id, command.by, command.key),
            list=command.list,
            kind=command.kind,
            name=command.name,
            source=command.source,
            reason=command.reason,
            expires_on=command.expires_on,
            proposed=Act(command.by, self.clock.now()),
        )
        if command.code is not None:
            code = checked_code(command.kind, command.code)
            entry = replace(entry, code=code, code_index=self.fingerprints.of(command.kind, code))
        check_entry(entry, self.calendar.today())
        return self.entries.add(entry)


def checked_code(kind: SubjectKind, code: str) -> str:
    """A firm's USCC or a person's identity number, with its check characters."""
    if kind == "firm":
        return uscc.validate(code, field="code").value
    return resident_id.validate(code, field="code").value
