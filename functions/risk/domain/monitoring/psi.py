"""The population stability index of two populations in the same bins, exact and the same anywhere.

PSI = Σ (a − e) · ln(a / e), where e is a bin's expected share and a its actual one (Siddiqi, Credit
Risk Scorecards, 2006; a symmetrised Kullback-Leibler divergence). An empty bin counts as 0.0001
on either side, because the logarithm of 0 does not exist.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from risk.domain.monitoring.thresholds import PPM

EMPTY_SHARE: Final = Decimal("0.0001")
"""A bin with a smaller share counts as this; the same floor as that of data quality."""
ARITHMETIC: Final = Context(prec=28, rounding=ROUND_HALF_UP)
"""Correctly rounded decimals: the index of a stored window is the same on every machine."""
NORMAL_95: Final = 1.6448536269514722
"""The 95 % point of the normal distribution."""


class BinsDiffer(ValueError):
    """Two populations are not in the same bins."""


def psi_ppm(expected: Sequence[int], actual: Sequence[int]) -> int:
    """The index in parts per million, of two sequences of counts or of shares.

    >>> psi_ppm([50, 50], [500, 500]), psi_ppm([50, 50], [60, 40])
    (0, 40547)
    """
    if len(expected) != len(actual):
        raise BinsDiffer(f"{len(expected)} bins are expected, {len(actual)} are found")
    pairs = zip(_shares(expected), _shares(actual), strict=True)
    terms = sorted(_term(one, other) for one, other in pairs)
    total = Decimal(0)
    for term in terms:
        total = ARITHMETIC.add(total, term)
    return int((total * PPM).to_integral_value(ROUND_HALF_UP))


def chance_ppm(bins: int, expected_count: int | None, actual_count: int) -> int:
    """Below this lies the index 19 times of 20 although nothing has changed, by the draw alone.

    Without change the index is about chi-square with B - 1 degrees of freedom times (1/N + 1/M)
    (Yurdakul, Statistical Properties of Population Stability Index, 2018); its 95 % point by
    Wilson and Hilferty (1931). A reference of unknown size counts as exact.

    >>> chance_ppm(10, 83, 1_000), chance_ppm(10, None, 1_000)
    (220545, 16902)
    """
    freedom = bins - 1
    if freedom < 1 or actual_count < 1:
        return 0
    spread = 2 / (9 * freedom)
    root = 1 - spread + NORMAL_95 * math.sqrt(spread)
    draw = 1 / actual_count + (1 / expected_count if expected_count else 0)
    return round(freedom * root * root * root * draw * PPM)


def _shares(counts: Sequence[int]) -> list[Decimal]:
    total = sum(counts)
    if total <= 0 or min(counts) < 0:
        raise BinsDiffer("a population has no counts")
    whole = Decimal(total)
    return [max(ARITHMETIC.divide(Decimal(one), whole), EMPTY_SHARE) for one in counts]


def _term(expected: Decimal, actual: Decimal) -> Decimal:
    moved = ARITHMETIC.subtract(actual, expected)
    ratio = ARITHMETIC.divide(actual, expected)
    return ARITHMETIC.multiply(moved, ARITHMETIC.ln(ratio))
