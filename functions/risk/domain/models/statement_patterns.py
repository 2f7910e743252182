"""What lines of a statement look like together: digits, round numbers, loops, copies, rest days.

A counterparty that is not known may be anybody, and a balance that is not known any balance: what
is left out never makes a statement look better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

import numpy as np

from risk.domain.indicators.bank_rules import BENFORD_PPM
from risk.domain.models.statement_rows import UNKNOWN, Columns, Flags, Ints, Kind

PPM: Final = 1_000_000
NO_PARTNER: Final[tuple[Kind, ...]] = ("cash", "interest", "fee", "tax")
"""Kinds of lines that have no other side worth naming."""
SATURDAY: Final = 5


def benford_mad_ppm(columns: Columns, least_rows: int) -> int | None:
    """Mean absolute deviation of first digits from Benford's law; None with too few lines."""
    number = len(columns)
    if number < max(least_rows, 1):
        return None
    powers = np.array([10**power for power in range(19)], np.int64)
    digits = np.searchsorted(powers, columns.amount, "right") - 1
    seen = np.bincount(columns.amount // powers[digits], minlength=10)[1:10].tolist()
    off = sum(
        abs(count * PPM - number * share) for count, share in zip(seen, BENFORD_PPM, strict=True)
    )
    return int(off // (len(BENFORD_PPM) * number))


def round_rows(columns: Columns, unit_fen: int) -> int:
    """Lines over a whole multiple of a round amount."""
    return int((columns.amount % unit_fen == 0).sum())


def rest_day_rows(columns: Columns, holidays: Sequence[date], working_days: Sequence[date]) -> int:
    """Business lines on weekends and public holidays; a weekend may be made a working day."""
    free = np.array(sorted(one.toordinal() for one in holidays), np.int64)
    worked = np.array(sorted(one.toordinal() for one in working_days), np.int64)
    weekend = (columns.day - 1) % 7 >= SATURDAY  # ordinal 1 was a Monday
    rest = np.isin(columns.day, free) | (weekend & ~np.isin(columns.day, worked))
    return int((rest & columns.of_kind("business")).sum())


def loop_rows(columns: Columns, *, days: int, similar_ppm: int, least_fen: int) -> Flags:
    """Lines that a similar amount of the other direction answers within days, same counterparty.

    Both are looked up in one sorted list of keys (counterparty, day, rank of the amount), all days
    of the window at once, so that ten thousand lines take milliseconds. Stretches as long as the
    window are looked through first: a window lies in two of them, and most lines have no similar
    amount in either.
    """
    found = np.zeros(len(columns), np.bool_)
    fit = ~columns.of_kind(*NO_PARTNER) & (columns.amount >= least_fen)
    if not fit.any():
        return found
    day = columns.day - columns.day.min() + days
    span = int(day.max()) + days + 1
    named = columns.party != UNKNOWN
    look = _looker(columns, day, days, similar_ppm)
    # A counterparty that is not known may be any: it answers all, and all answer it.
    anybody = np.zeros_like(columns.party)
    for incoming in (True, False):
        asking = fit & (columns.incoming == incoming)
        answering = fit & (columns.incoming != incoming)
        for rows, others, group in (
            (asking & named, answering & named, columns.party),
            (asking & named, answering & ~named, anybody),
            (asking & ~named, answering, anybody),
        ):
            # In order, because a search near the one before it finds its keys in the cache.
            wanted = np.flatnonzero(rows & ~found)
            wanted = wanted[np.argsort((group * span + day)[wanted], kind="stable")]
            found[look(wanted, others, group * span)] = True
    return found


def _looker(
    columns: Columns, day: Ints, days: int, similar_ppm: int
) -> Callable[[Ints, Flags, Ints], Ints]:
    """What finds those of the wanted rows that others of their group answer within days."""
    amount = columns.amount
    ranks = np.sort(amount)
    slack = amount // PPM * similar_ppm + amount % PPM * similar_ppm // PPM
    low = np.searchsorted(ranks, amount - slack, "left")
    high = np.searchsorted(ranks, amount + slack, "right")
    rank = np.searchsorted(ranks, amount)
    length = 2 * days + 1
    looks = (
        (day // length, np.stack(((day - days) // length, (day + days) // length))),
        (day, day + np.arange(-days, days + 1)[:, np.newaxis]),
    )

    def look(wanted: Ints, others: Flags, group: Ints) -> Ints:
        for at, near in looks:
            keys = np.sort((group + at)[others] * len(ranks) + rank[others])
            keys = np.append(keys, np.iinfo(np.int64).max)
            first = (group[wanted] + near[:, wanted]) * len(ranks)
            nearest = keys[np.searchsorted(keys, first + low[wanted])]
            wanted = wanted[(nearest < first + high[wanted]).any(axis=0)]
        return wanted

    return look


def copied_rows(columns: Columns) -> int:
    """Lines that repeat another: same account, day, direction, amount, counterparty and balance.

    A true second payment of the same amount leaves another balance.
    """
    keys = (columns.amount, columns.incoming, columns.day, columns.account)
    order = np.lexsort(keys)
    same = np.ones(max(len(order) - 1, 0), np.bool_)
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    begins = np.flatnonzero(np.concatenate(([True], ~same)))
    ends = np.append(begins[1:], len(order))
    repeated = ends - begins > 1
    return sum(
        _alike([_other_side(columns, row) for row in order[begin:end].tolist()])
        for begin, end in zip(begins[repeated].tolist(), ends[repeated].tolist(), strict=True)
    )


def _other_side(columns: Columns, row: int) -> tuple[int | None, int | None]:
    """Counterparty and balance of a line; None for what is not known."""
    party = int(columns.party[row])
    balance = None if columns.unbalanced[row] else int(columns.balance[row])
    return None if party == UNKNOWN else party, balance


def _alike(group: list[tuple[int | None, int | None]]) -> int:
    """How many have another that may be the same; None may be the same as anything."""
    exact = Counter(group)
    by_party = Counter(party for party, _ in group)
    by_balance = Counter(balance for _, balance in group)
    alike = 0
    for (party, balance), count in exact.items():
        if party is None and balance is None:
            others = len(group)
        elif party is None:
            others = by_balance[balance] + by_balance[None]
        elif balance is None:
            others = by_party[party] + by_party[None]
        else:
            others = count + exact[party, None] + exact[None, balance] + exact[None, None]
        alike += count if others > 1 else 0
    return alike
