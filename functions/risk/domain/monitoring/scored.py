"""What monitoring keeps of a decision: its answer, and what every statistical model said and read.

Subjects are pseudonymous ids; no name, no number of a person and no protected field is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
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

PROBABILITY = "probability_ppm"
"""What every statistical model answers."""
_OK = LETTERS[State.OK]
Inputs = Mapping[str, tuple[str, ...]]
"""By model: the indicators that it reads, in the order in which a decision's answer keeps them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an indicator was worth in its own unit, or None where there was no value."""

    indicator: str
    value: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelScore:
    """What one statistical model said in one decision."""

    model_id: str
    model_version: str
    pd_ppm: int
    decided: bool
    """Whether the policy took this score; the others were listened to and are on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswer(ModelScore):
    """A score with what the model read, as exact decimals in the order of the card's inputs."""

    values: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedCase:
    """What a decision tells monitoring, whichever model is looked at."""

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

    @property
    def vintage(self) -> str:
        """The month of the decision, such as 2026-08."""
        return f"{self.as_of:%Y-%m}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredDecision(DecidedCase):
    """One automated decision as one of its models sees it."""

    model_id: str
    model_version: str
    pd_ppm: int
    decided: bool
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedDecision(DecidedCase):
    """One automated decision with the answers of all models that were listened to."""

    answers: tuple[ModelAnswer, ...] = ()
    refused: tuple[str, ...] = ()
    """Models that said nothing because their files were not those on their cards."""

    @property
    def scores(self) -> tuple[ModelScore, ...]:
        """What the models said, without what they read."""
        return tuple(
            ModelScore(
                model_id=one.model_id,
                model_version=one.model_version,
                pd_ppm=one.pd_ppm,
                decided=one.decided,
            )
            for one in self.answers
        )

    def answer_of(self, model_id: str) -> ModelAnswer | None:
        """What a model said; None where it was not asked."""
        return next((one for one in self.answers if one.model_id == model_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayScores:
    """All decisions that a bank's machine made on one day, collected once after its end."""

    day: date
    decisions: tuple[CollectedDecision, ...]
    inputs: Inputs = field(default_factory=dict)
    """What the answers' values are, by model, as the cards had it when the day was collected."""
    unreadable: int = 0
    """Decisions whose record could not be read; each has a line in the log."""
    left_out: int = 0
    """Decisions beyond the most that one collection keeps."""

    def seen_by(self, model_id: str) -> Iterator[ScoredDecision]:
        """The day's decisions in which a model answered."""
        return seen_by(model_id, self.decisions, self.inputs)

    def refused(self, model_id: str) -> int:
        """In how many of the day's decisions a model was refused."""
        return sum(model_id in one.refused for one in self.decisions)


def inputs_of(cards: Mapping[str, MonitoredCard]) -> Inputs:
    """What each card's model reads."""
    return {name: card.indicators for name, card in cards.items()}


def seen_by(
    model_id: str, decisions: Iterable[CollectedDecision], inputs: Inputs
) -> Iterator[ScoredDecision]:
    """The decisions in which a model answered, as it saw them."""
    names = inputs.get(model_id, ())
    for one in decisions:
        answer = one.answer_of(model_id)
        if answer is not None:
            yield _seen(one, answer, names)


def collected_decision(
    record: Mapping[str, Any], listing: Listing, cards: Mapping[str, MonitoredCard]
) -> CollectedDecision:
    """Read a decision's record; the listing is the one that the record names."""
    if record.get("schema") != RECORD_SCHEMA:
        raise RecordOfAnotherKind("the record is of another schema")
    try:
        return _read(record, listing, cards)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise RecordBroken("a record lacks what monitoring reads") from error


def _seen(one: CollectedDecision, answer: ModelAnswer, names: Sequence[str]) -> ScoredDecision:
    # A model of another version than the card's kept no values; who names no inputs asks for none.
    pairs = zip(names, answer.values, strict=True) if answer.values and names else ()
    return ScoredDecision(
        **{part.name: getattr(one, part.name) for part in fields(DecidedCase)},
        model_id=answer.model_id,
        model_version=answer.model_version,
        pd_ppm=answer.pd_ppm,
        decided=answer.decided,
        readings=tuple(
            Reading(name, None if value is None else Decimal(value)) for name, value in pairs
        ),
    )


def _read(
    record: Mapping[str, Any], listing: Listing, cards: Mapping[str, MonitoredCard]
) -> CollectedDecision:
    request, given, manifest = record["request"], record["given"], record["manifest"]
    policy = manifest["policies"][0]
    return CollectedDecision(
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
        answers=tuple(_answers(record, listing, cards)),
        refused=tuple(one["id"] for one in given["models_refused"]),
    )


def _answers(
    record: Mapping[str, Any], listing: Listing, cards: Mapping[str, MonitoredCard]
) -> Iterator[ModelAnswer]:
    """Every statistical model with an answer on record; code answers without a probability.

    The policy's own counts also where nobody listened to it.
    """
    code = {one["id"] for one in record["models"] if PROBABILITY not in one}
    pinned = (one for one in record["manifest"]["models"] if one["id"] not in code)
    versions = {one["id"]: one["version"] for one in pinned}
    said = {one["id"]: one[PROBABILITY] for one in record["models"] if one["id"] not in code}
    decider = _decider(versions, record["score"], cards)
    if decider is not None:
        said.setdefault(decider, record["score"]["pd_ppm"])
    for model_id, pd_ppm in said.items():
        card = cards.get(model_id)
        known = card is not None and card.model_version == versions[model_id]
        yield ModelAnswer(
            model_id=model_id,
            model_version=versions[model_id],
            pd_ppm=pd_ppm,
            decided=model_id == decider,
            values=tuple(_values(record["indicators"], listing, card.indicators))
            if card is not None and known
            else (),
        )


def _decider(
    models: Iterable[str], score: Mapping[str, Any] | None, cards: Mapping[str, MonitoredCard]
) -> str | None:
    """The model whose score the policy took: the only one, or the one that reads what it read."""
    if score is None:
        return None
    every = list(models)
    read = {one["indicator"] for one in score["contributions"]}
    fitting = [one for one in every if one in cards and set(cards[one].indicators) == read]
    if len(every) == 1:
        return every[0]
    return fitting[0] if len(fitting) == 1 else None


def _values(
    recorded: Mapping[str, Any], listing: Listing, names: Iterable[str]
) -> Iterator[str | None]:
    """A few indicators of a record, without decoding the other thousand."""
    states, scaled = recorded["states"], recorded["scaled"]
    if len(states) != len(listing.names) or states.count(_OK) != len(scaled):
        raise RecordBroken("the record has other indicators than its listing")
    for name in names:
        place = listing.places.get(name)
        if place is None or states[place] != _OK:
            yield None
        else:
            number = int(scaled[states.count(_OK, 0, place)])
            yield str(Decimal(number).scaleb(-listing.indicators[place].decimals))
