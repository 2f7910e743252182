"""A debtor's collection file (催收档案): overdue loans, contacts, promises, stops, third persons.

One file holds what counts across all loans of a debtor, so that two collectors together cannot
approach him more often than one might.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from puhui.money import Money
from puhui.tenancy import BankId
from servicing.domain.classification.facts import DebtorLoan
from servicing.domain.collections.case import CaseLine, broken
from servicing.domain.collections.contacts import Contact, check_frequency, check_window
from servicing.domain.collections.errors import (
    CollectorIsJudge,
    ContactRefused,
    KeyStandsForAnother,
    PromiseRefused,
    StopNotFound,
    ThirdPersonNotFound,
)
from servicing.domain.collections.promises import Promise, PromiseState, check_promise
from servicing.domain.collections.rules import CollectionRules
from servicing.domain.collections.stops import Stop, StopKind

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdPerson:
    """Somebody whom the debtor named and who agreed, as a document proves."""

    person_id: str
    relation: str
    consent_document_id: str
    recorded_by: str
    recorded_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionFile:
    """Everything that decides whether and how a debtor is approached."""

    bank_id: BankId
    debtor_id: str
    branch_id: str
    lines: tuple[CaseLine, ...] = ()
    contacts: tuple[Contact, ...] = ()
    """Those of the last days; every contact ever made has a row of its own."""
    promises: tuple[Promise, ...] = ()
    stops: tuple[Stop, ...] = ()
    third_persons: tuple[ThirdPerson, ...] = ()
    version: int = 0

    @property
    def worst(self) -> CaseLine | None:
        """The loan that is overdue for longest, then by amount."""
        return max(self.lines, key=lambda one: (one.days_overdue, one.overdue), default=None)

    @property
    def overdue(self) -> Money:
        """All that is overdue."""
        return Money.total(one.overdue for one in self.lines)

    @property
    def stop(self) -> Stop | None:
        """What stops all contact now; a complaint before a legal hold."""
        standing = [one for one in self.stops if one.stands]
        return min(standing, key=lambda one: one.kind.value, default=None)

    def open_promise(self, loan_id: str) -> Promise | None:
        """The promise that waits for its day."""
        found = (one for one in self.promises if one.loan_id == loan_id)
        return next((one for one in found if one.state is PromiseState.OPEN), None)

    def broken_promises(self, loan_id: str) -> int:
        """How many promises for the loan were broken."""
        return broken(self.promises, loan_id)

    def check_contact(self, contact: Contact, rules: CollectionRules) -> None:
        """Raise ContactRefused with the first rule that the contact would break."""
        if self.stop is not None:
            raise ContactRefused(
                f"{self.stop.stop_id} stops all contact", field="loan_id",
                rule=f"contact.{self.stop.kind.value}",
            )  # fmt: skip
        if contact.loan_id not in {one.loan_id for one in self.lines}:
            raise ContactRefused("nothing is overdue", field="loan_id", rule="contact.overdue")
        self._check_consent(contact)
        check_window(contact.channel, contact.at, rules)
        check_frequency(contact, self.contacts, rules)

    def contacted(self, contact: Contact, rules: CollectionRules) -> CollectionFile:
        """With a contact that the rules allow."""
        self.check_contact(contact, rules)
        since = contact.day - timedelta(days=rules.kept_days)
        kept = tuple(one for one in self.contacts if one.day > since)
        return replace(self, contacts=(*kept, contact))

    def promised(
        self, promise: Promise, loan: DebtorLoan, rules: CollectionRules
    ) -> CollectionFile:
        """With a promise; a loan has one open promise at a time."""
        check_promise(promise, loan, rules)
        if self.open_promise(promise.loan_id) is not None:
            raise PromiseRefused(
                "the promise before is still open", field="loan_id", rule="promise.open"
            )
        return replace(self, promises=(*self.promises, promise))

    def stopped(self, stop: Stop) -> CollectionFile:
        """With a complaint or a legal hold."""
        return replace(self, stops=(*self.stops, stop))

    def find_stop(self, stop_id: str, kind: StopKind) -> Stop:
        """A complaint or a legal hold, ended or not."""
        for one in self.stops:
            if (one.stop_id, one.kind) == (stop_id, kind):
                return one
        raise StopNotFound(f"no {kind.value} {stop_id}")

    def resumed(self, stop: Stop, by: str, at: datetime, how: str) -> CollectionFile:
        """With the end of a stop; who approached the debtor does not judge a complaint."""
        makers = {one.by for one in self.contacts} | {stop.by}
        if stop.kind is StopKind.COMPLAINT and by in makers:
            raise CollectorIsJudge(field="resolved_by", rule="complaint.four_eyes")
        ended = tuple(one.end(by, at, how) if one == stop else one for one in self.stops)
        return replace(self, stops=ended)

    def naming(self, person: ThirdPerson) -> CollectionFile:
        """With a third person who agreed; naming again replaces what was said before."""
        others = tuple(x for x in self.third_persons if x.person_id != person.person_id)
        return replace(self, third_persons=(*others, person))

    def without(self, person_id: str, at: datetime) -> CollectionFile:
        """Whoever asks not to be contacted is not contacted again."""
        if all(one.person_id != person_id for one in self.third_persons):
            raise ThirdPersonNotFound(f"no person {person_id}")
        return replace(
            self,
            third_persons=tuple(
                replace(one, withdrawn_at=one.withdrawn_at or at)
                if one.person_id == person_id
                else one
                for one in self.third_persons
            ),
        )

    def reviewed(
        self, loans: Iterable[DebtorLoan], lines: Iterable[CaseLine], day: date
    ) -> CollectionFile:
        """After a night: the overdue loans as they stand, and every open promise judged."""
        by_id = {one.position.loan_id: one for one in loans}
        judged = tuple(
            one.judged(by_id[one.loan_id], day) if one.loan_id in by_id else one
            for one in self.promises
        )
        return replace(self, lines=tuple(lines), promises=judged)

    def _check_consent(self, contact: Contact) -> None:
        person_id = contact.third_person_id
        if person_id is None:
            return
        agreed = {one.person_id for one in self.third_persons if one.withdrawn_at is None}
        if person_id not in agreed:
            raise ContactRefused(
                "a third person is contacted only with consent on record",
                field="third_person_id",
                rule="contact.third_person_consent",
            )


def same_or_refuse(known: T, again: T, told_apart_by: tuple[str, ...]) -> T:
    """What a key stands for: the same again answers what is there, anything else is refused."""
    if any(getattr(known, name) != getattr(again, name) for name in told_apart_by):
        raise KeyStandsForAnother(field="Idempotency-Key", rule="idempotency.payload")
    return known
