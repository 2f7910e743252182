"""What the API of name lists takes and shows; a code is never shown whole."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from puhui.clock import utc_text
from puhui.contracts.common import Contract, Identifier, ShortText
from puhui.tenancy import BankId
from risk.domain.approval import Act
from risk.domain.matching import SubjectKind
from risk.domain.name_lists import (
    LIST_NAMES,
    PROPOSAL_NAMES,
    STATUS_NAMES,
    SUBJECT_NAMES,
    EntryStatus,
    ListEntry,
    ListKind,
    ProposalKind,
    Refusal,
)
from risk.usecases.propose_list_entry import ProposeListEntryCommand

SHOWN_OF_CODE = 4
Name = Annotated[str, Field(min_length=1, max_length=100)]


class EntryBody(Contract):
    """Who shall stand on a list; a code (USCC or identity number) where it is known."""

    list: ListKind
    kind: SubjectKind
    name: Name
    code: Annotated[str, Field(min_length=18, max_length=18)] | None = None
    source: ShortText
    reason: ShortText
    expires_on: date | None = None

    def to_command(self, bank_id: BankId, by: str, key: str) -> ProposeListEntryCommand:
        """The proposal of one person."""
        return ProposeListEntryCommand(bank_id=bank_id, by=by, key=key, **dict(self))


class RemovalBody(Contract):
    """Why an entry shall be taken off."""

    reason: ShortText


class VerdictBody(Contract):
    """What the second person says."""

    approved: bool


class EntryQuery(Contract):
    """Entries at which stage."""

    status: EntryStatus = EntryStatus.LIVE


class ActView(Contract):
    """Who did it, and when."""

    by: str
    at: str

    @classmethod
    def of(cls, act: Act | None) -> ActView | None:
        """Nobody has, or this person."""
        return None if act is None else cls.of_act(act)

    @classmethod
    def of_act(cls, act: Act) -> ActView:
        """This person, then."""
        return cls(by=act.by, at=utc_text(act.at))


class RefusalView(Contract):
    """A proposal that another person refused."""

    of: ProposalKind
    of_name: str
    reason: str
    proposed: ActView
    refused: ActView

    @classmethod
    def of_refusal(cls, refusal: Refusal) -> RefusalView:
        """Show who proposed what and why, and who refused it when."""
        return cls(
            of=refusal.of,
            of_name=PROPOSAL_NAMES[refusal.of],
            reason=refusal.reason,
            proposed=ActView.of_act(refusal.proposed),
            refused=ActView.of_act(refusal.refused),
        )


class EntryView(Contract):
    """An entry as risk's staff see it."""

    entry_id: Identifier
    list: ListKind
    list_name: str
    kind: SubjectKind
    kind_name: str
    name: Name
    code_masked: str | None
    source: str
    reason: str
    expires_on: date | None
    status: EntryStatus
    status_name: str
    proposed: ActView | None
    approved: ActView | None
    removal_reason: str | None
    removal_proposed: ActView | None
    removed: ActView | None
    refusals: tuple[RefusalView, ...]

    @classmethod
    def of(cls, entry: ListEntry) -> EntryView:
        """Show an entry."""
        code = entry.code
        return cls(
            entry_id=entry.entry_id,
            list=entry.list,
            list_name=LIST_NAMES[entry.list],
            kind=entry.kind,
            kind_name=SUBJECT_NAMES[entry.kind],
            name=entry.name,
            code_masked=None if code is None else f"****{code[-SHOWN_OF_CODE:]}",
            source=entry.source,
            reason=entry.reason,
            expires_on=entry.expires_on,
            status=entry.status,
            status_name=STATUS_NAMES[entry.status],
            proposed=ActView.of(entry.proposed),
            approved=ActView.of(entry.approved),
            removal_reason=entry.removal_reason,
            removal_proposed=ActView.of(entry.removal_proposed),
            removed=ActView.of(entry.removed),
            refusals=tuple(RefusalView.of_refusal(one) for one in entry.refusals),
        )


class EntryList(Contract):
    """Entries at one stage."""

    count: int
    items: tuple[EntryView, ...]
