"""The next step with a debtor (下一步动作): what, from which day, and why not now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from servicing.domain.collections.contacts import Channel, Contact, Outcome
from servicing.domain.collections.errors import ContactRefused
from servicing.domain.collections.file import CollectionFile
from servicing.domain.collections.rules import CollectionRules
from servicing.domain.collections.strategy import Action, plan_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAction:
    """What to do from a day on; `why` names what holds it back, None when nothing does."""

    action: Action
    from_day: date
    why: str | None = None


def next_action(file: CollectionFile, day: date) -> NextAction:
    """A stop or an open promise waits; else the strategy's action, after its pause."""
    worst = file.worst
    if worst is None:
        return NextAction(action=Action.WAIT, from_day=day, why="contact.overdue")
    if file.stop is not None:
        return NextAction(action=Action.WAIT, from_day=day, why=f"contact.{file.stop.kind.value}")
    promise = file.open_promise(worst.loan_id)
    if promise is not None and day <= promise.promised_for:
        after = promise.promised_for + timedelta(days=1)
        return NextAction(action=Action.WAIT, from_day=after, why="promise.open")
    plan = plan_of(worst.bucket, worst.grade, file.broken_promises(worst.loan_id))
    last = max((one.day for one in file.contacts if one.third_person_id is None), default=None)
    earliest = day if last is None else max(day, last + timedelta(days=plan.every_days))
    return NextAction(action=plan.action, from_day=earliest)


def why_not_now(file: CollectionFile, at: datetime, rules: CollectionRules) -> str | None:
    """The rule that forbids to call the debtor at an instant, or None when it is allowed."""
    worst = file.worst
    call = Contact(
        contact_id="",
        loan_id=worst.loan_id if worst else "",
        by="",
        at=at,
        channel=Channel.CALL,
        outcome=Outcome.NO_ANSWER,
    )
    try:
        file.check_contact(call, rules)
    except ContactRefused as refused:
        return refused.rule
    return None
