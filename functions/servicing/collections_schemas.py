"""What the API of collections takes and shows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from puhui.clock import utc_text
from puhui.contracts.common import Contract, Fen, Identifier, PositiveFen, ShortText
from servicing.domain.collections.buckets import Bucket
from servicing.domain.collections.contacts import (
    CHANNEL_NAMES,
    OUTCOME_NAMES,
    Channel,
    Contact,
    Outcome,
)
from servicing.domain.collections.file import CollectionFile, ThirdPerson
from servicing.domain.collections.next_action import next_action, why_not_now
from servicing.domain.collections.promises import PROMISE_NAMES, Promise, PromiseState
from servicing.domain.collections.rules import CollectionRules
from servicing.domain.collections.stops import STOP_NAMES, Stop, StopKind
from servicing.domain.collections.strategy import ACTION_NAMES, GRADE_NAMES, Action, Grade

LongText = Annotated[str, Field(min_length=1, max_length=1_000)]


class ContactBody(Contract):
    """A contact that just happened; its time is the server's."""

    channel: Channel
    outcome: Outcome
    third_person_id: Identifier | None = None
    note: ShortText | None = None


class PromiseBody(Contract):
    """What the debtor promised."""

    amount_fen: PositiveFen
    promised_for: date


class StopBody(Contract):
    """The complaint, or why the law stops collection."""

    text: LongText


class EndBody(Contract):
    """How the complaint was resolved, or why the hold is released."""

    text: LongText


class ThirdPersonBody(Contract):
    """Somebody who agreed to be contacted, and the document that proves it."""

    person_id: Identifier
    relation: ShortText
    consent_document_id: Identifier


class ContactView(Contract):
    """A contact on record."""

    contact_id: str
    loan_id: str
    by: str
    at: str
    channel: Channel
    channel_name: str
    outcome: Outcome
    outcome_name: str
    third_person_id: str | None
    note: str | None

    @classmethod
    def of(cls, one: Contact) -> ContactView:
        """A contact on the wire."""
        return cls(
            contact_id=one.contact_id,
            loan_id=one.loan_id,
            by=one.by,
            at=utc_text(one.at),
            channel=one.channel,
            channel_name=CHANNEL_NAMES[one.channel],
            outcome=one.outcome,
            outcome_name=OUTCOME_NAMES[one.outcome],
            third_person_id=one.third_person_id,
            note=one.note,
        )


class PromiseView(Contract):
    """A promise and what became of it."""

    promise_id: str
    loan_id: str
    amount_fen: Fen
    promised_for: date
    made_on: date
    taken_by: str
    state: PromiseState
    state_name: str
    judged_on: date | None

    @classmethod
    def of(cls, one: Promise) -> PromiseView:
        """A promise on the wire."""
        return cls(
            promise_id=one.promise_id,
            loan_id=one.loan_id,
            amount_fen=one.amount.minor,
            promised_for=one.promised_for,
            made_on=one.made_on,
            taken_by=one.taken_by,
            state=one.state,
            state_name=PROMISE_NAMES[one.state],
            judged_on=one.judged_on,
        )


class StopView(Contract):
    """A complaint or a legal hold; the borrower sees his own, without who works on it."""

    stop_id: str
    kind: StopKind
    kind_name: str
    loan_id: str
    raised_at: str
    text: str
    stands: bool
    ended_at: str | None
    ended_with: str | None
    raised_by: str | None
    ended_by: str | None

    @classmethod
    def of(cls, one: Stop, *, for_customer: bool = False) -> StopView:
        """A stop on the wire."""
        return cls(
            stop_id=one.stop_id,
            kind=one.kind,
            kind_name=STOP_NAMES[one.kind],
            loan_id=one.loan_id,
            raised_at=utc_text(one.at),
            text=one.text,
            stands=one.stands,
            ended_at=None if one.ended_at is None else utc_text(one.ended_at),
            ended_with=one.ended_with,
            raised_by=None if for_customer else one.by,
            ended_by=None if for_customer else one.ended_by,
        )


class ThirdPersonView(Contract):
    """A third person and whether he may be contacted."""

    person_id: str
    relation: str
    consent_document_id: str
    may_be_contacted: bool

    @classmethod
    def of(cls, one: ThirdPerson) -> ThirdPersonView:
        """A third person on the wire."""
        return cls(
            person_id=one.person_id,
            relation=one.relation,
            consent_document_id=one.consent_document_id,
            may_be_contacted=one.withdrawn_at is None,
        )


class CaseView(Contract):
    """A debtor in the work list: how late, how likely a cure, what to do, what forbids it now."""

    debtor_id: str
    branch_id: str
    loan_ids: tuple[str, ...]
    as_of: date
    days_overdue: int
    bucket: Bucket
    overdue_fen: Fen
    score_points: int | None
    grade: Grade
    grade_name: str
    action: Action
    action_name: str
    action_from: date
    waits_for: str | None
    """The rule or the promise that the next action waits for."""
    forbidden_now: str | None
    """The rule that forbids a call at this moment."""
    promises: tuple[PromiseView, ...]
    third_persons: tuple[ThirdPersonView, ...]

    @classmethod
    def of(
        cls, file: CollectionFile, day: date, now: datetime, rules: CollectionRules
    ) -> CaseView | None:
        """A file on the wire; None where nothing is overdue."""
        worst = file.worst
        if worst is None:
            return None
        action = next_action(file, day)
        return cls(
            debtor_id=file.debtor_id,
            branch_id=file.branch_id,
            loan_ids=tuple(one.loan_id for one in file.lines),
            as_of=worst.as_of,
            days_overdue=worst.days_overdue,
            bucket=worst.bucket,
            overdue_fen=file.overdue.minor,
            score_points=worst.points,
            grade=worst.grade,
            grade_name=GRADE_NAMES[worst.grade],
            action=action.action,
            action_name=ACTION_NAMES[action.action],
            action_from=action.from_day,
            waits_for=action.why,
            forbidden_now=why_not_now(file, now, rules),
            promises=tuple(PromiseView.of(one) for one in file.promises),
            third_persons=tuple(ThirdPersonView.of(one) for one in file.third_persons),
        )


class CaseList(Contract):
    """The work list, the worst first."""

    items: tuple[CaseView, ...]


class ContactList(Contract):
    """Every contact with a debtor, the latest first."""

    items: tuple[ContactView, ...]
