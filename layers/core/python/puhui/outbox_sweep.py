"""Events that a stream lost reach the bus all the same: an index names what waits to be published.

    handler = swept_stream_handler(unpublished)     # needs BUS_NAME; one function for both

The stream's function tells `Unpublished` what the bus took. A schedule calls the same function
without records: it publishes what has waited for longer than the stream ever takes. An iterator
that expired, a record that was given up and a stream that was switched off for a day are found so;
an event may be published twice, and consumers are written for that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from puhui.aws import client
from puhui.clock import Clock, SystemClock
from puhui.errors import PuhuiError
from puhui.events import Envelope, envelope_of_record
from puhui.observability import instrument, logger, metrics
from puhui.outbox import OutboxSettings, publish_entries, publish_stream_records

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_events import EventBridgeClient

PATIENCE: Final = timedelta(minutes=2)
"""The stream delivers within seconds; what waits longer is taken for lost."""
MAX_EVENTS_PER_LOOK: Final = 400
BUDGET: Final = timedelta(seconds=20)
"""Of the function's 30 seconds; the next run goes on where this one stopped."""


class Unpublished(Protocol):
    """The events that nobody was told of yet, oldest first."""

    def until(self, moment: datetime, limit: int) -> Sequence[str]:
        """The envelopes, as they were written, of events that wait since then or longer."""
        ...

    def published(self, event_ids: Sequence[str]) -> None:
        """Take events off the list; one that is off it already stays off."""
        ...


@dataclass(frozen=True, slots=True)
class Swept:
    """What a run found: events that are on the bus now, and what still waits after it."""

    published: int
    failed: int


@dataclass(frozen=True)
class SweepOutbox:
    """Publish what the stream did not, oldest first, until nothing is left or time is up."""

    unpublished: Unpublished
    bus_name: str
    events: EventBridgeClient
    clock: Clock

    def __call__(self) -> Swept:
        began = self.clock.now()
        published = 0
        while True:
            found = self.unpublished.until(began - PATIENCE, MAX_EVENTS_PER_LOOK)
            taken = self._publish(found)
            published += len(taken)
            over = self.clock.now() - began >= BUDGET
            if not taken or over or len(found) < MAX_EVENTS_PER_LOOK:
                return Swept(published=published, failed=len(found) - len(taken))

    def _publish(self, texts: Sequence[str]) -> list[str]:
        waiting = [envelope for text in texts if (envelope := _readable(text)) is not None]
        entries = [(one.event_id, one.to_entry(self.bus_name)) for one in waiting]
        refused = set(publish_entries(entries, self.events))
        taken = [event_id for event_id, _ in entries if event_id not in refused]
        if taken:
            self.unpublished.published(taken)
        return taken


def swept_stream_handler(unpublished: Callable[[], Unpublished]) -> Callable[[Any, Any], Any]:
    """Make the Lambda entry that publishes a stream's batch, or sweeps when it gets no batch."""

    @instrument
    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        """Publish; of a batch, only what failed comes back."""
        bus_name, events = OutboxSettings.from_env().bus_name, client("events")
        if "Records" in event:
            told = forgiving(unpublished().published)
            return dict(publish_stream_records(event, bus_name, events, told))
        swept = SweepOutbox(unpublished(), bus_name, events, SystemClock())()
        if swept.published or swept.failed:
            logger.warning("events swept", published=swept.published, failed=swept.failed)
            metrics.count("EventsSwept", swept.published + swept.failed)
        return {"published": swept.published, "failed": swept.failed}

    return handler


def forgiving(
    published: Callable[[Sequence[str]], object],
) -> Callable[[Sequence[str]], None]:
    """An event that is on the bus is no failure of the batch: the sweeper repeats it, at worst."""

    def told(event_ids: Sequence[str]) -> None:
        try:
            published(event_ids)
        except PuhuiError as error:
            logger.error("published events still wait", error=error, count=len(event_ids))

    return told


def _readable(text: str) -> Envelope | None:
    try:
        return envelope_of_record(text)
    except PuhuiError as error:
        logger.error("outbox row unreadable", error=error)
        return None
