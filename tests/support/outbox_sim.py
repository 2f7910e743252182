"""Seeded lives of an outbox: its stream loses batches, hours and days; the sweeper comes.

A change writes its event and its place in the list of what waits, together. The stream delivers a
batch once, twice or never; the bus refuses; a function dies between publishing and taking the event
off the list. At the end every event had its effect at its consumer once, and nothing waits.

    python -m tests.support.outbox_sim SEED
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from puhui.clock import UTC, FixedClock
from puhui.contracts.intake import ConsentWithdrawn
from puhui.errors import UpstreamUnavailable
from puhui.events import Envelope, envelope_of_record
from puhui.outbox import publish_stream_records
from puhui.outbox_sweep import PATIENCE, SweepOutbox, forgiving
from tests.support.seeds import broken

NOON: Final = datetime(2026, 8, 3, 4, 0, tzinfo=UTC)
DAY: Final = timedelta(hours=26)
"""A gap longer than a stream remembers."""


class InMemoryUnpublished:
    """`Unpublished` in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, Envelope] = {}

    def add(self, envelope: Envelope) -> None:
        """An event was written with its change."""
        self.rows[envelope.event_id] = envelope

    def until(self, moment: datetime, limit: int) -> Sequence[str]:
        """What waits since then or longer."""
        found = sorted(self.rows.values(), key=lambda one: (one.occurred_at, one.event_id))
        return [one.to_json() for one in found if one.occurred_at <= moment][:limit]

    def published(self, event_ids: Sequence[str]) -> None:
        """They wait no more."""
        for event_id in event_ids:
            self.rows.pop(event_id, None)


class Consumer:
    """Acts once for an event id; counts what it did and what it was told."""

    def __init__(self) -> None:
        self.told: Counter[str] = Counter()
        self.effects: Counter[str] = Counter()

    def hear(self, envelope: Envelope) -> None:
        """An event arrives, perhaps again."""
        self.told[envelope.event_id] += 1
        if not self.knows(envelope.event_id):
            self.effects[envelope.event_id] += 1

    def knows(self, event_id: str) -> bool:
        """The inbox."""
        return self.effects[event_id] > 0


@dataclass
class OutboxSimulation:
    """One life."""

    seed: int
    unpublished: InMemoryUnpublished = field(default_factory=InMemoryUnpublished)
    consumer: Consumer = field(default_factory=Consumer)
    sweeps: bool = True
    calm: bool = False
    written: list[Envelope] = field(default_factory=list)
    stream: list[Envelope] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.clock = FixedClock(NOON)
        self.sweep = SweepOutbox(self, "bus", self, self.clock)  # type: ignore[arg-type]

    def run(self) -> int:
        """Live, then check; answer how many times an event was told."""
        for _ in range(self.random.randint(5, 25)):
            for _ in range(self.random.randint(0, 6)):
                self._write()
            self.clock.advance(timedelta(seconds=self.random.choice([1, 20, 90, 600])))
            self._stream_delivers()
            if self.random.random() < 0.3:
                self._swept()
        self.calm = True
        self.clock.advance(PATIENCE)
        self._swept()
        self._check()
        return self.consumer.told.total()

    def _write(self) -> None:
        number = len(self.written)
        event = ConsentWithdrawn(
            consent_id=f"con-{number}", customer_id="cus-1", withdrawn_on=date(2026, 8, 3)
        )
        envelope = event.envelope(
            bank_id="north",
            subject=f"con-{number}",
            correlation_id="app-1",
            clock=self.clock,
            dedup="withdrawn",
        )
        self.written.append(envelope)
        self.unpublished.add(envelope)
        self.stream.append(envelope)

    def _stream_delivers(self) -> None:
        """Some of what the stream holds; some of it twice; some never; or a day is gone."""
        fate = self.random.random()
        if fate < 0.1:
            self.stream.clear()  # the iterator expired
        elif fate < 0.13:
            self.clock.advance(DAY)
            self.stream.clear()  # the mapping was switched off, and the stream forgot
        elif fate < 0.8:
            batch, self.stream = self.stream[:10], self.stream[10:]
            for _ in range(self.random.choice([1, 1, 1, 2])):
                self._published(batch)
            if self.random.random() < 0.1 and batch:
                self._published(batch[:1])

    def _published(self, batch: Sequence[Envelope]) -> None:
        """What comes back is tried once more, then the stream gives it up."""
        records = [_record(position, one) for position, one in enumerate(batch)]
        for _ in range(2):
            answer = publish_stream_records(
                {"Records": records},
                "bus",
                self,  # type: ignore[arg-type]
                forgiving(self.published),
            )
            back = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
            records = [one for one in records if one["dynamodb"]["SequenceNumber"] in back]

    def _swept(self) -> None:
        if not self.sweeps:
            return
        try:
            self.sweep()
        except UpstreamUnavailable:
            return

    # --- the ports, with what may happen at each ----------------------------------------------

    def until(self, moment: datetime, limit: int) -> Sequence[str]:
        """The list; or no answer."""
        self._maybe_lost()
        return self.unpublished.until(moment, limit)

    def published(self, event_ids: Sequence[str]) -> None:
        """Off the list; or lost before or after."""
        self._maybe_lost()
        self.unpublished.published(event_ids)
        self._maybe_lost()

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        """The bus takes all, some or nothing, and may not say so."""
        if self._happens(0.1):
            raise ClientError({}, "PutEvents")
        outcomes: list[dict[str, str]] = []
        for entry in Entries:
            if self._happens(0.1):
                outcomes.append({"ErrorCode": "Throttled"})
                continue
            self.consumer.hear(envelope_of_record(entry["Detail"]))
            outcomes.append({"EventId": "e"})
        if self._happens(0.05):
            raise ClientError({}, "PutEvents")
        failed = sum("ErrorCode" in outcome for outcome in outcomes)
        return {"FailedEntryCount": failed, "Entries": outcomes}

    def _maybe_lost(self) -> None:
        if self._happens(0.1):
            raise UpstreamUnavailable("no answer")

    def _happens(self, rate: float) -> bool:
        return not self.calm and self.random.random() < rate

    # --- the promises -------------------------------------------------------------------------

    def _check(self) -> None:
        ids = [one.event_id for one in self.written]
        missing = [one for one in ids if self.consumer.effects[one] == 0]
        twice = [one for one in ids if self.consumer.effects[one] > 1]
        if missing or twice:
            self._broken(f"{len(missing)} events had no effect, {len(twice)} had two")
        if self.unpublished.rows:
            self._broken(f"{len(self.unpublished.rows)} published events wait for ever")
        before = self.consumer.told.total()
        self.clock.advance(DAY)
        self.sweep()
        if self.consumer.told.total() != before:
            self._broken("a sweeper told again what was done")

    def _broken(self, what: str) -> None:
        raise broken("outbox_sim", self.seed, what)


def _record(position: int, envelope: Envelope) -> dict[str, Any]:
    return {
        "eventName": "INSERT",
        "dynamodb": {
            "SequenceNumber": str(1_000 + position),
            "NewImage": {
                "pk": {"S": f"OUTBOX#{envelope.event_id}"},
                "envelope": {"S": envelope.to_json()},
            },
        },
    }


if __name__ == "__main__":
    told = OutboxSimulation(int(sys.argv[1])).run()
    sys.stdout.write(f"{told} times an event was told, every one had its effect once\n")
