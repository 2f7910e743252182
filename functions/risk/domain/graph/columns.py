"""A neighbourhood as arrays: nodes are positions in the order of their names, days are numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, get_args

import numpy as np
from numpy.typing import NDArray

from risk.domain.graph.edges import WHOLE_BPS, EdgeKind

if TYPE_CHECKING:
    from risk.domain.graph.graph import Graph, Mark

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
EDGE_KINDS: Final[tuple[EdgeKind, ...]] = get_args(EdgeKind)
_KIND_NUMBER: Final = {kind: number for number, kind in enumerate(EDGE_KINDS)}
_EDGE_FIELDS: Final = attrgetter("source", "target", "kind", "since", "until", "share_bps")
_NEVER: Final = date.max.toordinal() + 1


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Edges by column, nodes by position."""

    names: tuple[str, ...]
    places: dict[str, int]
    source: Ints
    target: Ints
    kind: Ints
    """The position in `EDGE_KINDS`."""
    share_bps: Ints
    """An unknown share is the whole."""
    since: Ints
    until: Ints
    unread: Flags
    """Of each node: whether more of it was there than was read."""

    @classmethod
    def of(cls, graph: Graph) -> Columns:
        """Everything in the graph, in its order of edges; which no answer depends on."""
        rows = [*zip(*map(_EDGE_FIELDS, graph.edges), strict=True)] or [()] * 6
        source, target, kind, since, until, share = rows
        marked = {mark.node for mark in graph.marks}
        names = tuple(sorted({*source, *target, *marked, *graph.unexpanded}))
        places = {name: place for place, name in enumerate(names)}
        unread = np.zeros(len(names), dtype=np.bool_)
        unread[[places[name] for name in graph.unexpanded]] = True
        return cls(
            names=names,
            places=places,
            source=_ints(map(places.__getitem__, source)),
            target=_ints(map(places.__getitem__, target)),
            kind=_ints(map(_KIND_NUMBER.__getitem__, kind)),
            share_bps=_ints(WHOLE_BPS if one is None else one for one in share),
            since=_ints(map(date.toordinal, since)),
            until=_ints(_NEVER if one is None else one.toordinal() for one in until),
            unread=unread,
        )

    def edges_on(self, day: date, kinds: Iterable[str]) -> Ints:
        """Positions of the edges of some kinds that hold on a day."""
        wanted = np.zeros(len(EDGE_KINDS), dtype=np.bool_)
        wanted[[_KIND_NUMBER[kind] for kind in kinds]] = True  # type: ignore[index]
        today = day.toordinal()
        holds = wanted[self.kind] & (self.since <= today) & (today < self.until)
        return np.flatnonzero(holds)

    def gravity(self, marks: Iterable[Mark]) -> Ints:
        """Of each node the gravest of its marks, in parts per million."""
        found = np.zeros(len(self.names), dtype=np.int64)
        for mark in marks:
            place = self.places[mark.node]
            found[place] = max(found[place], mark.gravity_ppm)
        return found

    def place(self, name: str) -> int | None:
        """Where a node is; None when nothing is known about it."""
        return self.places.get(name)


def by_kind(values: Iterable[tuple[str, int]]) -> Ints:
    """One number for each kind of edge, by its position; 0 for what is not given."""
    found = np.zeros(len(EDGE_KINDS), dtype=np.int64)
    for kind, value in values:
        found[_KIND_NUMBER[kind]] = value  # type: ignore[index]
    return found


def _ints(values: Iterable[Any]) -> Ints:
    return np.fromiter(values, dtype=np.int64)
