"""What a model gets to see of the graph: edges, marks on nodes, and what was not looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from risk.domain.graph.columns import Columns
from risk.domain.graph.edges import Edge
from risk.domain.models.answer import require

MarkKind = Literal["fraud", "blacklisted", "dishonest", "enforced", "default", "overdue", "warning"]
MARK_NAMES: Final[dict[MarkKind, str]] = {
    "fraud": "确认欺诈",
    "blacklisted": "黑名单",
    "dishonest": "失信被执行人",
    "enforced": "被执行人",
    "default": "违约",
    "overdue": "逾期",
    "warning": "红色预警",
}
PPM: Final = 1_000_000
MAX_HOPS: Final = 3
"""A hop is one step from party to party; passing a shared key is no hop of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something grave that is known about a party, on the days on which it stands."""

    node: str
    kind: MarkKind
    since: date
    until: date | None = None
    risk_ppm: int | None = None
    """How grave, in parts per million; None is unknown and counts as certain."""

    def __post_init__(self) -> None:
        """Refuse a risk that is none."""
        risk = 0 if self.risk_ppm is None else self.risk_ppm
        require(0 <= risk <= PPM, "risk_ppm", "is between 0 and 1,000,000")

    def stands_on(self, day: date) -> bool:
        """What the bank learned after a day never matters on that day."""
        return self.since <= day and (self.until is None or day < self.until)

    @property
    def gravity_ppm(self) -> int:
        """An unknown risk is a certain one: what is missing never helps."""
        return PPM if self.risk_ppm is None else self.risk_ppm


class _Remembered:
    """A place for what is worked out of a graph once, outside its fields."""

    __slots__ = ("_columns",)
    _columns: Columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph(_Remembered):
    """The neighbourhood of a party, as far as it was read."""

    edges: tuple[Edge, ...] = ()
    marks: tuple[Mark, ...] = ()
    unexpanded: tuple[str, ...] = ()
    """Nodes whose further edges were not read: hubs, and what was beyond the cap of nodes."""
    hops: int = MAX_HOPS
    """How many hops were read."""

    @property
    def truncated(self) -> bool:
        """Whether there is more than was read within the hops."""
        return bool(self.unexpanded)

    @property
    def columns(self) -> Columns:
        """The graph as arrays, worked out on first use: every model of a decision reads them."""
        try:
            return self._columns
        except AttributeError:
            object.__setattr__(self, "_columns", Columns.of(self))
            return self._columns

    def marks_on(self, day: date, kinds: Collection[MarkKind]) -> list[Mark]:
        """The marks of some kinds that stand on a day."""
        return [mark for mark in self.marks if mark.kind in kinds and mark.stands_on(day)]

    def as_of(self, day: date) -> Graph:
        """The same graph without what did not stand on a day."""
        return Graph(
            edges=tuple(edge for edge in self.edges if edge.holds_on(day)),
            marks=tuple(mark for mark in self.marks if mark.stands_on(day)),
            unexpanded=self.unexpanded,
            hops=self.hops,
        )


def settled(marks: Iterable[Mark], day: date) -> list[Mark]:
    """What stands on a day, one mark for all that was stated about the same thing: the gravest.

    A mark without an end says nothing about its end, so a stated end stands, whichever came first;
    of several the latest. An end after the day was not known on the day.
    """
    found: dict[tuple[str, str, date], Mark] = {}
    for mark in marks:
        about = (mark.node, mark.kind, mark.since)
        known = found.get(about, mark)
        ends = [one.until for one in (known, mark) if one.until is not None]
        gravest = max(known, mark, key=lambda one: (one.gravity_ppm, one.risk_ppm is None))
        found[about] = replace(gravest, until=max(ends, default=None))
    return [replace(one, until=None) for one in found.values() if one.stands_on(day)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How much is read at most."""

    max_nodes: int = 2_000
    max_degree: int = 50
    """More neighbours than this make a hub (an office building, a bookkeeper's phone)."""

    def __post_init__(self) -> None:
        """Refuse caps that read nothing or everything."""
        require(1 <= self.max_nodes <= 2_000, "max_nodes", "is between 1 and 2,000")
        require(1 <= self.max_degree <= 500, "max_degree", "is between 1 and 500")
