"""Whether the score ranks: AUC and KS of each vintage, exact on ties, with an interval."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from risk.domain.monitoring.outcome import Outcome
from risk.domain.monitoring.thresholds import MINIMUM_OUTCOMES, PPM, share_ppm

NORMAL_975: Final = 1.959963984540054
"""The 97.5 % point of the normal distribution: a two-sided interval of 95 %."""
ALL_VINTAGES: Final = "all"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A predicted probability and what happened."""

    pd_ppm: int
    bad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrimination:
    """How well one vintage was ranked; figures are None where there are too few outcomes."""

    vintage: str
    count: int
    bad: int
    bad_rate_ppm: int | None
    mean_pd_ppm: int | None
    """Beside the bad rate: whether the level of the predictions was right."""
    auc_ppm: int | None
    auc_low_ppm: int | None
    auc_high_ppm: int | None
    ks_ppm: int | None

    @property
    def enough(self) -> bool:
        """Whether there were enough bad and good outcomes for a figure."""
        return self.auc_ppm is not None


def by_vintage(
    outcomes: Iterable[Outcome], model_id: str, model_version: str
) -> tuple[Discrimination, ...]:
    """One line a month of decision, and one over all of them at the end."""
    known = sorted(
        (
            (one.vintage, Ranked(pd_ppm, one.bad))
            for one in outcomes
            for pd_ppm in (one.pd_of(model_id, model_version),)
            if pd_ppm is not None
        ),
        key=lambda pair: pair[0],
    )
    months = [
        discrimination(vintage, [ranked for _, ranked in found])
        for vintage, found in groupby(known, key=lambda pair: pair[0])
    ]
    every = [ranked for _, ranked in known]
    return (*months, discrimination(ALL_VINTAGES, every)) if months else ()


def discrimination(vintage: str, ranked: Sequence[Ranked]) -> Discrimination:
    """The figures of one vintage."""
    bad = sum(one.bad for one in ranked)
    enough = min(bad, len(ranked) - bad) >= MINIMUM_OUTCOMES
    low, high = auc_interval_ppm(ranked) if enough else (None, None)
    return Discrimination(
        vintage=vintage,
        count=len(ranked),
        bad=bad,
        bad_rate_ppm=share_ppm(bad, len(ranked)),
        mean_pd_ppm=_mean(ranked),
        auc_ppm=auc_ppm(ranked) if enough else None,
        auc_low_ppm=low,
        auc_high_ppm=high,
        ks_ppm=ks_ppm(ranked) if enough else None,
    )


def auc_ppm(ranked: Sequence[Ranked]) -> int | None:
    """The chance that a bad one was predicted riskier than a good one; a tie counts half.

    >>> auc_ppm([Ranked(10, False), Ranked(20, True), Ranked(20, False)])
    750000
    """
    bad = sum(one.bad for one in ranked)
    pairs = bad * (len(ranked) - bad)
    return share_ppm(sum(_double_places(ranked, of_bad=True)), 2 * pairs)


def ks_ppm(ranked: Sequence[Ranked]) -> int | None:
    """The largest distance between the distributions of bad and good ones over all cut-offs."""
    bad = sum(one.bad for one in ranked)
    good = len(ranked) - bad
    widest, seen_bad, seen_good = 0, 0, 0
    for _, found in groupby(sorted(ranked, key=_pd), key=_pd):
        for one in found:
            seen_bad += one.bad
            seen_good += not one.bad
        widest = max(widest, abs(seen_bad * good - seen_good * bad))
    return share_ppm(widest, bad * good)


def auc_interval_ppm(ranked: Sequence[Ranked]) -> tuple[int | None, int | None]:
    """Around the AUC, 95 % by DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988).

    A vintage that is ranked without one mistake has no spread, so it has no interval either.
    """
    variance = auc_variance(ranked)
    middle = auc_ppm(ranked)
    if not variance or middle is None:
        return None, None
    half = round(NORMAL_975 * math.sqrt(variance) * PPM)
    return max(middle - half, 0), min(middle + half, PPM)


def auc_variance(ranked: Sequence[Ranked]) -> float | None:
    """The variance of the AUC; None with fewer than two bad or two good ones."""
    count_bad = sum(one.bad for one in ranked)
    if min(count_bad, len(ranked) - count_bad) < 2:
        return None
    found = [placements(ranked, of_bad=side) for side in (True, False)]
    return sum(covariance(one, one) / len(one) for one in found)


def placements(ranked: Sequence[Ranked], *, of_bad: bool) -> list[float]:
    """For each bad one the share of good ones below it, or the other way round; ties half."""
    bad = sum(one.bad for one in ranked)
    others = len(ranked) - bad if of_bad else bad
    return [place / (2 * others) for place in _double_places(ranked, of_bad=of_bad)]


def covariance(left: Sequence[float], right: Sequence[float]) -> float:
    """The sample covariance of two equally long sequences."""
    count = len(left)
    middle_left, middle_right = math.fsum(left) / count, math.fsum(right) / count
    return math.fsum(
        (one - middle_left) * (other - middle_right) for one, other in zip(left, right, strict=True)
    ) / (count - 1)


def _double_places(ranked: Sequence[Ranked], *, of_bad: bool) -> list[int]:
    """Twice the number of the others that lie on the right side, in the order of the input.

    For a bad one these are the good ones with a lower prediction, for a good one the bad ones with
    a higher one; one with the same prediction counts once instead of twice.
    """
    others = sorted(one.pd_ppm for one in ranked if one.bad is not of_bad)
    below: dict[int, tuple[int, int]] = {}
    place = 0
    for value, found in groupby(sorted(ranked, key=_pd), key=_pd):
        while place < len(others) and others[place] < value:
            place += 1
        ties = sum(one.bad is not of_bad for one in found)
        below[value] = (place, ties)
    doubled = []
    for one in ranked:
        if one.bad is of_bad:
            lower, ties = below[one.pd_ppm]
            side = lower if of_bad else len(others) - lower - ties
            doubled.append(2 * side + ties)
    return doubled


def _mean(ranked: Sequence[Ranked]) -> int | None:
    if not ranked:
        return None
    return (2 * sum(one.pd_ppm for one in ranked) + len(ranked)) // (2 * len(ranked))


def _pd(one: Ranked) -> int:
    return one.pd_ppm
