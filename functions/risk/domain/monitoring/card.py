"""What a model's card says of the population that it was built on, in bins."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from risk.domain.errors import ModelNotTrusted
from risk.domain.models.catalogue import ONNX_KINDS
from risk.domain.monitoring.thresholds import PPM

INDICATOR = "indicator"
"""An input of a card that is an indicator; others are in no record's listing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bins:
    """Bins that end at edges, both inclusive, the last without end; and the share of each."""

    edges: tuple[Decimal, ...]
    shares_ppm: tuple[int, ...]
    missing_ppm: int | None = None
    """Share without a value; None where the reference knows only values."""

    def __post_init__(self) -> None:
        """There is one more bin than edges, edges rise, and somebody was counted."""
        rising = all(one < other for one, other in zip(self.edges, self.edges[1:], strict=False))
        if not rising or len(self.shares_ppm) != len(self.edges) + 1 or sum(self.shares_ppm) <= 0:
            raise ModelNotTrusted("a card's bins do not fit its shares")

    def place(self, value: Decimal) -> int:
        """Which bin a value lies in: the first whose edge is not below it."""
        return bisect_left(self.edges, value)

    def count(self, values: Iterable[Decimal | None]) -> tuple[tuple[int, ...], int]:
        """How many values lie in each bin, and how many do not exist."""
        counts, missing = [0] * len(self.shares_ppm), 0
        for value in values:
            if value is None:
                missing += 1
            else:
                counts[self.place(value)] += 1
        return tuple(counts), missing


@dataclass(frozen=True, slots=True, kw_only=True)
class CardIndicator:
    """An input of a model with its training population; without bins only its use is known."""

    indicator: str
    name_zh: str
    bins: Bins | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoredCard:
    """What monitoring reads of a card."""

    model_id: str
    model_version: str
    name_zh: str
    sample_count: int | None
    """How many the reference shares were counted over; None where the card does not say."""
    score: Bins | None
    """Bins of the predicted probability, in parts per million; None where the card has none."""
    inputs: tuple[CardIndicator, ...]
    bad_definition: str | None = None
    """What the model predicts, in the card's words."""
    synthetic: bool = False
    """Built on people and firms that do not exist: its population is no bank's."""

    @property
    def indicators(self) -> tuple[str, ...]:
        """The ids of the inputs, in the card's order."""
        return tuple(one.indicator for one in self.inputs)


def can_be_monitored(document: Mapping[str, Any]) -> bool:
    """Whether a card is that of a statistical model: rules and formulas predict nothing.

    A card without its population is monitored too: there is no index, and the report says so.
    """
    return document.get("kind") in ONNX_KINDS


def monitored_card(document: Mapping[str, Any]) -> MonitoredCard:
    """Read a card as `layers/models/training/card.py` writes it; ModelNotTrusted if it is odd."""
    try:
        return MonitoredCard(
            model_id=str(document["id"]),
            model_version=str(document["version"]),
            name_zh=str(document["name_zh"]),
            sample_count=_sample(document.get("sample")),
            score=_score(document.get("psi")),
            inputs=tuple(_input(entry) for entry in document["inputs"] if INDICATOR in entry),
            bad_definition=document.get("bad_definition"),
            synthetic=bool(document.get("synthetic")),
        )
    except (KeyError, TypeError, ArithmeticError) as error:
        raise ModelNotTrusted("a card lacks what monitoring reads") from error


def _score(psi: Any) -> Bins | None:
    if psi is None:
        return None
    return Bins(edges=_exact(psi["edges_pd_ppm"]), shares_ppm=_ppm(psi["shares"]))


def _input(entry: Mapping[str, Any]) -> CardIndicator:
    shares = entry.get("shares")
    return CardIndicator(
        indicator=str(entry["indicator"]),
        name_zh=str(entry.get("name_zh", entry["indicator"])),
        bins=None
        if shares is None
        else Bins(
            edges=_exact(shares["edges"]),
            shares_ppm=_ppm(shares["shares"]),
            missing_ppm=_one_ppm(shares.get("missing", 0)),
        ),
    )


def _sample(sample: Any) -> int | None:
    return int(sample["n"]) if isinstance(sample, Mapping) and "n" in sample else None


def _exact(edges: Sequence[Any]) -> tuple[Decimal, ...]:
    return tuple(Decimal(str(edge)) for edge in edges)


def _ppm(shares: Sequence[Any]) -> tuple[int, ...]:
    return tuple(_one_ppm(share) for share in shares)


def _one_ppm(share: Any) -> int:
    return int((Decimal(str(share)) * PPM).to_integral_value(ROUND_HALF_UP))
