"""Where drawn money goes: the account's lines after a drawdown as a graph of payments.

A payee that is not known may be anybody: it is in everybody's group, and money that comes from
nobody known may come from whoever was paid. Names are compared as `in_one_spelling` writes them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from risk.domain.matching import core_name
from risk.domain.models.statement_rows import Kind

HOME: Final = ""
"""The borrower's own account as a place of the graph; no name is empty."""
PPM: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One line of the account that the loan was paid into."""

    booked_on: date
    incoming: bool
    amount_fen: int
    kind: Kind
    payee: str | None
    """The other side's name; None is not known."""
    purpose: str = ""
    """As printed; empty where the statement prints none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A payment between two others that this bank can see."""

    payer: str
    payee: str
    booked_on: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Edge:
    """Money that has gone from somebody (None: nobody knows) to somebody."""

    payer: str | None
    payee: str
    day: date
    fen: int


def plain(name: str | None) -> str | None:
    """A name in one spelling; None when it says nothing."""
    return None if name is None else core_name(name, "firm") or None


def in_one_spelling(flow: Flow) -> Flow:
    """The line with its payee's name as names are compared."""
    return replace(flow, payee=plain(flow.payee))


def edges_of(flows: Iterable[Flow], transfers: Iterable[Transfer]) -> list[Edge]:
    """What may bring money back: lines that come in, and payments between others."""
    found = [Edge(one.payee, HOME, one.booked_on, one.amount_fen) for one in flows if one.incoming]
    found += [
        Edge(plain(one.payer), plain(one.payee) or one.payee, one.booked_on, one.amount_fen)
        for one in transfers
    ]
    return found


@dataclass(frozen=True, slots=True)
class Returns:
    """The search for money that comes back to the borrower or somebody related."""

    edges_from: Mapping[str | None, Sequence[Edge]]
    """By who pays, the earliest first."""
    homes: frozenset[str]
    max_hops: int
    days: int
    similar_ppm: int

    @classmethod
    def over(
        cls,
        edges: Iterable[Edge],
        homes: frozenset[str],
        *,
        max_hops: int,
        days: int,
        similar_ppm: int,
    ) -> Returns:
        """Prepare the search over edges, by who pays."""
        by_payer: dict[str | None, list[Edge]] = {}
        for one in sorted(edges, key=lambda one: one.day):
            by_payer.setdefault(one.payer, []).append(one)
        return cls(by_payer, homes | {HOME}, max_hops, days, similar_ppm)

    def comes_back(self, flow: Flow) -> bool:
        """Whether a payment reaches home again: never back in time, each step big enough.

        The places reached are kept with the first day on which the money can be there, so every
        hop looks at each place once.
        """
        if flow.payee is None:
            return False
        least = flow.amount_fen * self.similar_ppm // PPM
        until = flow.booked_on + timedelta(days=self.days)
        reached: dict[str, date] = {flow.payee: flow.booked_on}
        front = dict(reached)
        for _ in range(self.max_hops):
            following: dict[str, date] = {}
            for place, since in front.items():
                for edge in self._onward(place, since, until):
                    if edge.fen < least:
                        continue
                    if edge.payee in self.homes:
                        return True
                    if edge.day < reached.get(edge.payee, date.max):
                        reached[edge.payee] = following[edge.payee] = edge.day
            front = following
        return False

    def _onward(self, place: str, since: date, until: date) -> Iterable[Edge]:
        """What a place, or nobody known, pays within days."""
        for payer in (place, None):
            edges = self.edges_from.get(payer, ())
            begin = bisect_left(edges, since, key=_day)
            yield from edges[begin : bisect_right(edges, until, key=_day)]


def _day(edge: Edge) -> date:
    return edge.day


def split_payments(flows: Sequence[Flow], *, threshold_fen: int, days: int) -> set[int]:
    """Payments below a threshold that together reach it, to one payee within days (化整为零).

    Answers the places of the flows. Whoever is not known may be the payee of each group.
    """
    groups: dict[str, list[int]] = {}
    unknown: list[int] = []
    for place, one in enumerate(flows):
        if one.incoming or one.amount_fen >= threshold_fen:
            continue
        (unknown if one.payee is None else groups.setdefault(one.payee, [])).append(place)
    found = _reaching(flows, unknown, threshold_fen, days)
    for group in groups.values():
        found |= _reaching(flows, group + unknown, threshold_fen, days)
    return found


def just_below(
    flows: Sequence[Flow], *, threshold_fen: int, band_ppm: int, least_count: int
) -> set[int]:
    """Several payments just under a threshold, whoever gets them."""
    least = threshold_fen - threshold_fen * band_ppm // PPM
    found = {
        place
        for place, one in enumerate(flows)
        if not one.incoming and least <= one.amount_fen < threshold_fen
    }
    return found if len(found) >= least_count else set()


def _reaching(flows: Sequence[Flow], places: list[int], threshold_fen: int, days: int) -> set[int]:
    """A window over the days: all that lies in some window whose sum reaches the threshold."""
    ordered = sorted(places, key=_day_of(flows))
    found: set[int] = set()
    begin = total = done = 0
    for end, place in enumerate(ordered):
        total += flows[place].amount_fen
        while (flows[place].booked_on - flows[ordered[begin]].booked_on).days > days:
            total -= flows[ordered[begin]].amount_fen
            begin += 1
        if total >= threshold_fen:
            found.update(ordered[max(begin, done) : end + 1])  # the begin never goes back
            done = end + 1
    return found


def _day_of(flows: Sequence[Flow]) -> Callable[[int], date]:
    return lambda place: flows[place].booked_on
