"""The ports of what risk's staff keep, in memory: lists, waivers, policies, shadows, reviews."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from puhui.contracts.facts import FactReference
from puhui.contracts.risk import DecisionRequest
from puhui.errors import PuhuiError, StaleVersion
from puhui.events import Envelope
from puhui.tenancy import BankId
from risk.domain.asking import AskedSubject
from risk.domain.errors import (
    ListEntryNotFound,
    PolicyVersionNotFound,
    PolicyVersionTaken,
    WaiverNotFound,
)
from risk.domain.exceptions import SCOPE_NAMES, Waiver
from risk.domain.matching import SubjectKind
from risk.domain.name_lists import EntryStatus, Hit, ListBook, ListEntry, Subject
from risk.domain.policy_lifecycle import PolicyVersion
from risk.domain.review import Handler, Review, ReviewStatus
from risk.domain.shadow import Comparison
from risk.policy_ports import ShadowRun
from tests.support.risk_desk import fingerprint


@dataclass
class InMemoryListEntries:
    """Entries by bank and id."""

    kept: dict[tuple[str, str], ListEntry] = field(default_factory=dict)

    def get(self, bank_id: BankId, entry_id: str) -> ListEntry:
        if (bank_id, entry_id) not in self.kept:
            raise ListEntryNotFound
        return self.kept[bank_id, entry_id]

    def add(self, entry: ListEntry) -> ListEntry:
        made = replace(entry, version=1)
        return self.kept.setdefault((entry.bank_id, entry.entry_id), made)

    def save(self, entry: ListEntry) -> ListEntry:
        if self.get(entry.bank_id, entry.entry_id).version != entry.version:
            raise StaleVersion
        saved = replace(entry, version=entry.version + 1)
        self.kept[entry.bank_id, entry.entry_id] = saved
        return saved

    def with_status(self, bank_id: BankId, status: EntryStatus) -> Sequence[ListEntry]:
        found = [e for (bank, _), e in sorted(self.kept.items()) if bank == bank_id]
        return [entry for entry in found if entry.status == status]

    def book(self, bank_id: BankId) -> ListBook:
        return ListBook.of(e for (bank, _), e in self.kept.items() if bank == bank_id)


@dataclass
class InMemoryHitLog:
    """Which entry was met by which decision."""

    noted: list[tuple[str, str, int]] = field(default_factory=list)

    def note(
        self, bank_id: BankId, decision_id: str, as_of: date, hits: Sequence[Hit], at: datetime
    ) -> None:
        for hit in hits:
            line = (hit.entry_id, decision_id, hit.score_ppm)
            if line not in self.noted:
                self.noted.append(line)


@dataclass(frozen=True)
class FixedSubjects:
    """These people ask, whatever the request says."""

    subjects: tuple[Subject, ...] = ()

    def of(self, request: DecisionRequest) -> tuple[Subject, ...]:
        return self.subjects


class FixedFingerprints:
    """Fingerprints for tests."""

    def of(self, kind: SubjectKind, code: str) -> str:
        return fingerprint(kind, code)


@dataclass
class InMemoryWaivers:
    """Waivers by bank and id."""

    kept: dict[tuple[str, str], Waiver] = field(default_factory=dict)

    def get(self, bank_id: BankId, waiver_id: str) -> Waiver:
        if (bank_id, waiver_id) not in self.kept:
            raise WaiverNotFound
        return self.kept[bank_id, waiver_id]

    def add(self, waiver: Waiver) -> Waiver:
        made = replace(waiver, version=1)
        return self.kept.setdefault((waiver.bank_id, waiver.waiver_id), made)

    def save(self, waiver: Waiver) -> Waiver:
        if self.get(waiver.bank_id, waiver.waiver_id).version != waiver.version:
            raise StaleVersion
        saved = replace(waiver, version=waiver.version + 1)
        self.kept[waiver.bank_id, waiver.waiver_id] = saved
        return saved

    def about(self, bank_id: BankId, application_id: str, customer_id: str) -> Sequence[Waiver]:
        whom = {"application": application_id, "customer": customer_id, "bank": bank_id}
        return [one for one in self.of_bank(bank_id) if whom[one.scope] == one.scope_id]

    def of_bank(self, bank_id: BankId) -> Sequence[Waiver]:
        order = list(SCOPE_NAMES)
        found = [one for (bank, _), one in self.kept.items() if bank == bank_id]
        return sorted(found, key=lambda one: (order.index(one.scope), one.scope_id, one.waiver_id))


@dataclass
class InMemoryPolicyVersions:
    """Versions by bank, policy and version, with their bytes."""

    kept: dict[tuple[str, str, str], PolicyVersion] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    shadows: dict[str, ShadowRun] = field(default_factory=dict)

    def get(self, bank_id: BankId, policy_id: str, version: str) -> PolicyVersion:
        if (bank_id, policy_id, version) not in self.kept:
            raise PolicyVersionNotFound
        return self.kept[bank_id, policy_id, version]

    def add(self, policy: PolicyVersion, body: bytes) -> PolicyVersion:
        self.bodies[hashlib.sha256(body).hexdigest()] = body
        key = (policy.bank_id, policy.policy_id, policy.version)
        known = self.kept.setdefault(key, replace(policy, revision=1))
        if known.sha256 != policy.sha256:
            raise PolicyVersionTaken
        return known

    def save(self, policy: PolicyVersion) -> PolicyVersion:
        key = (policy.bank_id, policy.policy_id, policy.version)
        if self.get(*key).revision != policy.revision:
            raise StaleVersion
        self.kept[key] = replace(policy, revision=policy.revision + 1)
        return self.kept[key]

    def of_bank(self, bank_id: BankId) -> Sequence[PolicyVersion]:
        return [one for (bank, *_), one in sorted(self.kept.items()) if bank == bank_id]

    def body(self, policy: PolicyVersion) -> bytes:
        return self.bodies[policy.sha256]

    def shadow(self, bank_id: BankId) -> ShadowRun | None:
        return self.shadows.get(bank_id)

    def set_shadow(self, bank_id: BankId, run: ShadowRun | None) -> None:
        if run is None:
            self.shadows.pop(bank_id, None)
        else:
            self.shadows[bank_id] = run


@dataclass
class InMemoryComparisons:
    """Comparisons by version."""

    kept: dict[tuple[str, str, str], dict[tuple[date, str], Comparison]] = field(
        default_factory=dict
    )

    def add(self, bank_id: BankId, policy_id: str, version: str, found: Comparison) -> None:
        place = self.kept.setdefault((bank_id, policy_id, version), {})
        place.setdefault((found.as_of, found.decision_id), found)

    def of(
        self, bank_id: BankId, policy_id: str, version: str
    ) -> tuple[Sequence[Comparison], bool]:
        place = self.kept.get((bank_id, policy_id, version), {})
        return [place[key] for key in sorted(place, reverse=True)], True


@dataclass
class InMemoryShadowSignals:
    """Decisions whose comparison was lost."""

    lost_of: list[str] = field(default_factory=list)

    def lost(self, bank_id: BankId, decision_id: str, error: PuhuiError) -> None:
        self.lost_of.append(decision_id)


@dataclass
class InMemoryReviews:
    """Reviews by bank and decision, with the events of those that were decided."""

    kept: dict[tuple[str, str], Review] = field(default_factory=dict)
    events: list[Envelope | str] = field(default_factory=list)

    def find(self, bank_id: BankId, decision_id: str) -> Review | None:
        return self.kept.get((bank_id, decision_id))

    def add(self, review: Review) -> Review:
        made = replace(review, version=1)
        return self.kept.setdefault((review.bank_id, review.decision_id), made)

    def save(self, review: Review) -> Review:
        if self.kept[review.bank_id, review.decision_id].version != review.version:
            raise StaleVersion
        saved = replace(review, version=review.version + 1)
        self.kept[review.bank_id, review.decision_id] = saved
        if review.decided is not None:
            self.events.append(review.event.name)
        return saved

    def with_status(self, bank_id: BankId, status: ReviewStatus) -> Sequence[Review]:
        found = [r for (b, _), r in self.kept.items() if b == bank_id and r.status == status]
        return sorted(found, key=lambda review: (review.due_at, review.review_id))


@dataclass
class InMemoryReviewTasks:
    """Tasks that were opened."""

    handler: Handler = "operations"
    opened: list[str] = field(default_factory=list)
    error: PuhuiError | None = None

    def open(self, review: Review) -> None:
        if self.error is not None:
            raise self.error
        self.opened.append(review.review_id)


@dataclass
class InMemoryInlineDocuments:
    """Documents that came in requests."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def keep(self, bank_id: BankId, product: str, body: bytes) -> FactReference:
        digest = hashlib.sha256(body).hexdigest()
        key = f"risk/{bank_id}/{digest}"
        self.kept[key] = body
        return FactReference(
            product=product, state="ok", bucket="documents", key=key, sha256=digest
        )


@dataclass
class CountingSeals:
    """A seal that differs every time, and a fingerprint that does not."""

    sealed: int = 0

    def seal(self, subject: AskedSubject, bank_id: BankId, application_id: str) -> str:
        self.sealed += 1
        return f"sealed-{self.sealed}"

    def index(self, subject: AskedSubject) -> str:
        return hashlib.sha256(subject.name.encode()).hexdigest()[:32]
