"""What monitoring keeps of a decision: its answer, its score, and what the model read.

Subjects are pseudonymous ids; no name, no number of a person and no protected field is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from puhui.clock import CHINA, utc_from_text
from puhui.contracts.risk import Verdict
from risk.domain.errors import RecordBroken, RecordOfAnotherKind
from risk.domain.indicators.values import State
from risk.domain.listing import LETTERS, Listing
from risk.domain.monitoring.card import MonitoredCard
from risk.domain.record import RECORD_SCHEMA

_OK = LETTERS[State.OK]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an indicator was worth: a scaled integer, or None where there was no value."""

    indicator: str
    scaled: int | None
    decimals: int = 0

    @property
    def value(self) -> Decimal | None:
        """The exact value in the indicator's unit."""
        return None if self.scaled is None else Decimal(self.scaled).scaleb(-self.decimals)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredDecision:
    """One automated decision as monitoring sees it."""

    decision_id: str
    application_id: str
    customer_id: str
    as_of: date
    """The accounting day of the decision: weeks and vintages are counted by it."""
    decided_on: date
    """China's date on which it was made: days are collected by it."""
    branch_id: str
    customer_kind: str
    region_code: str
    policy_id: str
    policy_version: str
    verdict: Verdict
    waived_count: int
    """How many rules did not count because two people had approved an exception."""
    model_id: str | None = None
    model_version: str | None = None
    pd_ppm: int | None = None
    """None where the policy answered before any model was asked."""
    readings: tuple[Reading, ...] = ()

    @property
    def vintage(self) -> str:
        """The month of the decision, such as 2026-08."""
        return f"{self.as_of:%Y-%m}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayScores:
    """All decisions that a bank's machine made on one day, collected once after its end."""

    day: date
    decisions: tuple[ScoredDecision, ...]
    unreadable: int = 0
    """Decisions whose record could not be read; each has a line in the log."""
    left_out: int = 0
    """Decisions beyond the most that one collection keeps."""


def scored_decision(
    record: Mapping[str, Any], listing: Listing, cards: Mapping[str, MonitoredCard]
) -> ScoredDecision:
    """Read a decision's record; the listing is the one that the record names."""
    if record.get("schema") != RECORD_SCHEMA:
        raise RecordOfAnotherKind("the record is of another schema")
    try:
        return _read(record, listing, cards)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise RecordBroken("a record lacks what monitoring reads") from error


def _read(
    record: Mapping[str, Any], listing: Listing, cards: Mapping[str, MonitoredCard]
) -> ScoredDecision:
    request, given, manifest = record["request"], record["given"], record["manifest"]
    score, policy = record["score"], manifest["policies"][0]
    model = _model(manifest["models"], score, cards)
    card = cards.get(model["id"]) if model else None
    return ScoredDecision(
        decision_id=record["decision_id"],
        application_id=request["application_id"],
        customer_id=request["customer_id"],
        as_of=date.fromisoformat(request["as_of"]),
        decided_on=utc_from_text(given["decided_at"]).astimezone(CHINA).date(),
        branch_id=request["branch_id"],
        customer_kind=request["customer_kind"],
        region_code=request["region_code"],
        policy_id=policy["id"],
        policy_version=policy["version"],
        verdict=record["verdict"],
        waived_count=len(given["waivers"]),
        model_id=model["id"] if model else None,
        model_version=model["version"] if model else None,
        pd_ppm=None if score is None else score["pd_ppm"],
        readings=tuple(readings(record["indicators"], listing, card.indicators if card else ())),
    )


def _model(
    models: list[dict[str, Any]],
    score: Mapping[str, Any] | None,
    cards: Mapping[str, MonitoredCard],
) -> dict[str, Any] | None:
    """The model whose score the record has: the only one, or the one that reads what it read."""
    if len(models) == 1:
        return models[0]
    if score is None:
        return None
    read = {one["indicator"] for one in score["contributions"]}
    fitting = [
        one for one in models if one["id"] in cards and set(cards[one["id"]].indicators) == read
    ]
    return fitting[0] if len(fitting) == 1 else None


def readings(
    recorded: Mapping[str, Any], listing: Listing, names: Iterable[str]
) -> Iterable[Reading]:
    """A few indicators of a record, without decoding the other thousand."""
    states, scaled = recorded["states"], recorded["scaled"]
    if len(states) != len(listing.names) or states.count(_OK) != len(scaled):
        raise RecordBroken("the record has other indicators than its listing")
    for name in names:
        place = listing.places.get(name)
        if place is None or states[place] != _OK:
            yield Reading(indicator=name, scaled=None)
        else:
            number = int(scaled[states.count(_OK, 0, place)])
            decimals = listing.indicators[place].decimals
            yield Reading(indicator=name, scaled=number, decimals=decimals)
