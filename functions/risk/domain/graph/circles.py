"""Guarantee circles (互保、联保、担保圈): parties that guarantee each other round in a ring.

Each stands for the next, so nobody outside stands for any of them: a circle is no mitigation, and
one failure can take all of them. Found within strongly connected components, up to a length.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import rustworkx

from risk.domain.graph.graph import Graph
from risk.domain.models.answer import require

MAX_LENGTH: Final = 6
MAX_CIRCLES: Final = 200
MAX_STEPS: Final = 20_000
"""Steps of the search for circles: about 10 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Members in the order of their guarantees, the first by name first."""

    members: tuple[str, ...]
    kind: Literal["mutual", "circle"]
    """Two that guarantee each other (互保), or more in a round (担保圈)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circles:
    """All circles found, and the knots that they lie in."""

    circles: tuple[Circle, ...]
    knots: tuple[tuple[str, ...], ...]
    """Each a set in which everybody stands, directly or not, for everybody: complete always."""
    complete: bool
    """False when the search for single circles was stopped at its cap."""

    def of(self, party: str) -> tuple[Circle, ...]:
        """The circles that a party is in."""
        return tuple(one for one in self.circles if party in one.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycles:
    """Simple cycles by their first member, shortest first, and what they lie in."""

    cycles: tuple[tuple[str, ...], ...]
    knots: tuple[tuple[str, ...], ...]
    complete: bool


def guarantee_circles(graph: Graph, as_of: date, *, max_length: int = MAX_LENGTH) -> Circles:
    """Every knot, and every circle of 2 to `max_length` members, shortest first."""
    pairs = {
        (edge.source, edge.target)
        for edge in graph.edges
        if edge.kind == "guarantee" and edge.holds_on(as_of)
    }
    found = cycles_of(pairs, max_length)
    circles = tuple(
        Circle(members=one, kind="mutual" if len(one) == 2 else "circle") for one in found.cycles
    )
    return Circles(circles=circles, knots=found.knots, complete=found.complete)


def cycles_of(pairs: Iterable[tuple[str, str]], max_length: int = MAX_LENGTH) -> Cycles:
    """The cycles along (from, to), each begun at its first member by name."""
    require(2 <= max_length <= MAX_LENGTH, "max_length", f"is between 2 and {MAX_LENGTH}")
    ways = sorted(set(pairs))
    names = sorted({name for way in ways for name in way})
    places = {name: place for place, name in enumerate(names)}
    directed = rustworkx.PyDiGraph(multigraph=False)
    directed.add_nodes_from(names)
    directed.add_edges_from_no_data([(places[one], places[other]) for one, other in ways])
    parts = rustworkx.strongly_connected_components(directed)
    knots = sorted(tuple(sorted(names[place] for place in part)) for part in parts if len(part) > 1)
    search = _Search(ways, knots, max_length)
    found = sorted(search.run(), key=lambda one: (len(one), one))
    return Cycles(
        cycles=tuple(found[:MAX_CIRCLES]),
        knots=tuple(knots),
        complete=not search.stopped and len(found) <= MAX_CIRCLES,
    )


class _Search:
    """Simple cycles by depth first, each begun at its first member only; lengths one by one."""

    def __init__(
        self, pairs: list[tuple[str, str]], knots: list[tuple[str, ...]], max_length: int
    ) -> None:
        knot_of = {name: place for place, knot in enumerate(knots) for name in knot}
        self.next: dict[str, list[str]] = defaultdict(list)
        for one, other in pairs:
            if one in knot_of and knot_of[one] == knot_of.get(other):
                self.next[one].append(other)
        self.max_length = max_length
        self.steps = 0

    @property
    def stopped(self) -> bool:
        """Whether there was more to search."""
        return self.steps > MAX_STEPS

    def run(self) -> list[tuple[str, ...]]:
        """Short circles first, so that a stopped search has found those."""
        found: list[tuple[str, ...]] = []
        for length in range(2, self.max_length + 1):
            for first in sorted(self.next):
                self._extend([first], length, found)
        return found

    def _extend(self, path: list[str], length: int, found: list[tuple[str, ...]]) -> None:
        self.steps += 1
        if self.stopped or len(found) > MAX_CIRCLES:
            return
        if len(path) == length:
            if path[0] in self.next[path[-1]]:
                found.append(tuple(path))
            return
        for following in self.next.get(path[-1], ()):
            if following > path[0] and following not in path:
                self._extend([*path, following], length, found)
