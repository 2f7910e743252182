"""How grave a warning is (预警等级): 黄, 橙 or 红."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Colour(StrEnum):
    """From nothing to the gravest; `weight` orders them."""

    NONE = "none"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"

    @property
    def weight(self) -> int:
        """The place among the colours, 0 for none."""
        return _WEIGHTS[self]


COLOURS: Final = tuple(Colour)
COLOUR_NAMES: Final = {
    Colour.NONE: "正常",
    Colour.YELLOW: "黄色",
    Colour.ORANGE: "橙色",
    Colour.RED: "红色",
}
_WEIGHTS: Final = {colour: place for place, colour in enumerate(COLOURS)}


def gravest(colours: Iterable[Colour]) -> Colour:
    """The gravest of some colours; none of nothing."""
    return max(colours, key=lambda colour: colour.weight, default=Colour.NONE)


def together(
    found: Iterable[tuple[str, Colour]], *, orange_from_domains: int, red_from_domains: int
) -> Colour:
    """What several domains make at once, as model M24 adds them up.

    So many domains with a warning are orange, so many with an orange one are red.
    """
    coloured = [(domain, colour) for domain, colour in found if colour is not Colour.NONE]
    grave = {domain for domain, colour in coloured if colour.weight >= Colour.ORANGE.weight}
    if len(grave) >= red_from_domains:
        return Colour.RED
    if len({domain for domain, _ in coloured}) >= orange_from_domains:
        return Colour.ORANGE
    return Colour.NONE
