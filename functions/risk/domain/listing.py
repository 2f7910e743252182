"""The library as a record needs it to be read: each indicator's name, version and decimals.

A record holds a thousand states and numbers in the library's order and no names. The listing gives
the names back, also after the library has grown or changed, so it is archived with the record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import compress
from typing import Any, Final, Protocol, runtime_checkable

from puhui.strict_json import loads
from risk.domain.canonical import canonical_json
from risk.domain.indicators.definition import Definition
from risk.domain.indicators.library import ALL_DEFINITIONS, LIBRARY_SHA256
from risk.domain.indicators.values import STATES, IndicatorValue, State, Values

SCHEMA: Final = "indicator-listing/1"
LETTERS: Final[Mapping[State, str]] = {
    State.OK: "o",
    State.MISSING: "m",
    State.VENDOR_ERROR: "v",
    State.NOT_CONSENTED: "c",
    State.STALE: "s",
    State.UNDEFINED: "u",
}
"""One letter a state: a record of a thousand indicators spells them as one text."""
SPELT: Final = bytes(ord(LETTERS[state]) for state in STATES).ljust(256)
"""The letters by the states' numbers in an array."""
OK_NUMBER: Final = STATES.index(State.OK)
_STATES: Final = {letter: state for state, letter in LETTERS.items()}


@runtime_checkable
class Vector(Protocol):
    """Values that are also arrays in the library's order; whoever only reads has no numpy."""

    states: Any
    scaled: Any


class ListingNotReadable(ValueError):
    """The bytes are no listing, or the record has other indicators than its listing."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What is told of one indicator."""

    id: str
    version: str
    decimals: int
    unit: str
    sensitivity: int
    name_zh: str
    name_en: str

    @classmethod
    def of(cls, definition: Definition) -> Listed:
        """The definition's head."""
        return cls(
            definition.id,
            definition.version,
            definition.decimals,
            definition.unit.value,
            definition.sensitivity,
            definition.name_zh,
            definition.name_en,
        )

    @property
    def row(self) -> list[Any]:
        """As the listing's document writes it."""
        return [getattr(self, name) for name in self.__slots__]


@dataclass(frozen=True)
class Listing:
    """All indicators of a library, in its order."""

    library_sha256: str
    indicators: tuple[Listed, ...]

    @classmethod
    def read(cls, body: bytes) -> Listing:
        """Read what `body` wrote."""
        document = loads(body)
        if document.get("schema") != SCHEMA:
            raise ListingNotReadable(f"schema is not {SCHEMA}")
        rows = tuple(Listed(*row) for row in document["indicators"])
        return cls(document["library_sha256"], rows)

    @cached_property
    def body(self) -> bytes:
        """The listing as a document."""
        return canonical_json(
            {
                "schema": SCHEMA,
                "library_sha256": self.library_sha256,
                "indicators": [one.row for one in self.indicators],
            }
        )

    @cached_property
    def sha256(self) -> str:
        """Pins names, versions and their order."""
        return hashlib.sha256(self.body).hexdigest()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The ids, in the order in which a record has their values."""
        return tuple(one.id for one in self.indicators)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each indicator stands, by id."""
        return {one.id: place for place, one in enumerate(self.indicators)}

    @cached_property
    def by_name(self) -> Mapping[str, Listed]:
        """The indicators by id."""
        return {one.id: one for one in self.indicators}

    def write(self, values: Values) -> dict[str, Any]:
        """The values as a record has them: a letter a state, then the numbers that exist.

        The engine's own vector in this listing's order is written from its arrays.
        """
        if isinstance(values, Vector) and self is todays_listing():
            return {
                "states": bytes(values.states).translate(SPELT).decode(),
                "scaled": values.scaled[values.states == OK_NUMBER].tolist(),
            }
        found = [values.get(name, NOWHERE) for name in self.names]
        return {
            "states": "".join([LETTERS[one.state] for one in found]),
            "scaled": [one.scaled for one in found if one.scaled is not None],
        }

    def values(self, recorded: Mapping[str, Any]) -> dict[str, IndicatorValue]:
        """The values by name, from what `write` wrote."""
        states, scaled = str(recorded["states"]), recorded["scaled"]
        if len(states) != len(self.names) or states.count(LETTERS[State.OK]) != len(scaled):
            raise ListingNotReadable("the record has other indicators than its listing")
        found = {
            name: IndicatorValue(_STATES[letter])
            for name, letter in zip(self.names, states, strict=True)
            if letter != LETTERS[State.OK]
        }
        known = compress(self.indicators, (letter == LETTERS[State.OK] for letter in states))
        numbers = {
            one.id: IndicatorValue(State.OK, int(number), one.decimals)
            for one, number in zip(known, scaled, strict=True)
        }
        return {name: found.get(name) or numbers[name] for name in self.names}

    def changes(self, other: Listing) -> Iterator[tuple[str, str, str | None]]:
        """Each indicator of this listing that the other has differently, with both versions."""
        for one in self.indicators:
            theirs = other.by_name.get(one.id)
            if theirs is None or theirs.version != one.version:
                yield one.id, one.version, None if theirs is None else theirs.version


NOWHERE: Final = IndicatorValue(State.MISSING)
"""What an indicator is worth that today's library no longer has."""


@cache
def todays_listing() -> Listing:
    """The listing of the library that this code has."""
    return listing_of(ALL_DEFINITIONS, LIBRARY_SHA256)


def listing_of(definitions: Iterable[Definition], library_sha256: str) -> Listing:
    """The listing of any library."""
    return Listing(library_sha256, tuple(map(Listed.of, definitions)))
