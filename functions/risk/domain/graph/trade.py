"""What invoices of many firms say together: the same invoice seen twice, and who trades in circles.

An invoice is recognised by its number, day, amount and tax. Seen in two firms in one direction it
was booked twice; seen as one firm's output and another's input it shows a trade between the two,
although counterparties are named by codes that say nothing across files.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.domain.graph.circles import MAX_LENGTH, cycles_of
from risk.domain.graph.columns import Flags, Ints

SAME_BOOKS_BPS: Final = 1_000
"""Of the smaller firm's invoices, booked by the other too: from here on it is no accident."""
SAME_BOOKS_COUNT: Final = 50
WINDOW_DAYS: Final = 180
"""A circle is close in time when all its trades have invoices within so many days."""
SIMILAR_BPS: Final = 8_000
"""A circle is even when its smallest leg is at least this share of its largest."""
BPS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Invoices:
    """Invoices by column; firms by position in `firms`, partners in `partners`."""

    firms: tuple[str, ...]
    partners: tuple[str, ...]
    firm: Ints
    partner: Ints
    outward: Flags
    """Whether the firm issued it."""
    valid: Flags
    """Not void."""
    number: Ints
    day: Ints
    """Ordinal."""
    amount_fen: Ints
    tax_fen: Ints

    def __len__(self) -> int:
        return len(self.firm)


@dataclass(frozen=True, slots=True, kw_only=True)
class SameBooks:
    """Two firms that booked the same invoices in the same direction."""

    firms: tuple[str, str]
    invoices: int
    share_bps: int
    """Of the smaller firm's invoices."""
    codes_agree_bps: int
    """Shared invoices whose counterparties map onto each other one to one, of all shared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """What one firm sold another, as both booked it."""

    seller: str
    buyer: str
    invoices: int
    amount_fen: int
    """Net of red-letter invoices, without tax; what either side calls void is left out."""
    disagreed: int
    """Invoices that one side calls valid and the other void."""
    days: tuple[int, ...]
    """Ordinals of the invoices that count, ascending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeCircle:
    """Firms that sell to each other round in a ring."""

    firms: tuple[str, ...]
    legs_fen: tuple[int, ...]
    evenness_bps: int
    """The smallest leg over the largest; 0 where a leg nets to nothing or below."""
    gap_days: int
    """The fewest days within which every leg has an invoice."""

    @property
    def suspicious(self) -> bool:
        """Close in time and even in amount: what circular invoicing looks like."""
        return self.gap_days <= WINDOW_DAYS and self.evenness_bps >= SIMILAR_BPS


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTwice:
    """Everything that follows from invoices that were seen twice."""

    same_books: tuple[SameBooks, ...]
    trades: tuple[Trade, ...]
    """Between different firms; firms with the same books count as one, by the first name."""
    self_trades: tuple[Trade, ...]
    """Of firms that issued invoices to themselves."""
    circles: tuple[TradeCircle, ...]


def seen_twice(invoices: Invoices) -> SeenTwice:
    """Find the invoices that are there twice, and what they show."""
    groups = [*_repeated(invoices)]
    books = _same_books(invoices, groups)
    alias = _first_names(invoices.firms, books)
    legs = _legs(invoices, groups, alias)
    trades = sorted((_trade(invoices, *pair, legs[pair]) for pair in legs), key=_sides)
    between = tuple(one for one in trades if one.seller != one.buyer)
    return SeenTwice(
        same_books=books,
        trades=between,
        self_trades=tuple(one for one in trades if one.seller == one.buyer),
        circles=_circles(between),
    )


def _repeated(invoices: Invoices) -> Iterator[NDArray[np.int64]]:
    """The positions of each invoice that is there more than once."""
    columns = (invoices.tax_fen, invoices.amount_fen, invoices.day, invoices.number)
    order = np.lexsort(columns)
    differs = np.zeros(max(len(order) - 1, 0), dtype=np.bool_)
    for column in columns:
        differs |= np.diff(column[order]) != 0
    starts = np.concatenate(([0], np.flatnonzero(differs) + 1, [len(order)]))
    for at in np.flatnonzero(np.diff(starts) > 1):
        yield order[starts[at] : starts[at + 1]]


def _same_books(invoices: Invoices, groups: Sequence[NDArray[np.int64]]) -> tuple[SameBooks, ...]:
    shared: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for group in groups:
        firms, partners = invoices.firm[group].tolist(), invoices.partner[group].tolist()
        outward = invoices.outward[group].tolist()
        booked = {(o, f): p for o, f, p in zip(outward, firms, partners, strict=True)}
        for side in (False, True):
            here = sorted(firm for way, firm in booked if way == side)
            for place, one in enumerate(here):
                for other in here[place + 1 :]:
                    shared[one, other].append((booked[side, one], booked[side, other]))
    sizes = np.bincount(invoices.firm, minlength=len(invoices.firms))
    found = []
    for (one, other), codes in sorted(shared.items()):
        share = BPS * len(codes) // int(min(sizes[one], sizes[other]))
        if len(codes) >= SAME_BOOKS_COUNT and share >= SAME_BOOKS_BPS:
            names = (invoices.firms[one], invoices.firms[other])
            found.append(
                SameBooks(
                    firms=names,
                    invoices=len(codes),
                    share_bps=min(share, BPS),
                    codes_agree_bps=BPS * _one_to_one(codes) // len(codes),
                )
            )
    return tuple(found)


def _one_to_one(codes: Sequence[tuple[int, int]]) -> int:
    """How many of the pairs have codes that are never paired with any other code."""
    pairs = Counter(codes)
    left, right = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    return sum(n for (one, other), n in pairs.items() if left[one] == right[other] == 1)


def _first_names(firms: Sequence[str], books: Sequence[SameBooks]) -> list[int]:
    """Of each firm the first firm with the same books."""
    alias = {name: place for place, name in enumerate(firms)}
    for one in sorted(books, key=lambda book: book.firms):
        first = min(alias[one.firms[0]], alias[one.firms[1]])
        known = {alias[one.firms[0]], alias[one.firms[1]]}
        alias = {name: first if place in known else place for name, place in alias.items()}
    return [alias[name] for name in firms]


def _legs(
    invoices: Invoices, groups: Sequence[NDArray[np.int64]], alias: Sequence[int]
) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Of each pair of seller and buyer one (issued, received) position an invoice."""
    legs: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for group in groups:
        outward = invoices.outward[group]
        issued, received = group[outward].tolist(), group[~outward].tolist()
        if issued and received:
            pairs = {
                (alias[invoices.firm[one]], alias[invoices.firm[other]]): (one, other)
                for one in reversed(issued)
                for other in reversed(received)
            }
            for pair, positions in pairs.items():
                legs[pair].append(positions)
    return legs


def _trade(invoices: Invoices, seller: int, buyer: int, legs: Sequence[tuple[int, int]]) -> Trade:
    issued, received = np.array(legs).T
    counts = invoices.valid[issued] & invoices.valid[received]
    return Trade(
        seller=invoices.firms[seller],
        buyer=invoices.firms[buyer],
        invoices=len(legs),
        amount_fen=int(invoices.amount_fen[issued][counts].sum()),
        disagreed=int((invoices.valid[issued] != invoices.valid[received]).sum()),
        days=tuple(sorted(invoices.day[issued][counts].tolist())),
    )


def _sides(one: Trade) -> tuple[str, str]:
    return one.seller, one.buyer


def _circles(trades: Sequence[Trade]) -> tuple[TradeCircle, ...]:
    by_sides = {_sides(one): one for one in trades if one.days}
    found = []
    for firms in cycles_of(by_sides, MAX_LENGTH).cycles:
        legs = [by_sides[pair] for pair in zip(firms, (*firms[1:], firms[0]), strict=True)]
        amounts = tuple(leg.amount_fen for leg in legs)
        least, most = min(amounts), max(amounts)
        found.append(
            TradeCircle(
                firms=firms,
                legs_fen=amounts,
                evenness_bps=BPS * least // most if least > 0 else 0,
                gap_days=smallest_span([leg.days for leg in legs]),
            )
        )
    return tuple(found)


def smallest_span(days: Sequence[Sequence[int]]) -> int:
    """The fewest days that hold a day of every list; each list ascends and has one.

    >>> smallest_span([[1, 50], [48, 90]])
    2
    """
    events = sorted((day, place) for place, own in enumerate(days) for day in own)
    latest: dict[int, int] = {}
    best = events[-1][0] - events[0][0]
    for day, place in events:
        latest[place] = day
        if len(latest) == len(days):
            best = min(best, day - min(latest.values()))
    return best
