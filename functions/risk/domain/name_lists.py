"""Name lists (名单): black, grey and white; who stands on them, how, and what a hit counts as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Literal

from puhui.tenancy import BankId
from risk.domain.approval import Act, check_another_person
from risk.domain.errors import ListEntryRefused, NotAtThisStage
from risk.domain.indicators.values import State
from risk.domain.matching import PPM, Likeness, NameIndex, SubjectKind, core_name

ListKind = Literal["black", "grey", "white"]
LIST_NAMES: Final[Mapping[ListKind, str]] = {"black": "黑名单", "grey": "灰名单", "white": "白名单"}
SUBJECT_NAMES: Final[Mapping[SubjectKind, str]] = {"firm": "企业", "person": "自然人"}
MAX_WHITE_DAYS: Final = 366
"""Starting value of ours: trust is renewed every year."""
MAX_REFUSALS: Final = 50
"""Refused proposals that one entry keeps, below 60 KB; a matter refused that often is closed.

Of a white entry it is not: that helps whoever stands there, so its removal stays proposable.
"""
ProposalKind = Literal["entry", "removal"]
PROPOSAL_NAMES: Final[Mapping[ProposalKind, str]] = {"entry": "登记", "removal": "移除"}


class EntryStatus(StrEnum):
    """Where an entry stands on its way onto a list and off it."""

    PROPOSED = "proposed"
    LIVE = "live"
    REMOVAL_PROPOSED = "removal_proposed"
    REMOVED = "removed"
    REFUSED = "refused"


STATUS_NAMES: Final[Mapping[EntryStatus, str]] = {
    EntryStatus.PROPOSED: "待审批",
    EntryStatus.LIVE: "生效",
    EntryStatus.REMOVAL_PROPOSED: "待审批移除",
    EntryStatus.REMOVED: "已移除",
    EntryStatus.REFUSED: "未通过",
}
COUNTING: Final = frozenset({EntryStatus.LIVE, EntryStatus.REMOVAL_PROPOSED})
"""An entry counts until its removal is approved, not until it is proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Somebody as the lists may know them: a name, and a fingerprint of the code if any."""

    kind: SubjectKind
    name: str = field(repr=False)
    code_index: str | None = None

    @property
    def identified(self) -> bool:
        """Whether the lists can know them: by the code, and by a name that says something."""
        return self.code_index is not None and bool(core_name(self.name, self.kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A proposal that did not happen: what was proposed, why, by whom, and who refused it."""

    of: ProposalKind
    reason: str = field(repr=False)
    proposed: Act
    refused: Act


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """One line of a list: who, since when, why, until when, and which two people decided it."""

    bank_id: BankId
    entry_id: str
    list: ListKind
    kind: SubjectKind
    name: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    """USCC or identity number; stored encrypted, found by its fingerprint."""
    code_index: str | None = None
    source: str
    reason: str = field(repr=False)
    expires_on: date | None
    proposed: Act
    approved: Act | None = None
    status: EntryStatus = EntryStatus.PROPOSED
    removal_reason: str | None = field(default=None, repr=False)
    removal_proposed: Act | None = None
    removed: Act | None = None
    refusals: tuple[Refusal, ...] = ()
    """Every proposal that another person refused, in order; none is ever forgotten."""
    version: int = 0

    def counts_on(self, day: date) -> bool:
        """An approved entry counts through its last day."""
        return self.status in COUNTING and (self.expires_on is None or day <= self.expires_on)

    def approve(self, by: str, at: datetime) -> ListEntry:
        """Another person lets what was proposed happen: the entry, or its removal."""
        if self.status is EntryStatus.PROPOSED:
            check_another_person(by, self.proposed)
            return replace(self, status=EntryStatus.LIVE, approved=Act(by, at))
        if self.status is EntryStatus.REMOVAL_PROPOSED:
            check_another_person(by, self.removal_proposed)
            return replace(self, status=EntryStatus.REMOVED, removed=Act(by, at))
        raise _wrong_stage(self)

    def refuse(self, by: str, at: datetime) -> ListEntry:
        """Another person does not let it happen: no entry, or no removal."""
        if self.status is EntryStatus.PROPOSED:
            refused = self._refused("entry", self.reason, self.proposed, Act(by, at))
            return replace(refused, status=EntryStatus.REFUSED)
        if self.status is EntryStatus.REMOVAL_PROPOSED and self.removal_proposed is not None:
            reason, proposed = self.removal_reason or "", self.removal_proposed
            refused = self._refused("removal", reason, proposed, Act(by, at))
            return replace(
                refused, status=EntryStatus.LIVE, removal_proposed=None, removal_reason=None
            )
        raise _wrong_stage(self)

    def propose_removal(self, reason: str, by: str, at: datetime) -> ListEntry:
        """Ask for a living entry to be taken off its list; off the white one however often."""
        if self.status is not EntryStatus.LIVE:
            raise _wrong_stage(self)
        if self.list != "white":
            self._check_refusals("it is proposed no more")
        return replace(
            self,
            status=EntryStatus.REMOVAL_PROPOSED,
            removal_reason=reason,
            removal_proposed=Act(by, at),
        )

    def _refused(self, of: ProposalKind, reason: str, proposed: Act, refused: Act) -> ListEntry:
        check_another_person(refused.by, proposed)
        self._check_refusals("approve this proposal or leave it waiting")
        refusal = Refusal(of=of, reason=reason, proposed=proposed, refused=refused)
        return replace(self, refusals=(*self.refusals, refusal))

    def _check_refusals(self, instead: str) -> None:
        if len(self.refusals) >= MAX_REFUSALS:
            told = f"its removal was refused {MAX_REFUSALS} times: {instead}"
            raise _refused("entry_id", "entry.refusals", told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An entry that the subject matches, and which list it counts for."""

    entry_id: str
    list: ListKind
    match: Literal["code", "name"]
    score_ppm: int
    counts_as: ListKind | None

    @property
    def strength(self) -> tuple[bool, int]:
        """A code is more than a name, a closer name more than another."""
        return self.match == "code", self.score_ppm

    def to_record(self) -> dict[str, Any]:
        """Ids and numbers only; a decision's record holds no name."""
        return {
            "entry_id": self.entry_id,
            "list": self.list,
            "match": self.match,
            "score_ppm": self.score_ppm,
            "counts_as": self.counts_as,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What the lists say about who asks; without a subject they say nothing, not "no hit"."""

    state: State
    hits: tuple[Hit, ...] = ()

    def to_record(self) -> dict[str, Any]:
        """The screening as a decision's record keeps it."""
        return {"state": self.state.value, "hits": [hit.to_record() for hit in self.hits]}


@dataclass(frozen=True, slots=True)
class ListBook:
    """All counting entries of a bank, ready to be searched."""

    entries: Mapping[str, ListEntry]
    by_code: Mapping[tuple[SubjectKind, str], tuple[str, ...]]
    by_name: Mapping[SubjectKind, NameIndex]

    @classmethod
    def of(cls, entries: Iterable[ListEntry]) -> ListBook:
        """Index the entries that count on some day."""
        kept = {one.entry_id: one for one in entries if one.status in COUNTING}
        by_code: dict[tuple[SubjectKind, str], tuple[str, ...]] = {}
        for key, one in kept.items():
            if one.code_index is not None:
                place = (one.kind, one.code_index)
                by_code[place] = (*by_code.get(place, ()), key)
        by_name = {
            kind: NameIndex.of(
                (key, core_name(one.name, kind)) for key, one in kept.items() if one.kind == kind
            )
            for kind in SUBJECT_NAMES
        }
        return cls(kept, by_code, by_name)

    def hits(self, subjects: Iterable[Subject], day: date) -> tuple[Hit, ...]:
        """Every entry that matches one of the subjects on a day, each once, by id."""
        found: dict[str, Hit] = {}
        for subject in subjects:
            for hit in self._hits_of(subject, day):
                known = found.get(hit.entry_id)
                if known is None or hit.strength > known.strength:
                    found[hit.entry_id] = hit
        return tuple(found[key] for key in sorted(found))

    def _hits_of(self, subject: Subject, day: date) -> list[Hit]:
        codes = self.by_code.get((subject.kind, subject.code_index or ""), ())
        index = self.by_name[subject.kind]
        name = core_name(subject.name, subject.kind)
        names = index.like(name) if subject.kind == "firm" else index.equal_to(name)
        hits = [self._by_code(key) for key in codes]
        hits += [self._by_name(subject, one) for one in names if one.key not in codes]
        return [hit for hit in hits if self.entries[hit.entry_id].counts_on(day)]

    def _by_code(self, key: str) -> Hit:
        entry = self.entries[key]
        return Hit(entry_id=key, list=entry.list, match="code", score_ppm=PPM, counts_as=entry.list)

    def _by_name(self, subject: Subject, likeness: Likeness) -> Hit:
        entry = self.entries[likeness.key]
        return Hit(
            entry_id=entry.entry_id,
            list=entry.list,
            match="name",
            score_ppm=likeness.score_ppm,
            counts_as=name_counts_as(entry, subject, likeness.score_ppm),
        )


def name_counts_as(entry: ListEntry, subject: Subject, score_ppm: int) -> ListKind | None:
    """A name alone condemns only a firm of exactly that name whose code is not known to differ.

    Persons have namesakes and names are alike: then a black entry counts as grey, so that somebody
    looks. A white entry never counts by name: anybody can take a name.
    """
    if entry.list == "white":
        return None
    codes = (entry.code_index, subject.code_index)
    other_code = None not in codes and codes[0] != codes[1]
    certain = entry.kind == "firm" and score_ppm == PPM and not other_code
    return entry.list if certain else "grey"


def check_entry(entry: ListEntry, today: date) -> None:
    """A white entry has a code and an end; nothing expires before it begins."""
    if entry.expires_on is not None and entry.expires_on < today:
        raise _refused("expires_on", "entry.expired", "the entry has expired before it begins")
    if entry.list == "white" and entry.code is None:
        raise _refused("code", "entry.white_code", "a name alone does not put anybody on white")
    if entry.list == "white":
        if entry.expires_on is None:
            raise _refused("expires_on", "entry.white_expiry", "a white entry ends some day")
        if (entry.expires_on - today).days > MAX_WHITE_DAYS:
            raise _refused(
                "expires_on", "entry.white_days", f"a white entry lasts {MAX_WHITE_DAYS} days"
            )
    if not core_name(entry.name, entry.kind):
        raise _refused("name", "entry.name", "the name has no letters")


def _refused(field_name: str, rule: str, message: str) -> ListEntryRefused:
    return ListEntryRefused(message, field=field_name, rule=rule)


def _wrong_stage(entry: ListEntry) -> NotAtThisStage:
    return NotAtThisStage(f"the entry is {entry.status.value}", field="status", rule="entry.status")
