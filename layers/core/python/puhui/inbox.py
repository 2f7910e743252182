"""Consumers act once per event, although the bus may deliver it many times.

inbox = DynamoInbox(ServicingInboxRow, clock)

# 1. The effect is rows of one's own table: write the mark with them, in one transaction.
with transaction(conflict=AlreadyConsumed) as write:
    write.save(row)
    write.save(inbox.mark("book_loan", envelope.event_id))

# 2. The effect is elsewhere (a call, a message): claim, act, mark done. A crash in between
#    frees the claim after the lease, so the effect itself must bear a repetition.
inbox.run_once("notify", envelope.event_id, lambda: send(…))

# 3. Losing the effect in a crash is harmless: mark first.
if inbox.first_time("count", envelope.event_id): …
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from pynamodb.attributes import TTLAttribute, UnicodeAttribute

from puhui.attributes import InstantAttribute
from puhui.clock import Clock
from puhui.errors import Conflict
from puhui.rows import BaseRow, dynamo_errors

INBOX_TTL = timedelta(days=90)
"""How long a repeated event is recognised; queues and archives keep events far shorter."""
LEASE = timedelta(minutes=5)
"""How long a claim stands without its effect being done; longer than any function may run here."""

_CLAIMED = "claimed"
_DONE = "done"


class AlreadyConsumed(Conflict):
    """This consumer has already acted on this event."""


class EventInProgress(Conflict):
    """Another run of this consumer acts on this event right now; deliver it again later."""

    retryable = True


class InboxRow(BaseRow):
    """That a consumer acted on an event; subclass once per module and bind it to the table."""

    state = UnicodeAttribute()
    leased_until = InstantAttribute()
    expires_at = TTLAttribute()


class Inbox(Protocol):
    """Remembers which events a consumer has acted on."""

    def first_time(self, consumer: str, event_id: str) -> bool:
        """Mark the event as consumed; answer whether it was not before."""
        ...

    def run_once(self, consumer: str, event_id: str, effect: Callable[[], None]) -> bool:
        """Run the effect unless it was done before; answer whether it ran now."""
        ...


class DynamoInbox:
    """An inbox in the module's own table."""

    def __init__(self, row_class: type[InboxRow], clock: Clock) -> None:
        """Use a module's row class, bound to its table."""
        self._row_class = row_class
        self._clock = clock

    def mark(self, consumer: str, event_id: str) -> InboxRow:
        """Make the row that marks the event as consumed, to be saved with the effect's rows."""
        return self._row(consumer, event_id, _DONE)

    def first_time(self, consumer: str, event_id: str) -> bool:
        """Mark the event as consumed; answer whether it was not before."""
        return self._saved(self.mark(consumer, event_id))

    def run_once(self, consumer: str, event_id: str, effect: Callable[[], None]) -> bool:
        """Run the effect unless it was done; one claim at a time, freed by failure or lease."""
        claim = self._row(consumer, event_id, _CLAIMED)
        if not self._claimed(claim):
            return False
        try:
            effect()
        except BaseException:
            with dynamo_errors():
                claim.delete()
            raise
        claim.state = _DONE
        with dynamo_errors():
            claim.save()
        return True

    def _claimed(self, claim: InboxRow) -> bool:
        """Take the claim: fresh, or left behind by a run that died; False when it is done."""
        if self._saved(claim):
            return True
        with dynamo_errors():
            known = self._row_class.get(claim.pk, claim.sk, consistent_read=True)
        if known.state == _DONE:
            return False
        if known.leased_until > self._clock.now():
            raise EventInProgress()
        claim.version = known.version
        if self._saved(claim):
            return True
        raise EventInProgress()

    def _row(self, consumer: str, event_id: str, state: str) -> InboxRow:
        now = self._clock.now()
        return self._row_class(
            pk=f"INBOX#{consumer}#{event_id}",
            sk="EVENT",
            state=state,
            leased_until=now + LEASE,
            expires_at=now + INBOX_TTL,
        )

    @staticmethod
    def _saved(row: InboxRow) -> bool:
        try:
            with dynamo_errors(conflict=AlreadyConsumed):
                row.save()
        except AlreadyConsumed:
            return False
        return True
