"""Edges with the days on which they hold, and the statements that they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Final, Literal

from risk.domain.graph.nodes import checked_node, is_key_kind, is_party, kind_of
from risk.domain.models.answer import require

EdgeKind = Literal[
    "phone", "address", "device", "payee",
    "ownership", "legal_person", "controller", "family", "guarantee",
]  # fmt: skip
EDGE_NAMES: Final[dict[EdgeKind, str]] = {
    "phone": "共用电话",
    "address": "共用地址",
    "device": "共用设备",
    "payee": "共用收款账户",
    "ownership": "持股",
    "legal_person": "法定代表人",
    "controller": "实际控制",
    "family": "亲属",
    "guarantee": "担保",
}
SYMMETRIC: Final = frozenset({"family"})
WHOLE_BPS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A relation from a source to a target that holds on some days.

    Who uses a phone, address, device or account points at it; an owner, a legal person and a
    controller point at the firm, a guarantor at the debtor; family has no direction.
    """

    source: str
    target: str
    kind: EdgeKind
    since: date
    """The day on which the bank learned of it, not the day on which it began."""
    until: date | None = None
    """The day on which the bank learned that it had ended; None while it stands."""
    share_bps: int | None = None
    """Ownership only, in hundredths of a percent; None is unknown and counts as the whole."""

    def holds_on(self, day: date) -> bool:
        """What the bank learned after a day never matters on that day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What the bank learned on a day: that a relation holds, or that it does not any more."""

    source: str
    target: str
    kind: EdgeKind
    on: date
    holds: bool = True
    share_bps: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no edge can be."""
        checked_node(self.source)
        checked_node(self.target)
        require(self.source != self.target, "target", "is another node than the source")
        require(is_party(self.source), "source", "is a firm or a person")
        if is_key_kind(self.kind):
            require(kind_of(self.target) == self.kind, "target", f"is a {self.kind}")
        else:
            require(is_party(self.target), "target", "is a firm or a person")
        owned = self.share_bps is not None
        require(not owned or self.kind == "ownership", "share_bps", "belongs to ownership only")
        share = 0 if self.share_bps is None else self.share_bps
        require(0 <= share <= WHOLE_BPS, "share_bps", "is between 0 and 10,000")

    @property
    def canonical(self) -> Statement:
        """The same whichever side reported it, where the relation has no direction."""
        if self.kind in SYMMETRIC and self.target < self.source:
            return replace(self, source=self.target, target=self.source)
        return self


def spans(statements: Iterable[Statement]) -> Iterator[Edge]:
    """The edges that statements amount to, whatever the order in which they arrived.

    Each statement stands until the next one about the same relation. Of several on one day the
    gravest stands: that it holds before that it ended, an unknown share before a known one, a
    larger share before a smaller.
    """
    unique = sorted({one.canonical for one in statements}, key=_sort_key)
    for _, about in groupby(unique, key=_relation):
        by_day = {one.on: one for one in about}  # the last of a day, the gravest, stays
        days = [*by_day.values()]
        for one, following in zip(days, [*days[1:], None], strict=True):
            if one.holds:
                yield Edge(
                    source=one.source,
                    target=one.target,
                    kind=one.kind,
                    since=one.on,
                    until=None if following is None else following.on,
                    share_bps=one.share_bps,
                )


def _relation(one: Statement) -> tuple[str, str, str]:
    return one.source, one.target, one.kind


def _sort_key(one: Statement) -> tuple[tuple[str, str, str], date, bool, int]:
    share = WHOLE_BPS + 1 if one.share_bps is None else one.share_bps
    return _relation(one), one.on, one.holds, share
