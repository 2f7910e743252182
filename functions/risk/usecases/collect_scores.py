"""Collect scores (归集评分): a day's decisions of a bank, as monitoring needs them, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final

from puhui.clock import CHINA, Clock
from puhui.errors import BadRequest
from puhui.strict_json import loads
from puhui.tenancy import BankId
from risk.domain.errors import DayNotOver, RecordBroken, RecordOfAnotherKind
from risk.domain.listing import Listing
from risk.domain.monitoring.card import MonitoredCard
from risk.domain.monitoring.scored import (
    CollectedDecision,
    DayScores,
    collected_decision,
    inputs_of,
)
from risk.monitoring_ports import CollectionSignals, DecidedDays, MonitoredCards, Scores
from risk.ports import Decisions
from risk.record_ports import ArchiveBroken, DecisionArchive, Listings

MAX_DECISIONS_A_DAY: Final = 10_000
"""More than a bank of this platform decides in a day; what is beyond is counted as left out."""
CATCH_UP_DAYS: Final = 7
"""A night that failed is made up for by one of the seven that follow."""
UNREADABLE: Final = (RecordBroken, RecordOfAnotherKind, ArchiveBroken)
Mapper = Callable[[Callable[[str], Any], Iterable[str]], Iterable[Any]]
"""`map`, or an executor's: reading is waiting for the table."""


@dataclass(frozen=True)
class CollectScores:
    """Collect every day of the last week that was not collected yet."""

    days: DecidedDays
    decisions: Decisions
    listings: Listings
    cards: MonitoredCards
    scores: Scores
    signals: CollectionSignals
    clock: Clock
    at_once: Mapper = map

    def __call__(self, bank_id: BankId, day: date) -> Sequence[DayScores]:
        """The days that were collected now; a day that is not over is refused."""
        if day >= self.clock.now().astimezone(CHINA).date():
            raise DayNotOver("this day is not over", field="day", rule="monitoring.day_over")
        wanted = [day - timedelta(days=back) for back in reversed(range(CATCH_UP_DAYS))]
        return [
            self.scores.keep(bank_id, self._collect(bank_id, one))
            for one in wanted
            if not self.scores.exists(bank_id, one)
        ]

    def _collect(self, bank_id: BankId, day: date) -> DayScores:
        ids = self.days.on(bank_id, day)
        chosen = list(islice(ids, MAX_DECISIONS_A_DAY))
        left_out = sum(1 for _ in ids)
        cards = self.cards.all()
        read = self.at_once(lambda decision_id: self._read(bank_id, decision_id, cards), chosen)
        found = [one for one in read if one is not None]
        return DayScores(
            day=day,
            decisions=tuple(found),
            inputs=inputs_of(cards),
            unreadable=len(chosen) - len(found),
            left_out=left_out,
        )

    def _read(
        self, bank_id: BankId, decision_id: str, cards: Mapping[str, MonitoredCard]
    ) -> CollectedDecision | None:
        try:
            decision = self.decisions.find(bank_id, decision_id)
            if decision is None:
                raise RecordBroken(f"the decision {decision_id} is gone")
            return _collected(_record(decision.record), self.listings, cards)
        except UNREADABLE as error:
            self.signals.unreadable(bank_id, decision_id, error)
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedArchive:
    """An archive's decisions as monitoring needs them, by bank, and what could not be read."""

    banks: Mapping[str, tuple[CollectedDecision, ...]]
    unreadable: tuple[str, ...]


def collected_archive(
    archive: DecisionArchive, listings: Listings, cards: Mapping[str, MonitoredCard]
) -> CollectedArchive:
    """The same from any archive of decisions; one broken record hides no other and is named."""
    banks: dict[str, list[CollectedDecision]] = {}
    unreadable, once = [], _Once(listings)
    for decision_id in archive.decisions():
        try:
            record = _record(archive.record(decision_id))
            found = _collected(record, once, cards)
            banks.setdefault(record["request"]["bank_id"], []).append(found)
        except UNREADABLE:
            unreadable.append(decision_id)
    return CollectedArchive(
        banks={bank: tuple(found) for bank, found in sorted(banks.items())},
        unreadable=tuple(unreadable),
    )


@dataclass(frozen=True)
class _Once:
    """Listings of which each is read once: thousands of decisions name the same."""

    listings: Listings
    known: dict[str, Listing] = field(default_factory=dict)

    def listing(self, sha256: str) -> Listing:
        """`risk.record_ports.Listings`."""
        if sha256 not in self.known:
            self.known[sha256] = self.listings.listing(sha256)
        return self.known[sha256]


def _record(body: bytes) -> Mapping[str, Any]:
    try:
        record = loads(body)
    except BadRequest as error:
        raise RecordBroken("a record is no JSON") from error
    if not isinstance(record, dict):
        raise RecordBroken("a record is no object")
    return record


def _collected(
    record: Mapping[str, Any], listings: Listings, cards: Mapping[str, MonitoredCard]
) -> CollectedDecision:
    try:
        listing = listings.listing(record["manifest"]["listing_sha256"])
    except (KeyError, TypeError) as error:
        raise RecordBroken("a record names no listing") from error
    return collected_decision(record, listing, cards)
