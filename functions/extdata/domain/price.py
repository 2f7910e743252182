"""Prices (价格) of providers' APIs, effective-dated; amounts of one month add up to the 分.

A price line is per call (按次) or per hit (按查得). Its unit price may have parts of a 分 and may
fall by tiers; a package (包) covers a number of calls for a fee; a monthly minimum (保底) tops up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Literal

Basis = Literal["per_call", "per_hit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A unit price in yuan for the calls of a month up to and including the n-th."""

    up_to: int | None
    unit_yuan: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A monthly fee in yuan that covers the first so many billable calls."""

    calls: int
    fee_yuan: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one connector's calls cost from a day on."""

    provider_id: str
    connector_id: str
    basis: Basis
    tiers: tuple[Tier, ...]
    package: Package | None = None
    minimum_yuan: Decimal = Decimal(0)
    effective_from: date
    effective_to: date = date.max

    def is_in_force(self, on: date) -> bool:
        """From its first to its last day, both included."""
        return self.effective_from <= on <= self.effective_to

    @property
    def is_open_ended(self) -> bool:
        """In force until another price follows."""
        return self.effective_to == date.max

    def unit_yuan(self, nth: int) -> Decimal:
        """The unit price of the n-th billable call of a month, from 1, the package aside.

        >>> p = Price(provider_id="p", connector_id="c", basis="per_call",
        ...           tiers=(Tier(up_to=2, unit_yuan=Decimal("0.5")),
        ...                  Tier(up_to=None, unit_yuan=Decimal("0.3"))),
        ...           effective_from=date(2026, 1, 1))
        >>> [str(p.unit_yuan(n)) for n in (1, 2, 3)]
        ['0.5', '0.5', '0.3']
        """
        for tier in self.tiers:
            if tier.up_to is None or nth <= tier.up_to:
                return tier.unit_yuan
        return self.tiers[-1].unit_yuan

    def expected_fen(self) -> int:
        """What a single billable call is expected to cost: the first tier, rounded."""
        if self.package is not None:
            return to_fen(self.package.fee_yuan / self.package.calls)
        return to_fen(self.tiers[0].unit_yuan)


def overlaps(price: Price, known: Sequence[Price]) -> bool:
    """Whether a new price meets a known one on some day; an open end gives way to what follows."""
    return any(
        price.effective_from <= other.effective_to
        and other.effective_from <= price.effective_to
        and not (other.is_open_ended and price.effective_from > other.effective_from)
        for other in known
    )


def succession(prices: Iterable[Price]) -> tuple[Price, ...]:
    """Prices by their first day; one without a last day ends the day before the next begins."""
    ordered = sorted(prices, key=lambda price: price.effective_from)
    ended = [
        replace(price, effective_to=following.effective_from - timedelta(days=1))
        if price.is_open_ended
        else price
        for price, following in pairwise(ordered)
    ]
    return (*ended, *ordered[-1:])


def to_fen(yuan: Decimal) -> int:
    """Round an amount in yuan half up to whole 分.

    >>> to_fen(Decimal("0.005")), to_fen(Decimal("12.344"))
    (1, 1234)
    """
    return int((yuan * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
