"""A contact (催收触达), and whether it is allowed: window, frequency, consent, stops.

Every contact is judged at the instant at which it is recorded. One that is against a rule is
refused with the rule's name, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from puhui.clock import CHINA
from servicing.domain.collections.errors import ContactRefused
from servicing.domain.collections.rules import CollectionRules

WEEK: Final = timedelta(days=7)


class Channel(StrEnum):
    """How somebody is approached."""

    CALL = "call"
    SMS = "sms"
    MESSAGE = "message"
    VISIT = "visit"
    LETTER = "letter"


CHANNEL_NAMES: Final[Mapping[Channel, str]] = {
    Channel.CALL: "电话",
    Channel.SMS: "短信",
    Channel.MESSAGE: "即时消息",
    Channel.VISIT: "上门",
    Channel.LETTER: "信函",
}


class Outcome(StrEnum):
    """What came of it."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    MESSAGE_LEFT = "message_left"
    WRONG_PERSON = "wrong_person"


OUTCOME_NAMES: Final[Mapping[Outcome, str]] = {
    Outcome.REACHED: "已联系本人",
    Outcome.NO_ANSWER: "未接通",
    Outcome.REFUSED: "拒绝沟通",
    Outcome.MESSAGE_LEFT: "已留言",
    Outcome.WRONG_PERSON: "非本人",
}
ANSWERED: Final = frozenset({Outcome.REACHED, Outcome.REFUSED, Outcome.WRONG_PERSON})


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody was approached: by whom, when, how, with which outcome."""

    contact_id: str
    loan_id: str
    by: str
    at: datetime
    channel: Channel
    outcome: Outcome
    third_person_id: str | None = None
    """None: the debtor."""
    note: str | None = None

    @property
    def day(self) -> date:
        """The day in China."""
        return self.at.astimezone(CHINA).date()


def check_window(channel: Channel, at: datetime, rules: CollectionRules) -> None:
    """Nobody is approached at night; a letter lies in the box until the morning."""
    if channel is Channel.LETTER:
        return
    local = at.astimezone(CHINA).time()
    if not rules.opens_at <= local < rules.closes_at:
        raise ContactRefused(
            f"contacts are allowed from {rules.opens_at:%H:%M} to {rules.closes_at:%H:%M} in China",
            field="at",
            rule="contact.window",
        )


def check_frequency(contact: Contact, before: Iterable[Contact], rules: CollectionRules) -> None:
    """So often a day and in seven days, for the debtor and for each third person."""
    same = [one for one in before if one.third_person_id == contact.third_person_id]
    third = contact.third_person_id is not None
    in_a_day = rules.third_person_per_day if third else rules.debtor_per_day
    in_a_week = rules.third_person_per_week if third else rules.debtor_per_week
    today = sum(1 for one in same if one.day == contact.day)
    week = sum(1 for one in same if contact.day - WEEK < one.day <= contact.day)
    if today >= in_a_day:
        raise _too_often("contact.per_day", f"{in_a_day} a day", third)
    if week >= in_a_week:
        raise _too_often("contact.per_week", f"{in_a_week} in seven days", third)


def answered_percent(contacts: Iterable[Contact], since: date) -> int | None:
    """接通率 of the calls to the debtor since a day; None when nobody called."""
    calls = [
        one
        for one in contacts
        if one.channel is Channel.CALL and one.third_person_id is None and one.day >= since
    ]
    if not calls:
        return None
    return 100 * sum(1 for one in calls if one.outcome in ANSWERED) // len(calls)


def _too_often(rule: str, limit: str, third: bool) -> ContactRefused:
    whom = "a third person" if third else "the debtor"
    return ContactRefused(f"{whom} is contacted at most {limit}", field="at", rule=rule)
