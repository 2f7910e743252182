"""A challenger (挑战者) beside the champion on the same applications: agreement, swaps, ranking."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from puhui.contracts.risk import Verdict
from risk.domain.monitoring.discrimination import (
    NORMAL_975,
    Ranked,
    auc_ppm,
    covariance,
    placements,
)
from risk.domain.monitoring.outcome import Outcome
from risk.domain.monitoring.psi import psi_ppm
from risk.domain.monitoring.scored import ScoredDecision
from risk.domain.monitoring.thresholds import (
    MINIMUM_OUTCOMES,
    PPM,
    Level,
    level_of,
    share_ppm,
)
from risk.domain.shadow import VERDICTS

SCORE_GROUPS: Final = 10
"""Tenths of the champion's scores, in which both are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Both answers to one application, and the outcome if it is known."""

    application_id: str
    champion_ppm: int
    challenger_ppm: int
    champion: Verdict
    challenger: Verdict
    bad: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """How many applications both sent where, and how the known ones ended."""

    champion: Verdict
    challenger: Verdict
    count: int
    known: int
    bad: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengerReport:
    """Champion against challenger over the applications that both answered."""

    count: int
    agreement_ppm: int | None
    """Same verdict, of all."""
    swaps: tuple[Swap, ...]
    psi_ppm: int | None
    """Between the two scores, in tenths of the champion's."""
    level: Level
    known: int
    bad: int
    champion_auc_ppm: int | None
    challenger_auc_ppm: int | None
    difference_ppm: int | None
    """The challenger's AUC minus the champion's, on the same outcomes."""
    difference_low_ppm: int | None
    difference_high_ppm: int | None
    """95 % by DeLong's covariance: both rank the same cases."""

    @property
    def challenger_is_better(self) -> bool:
        """Better ranking beyond chance; whoever replaces a champion looks at more than this."""
        return self.difference_low_ppm is not None and self.difference_low_ppm > 0


def pairs_of(
    champion: Iterable[ScoredDecision],
    challenger: Iterable[ScoredDecision],
    outcomes: Iterable[Outcome] = (),
) -> tuple[Pair, ...]:
    """Match two sets of decisions by application; whoever has no counterpart is left out."""
    other = {one.application_id: one for one in challenger}
    known = {one.application_id: one.bad for one in outcomes}
    found = {
        one.application_id: Pair(
            application_id=one.application_id,
            champion_ppm=one.pd_ppm,
            challenger_ppm=other[one.application_id].pd_ppm,
            champion=one.verdict,
            challenger=other[one.application_id].verdict,
            bad=known.get(one.application_id),
        )
        for one in champion
        if one.application_id in other
    }
    return tuple(found[name] for name in sorted(found))


def ranked_pairs(
    champion: Iterable[ScoredDecision],
    challenger: Iterable[ScoredDecision],
    outcomes: Iterable[Outcome] = (),
) -> tuple[Pair, ...]:
    """Two models that answered in the same decisions, each at the bank's own number of approvals.

    A model that was only listened to has no verdict. As many applications as were approved are
    taken from each model's safest end, so both sides approve alike and only the order differs;
    applications with the same score are taken by their id.
    """
    pairs = pairs_of(champion, challenger, outcomes)
    approved = sum(one.champion == "approve" for one in pairs)
    left = _safest(((one.champion_ppm, one.application_id) for one in pairs), approved)
    right = _safest(((one.challenger_ppm, one.application_id) for one in pairs), approved)
    return tuple(
        replace(
            one,
            champion="approve" if one.application_id in left else "decline",
            challenger="approve" if one.application_id in right else "decline",
        )
        for one in pairs
    )


def _safest(scored: Iterable[tuple[int, str]], count: int) -> frozenset[str]:
    return frozenset(application for _, application in sorted(scored)[:count])


def compare(pairs: Sequence[Pair]) -> ChallengerReport:
    """Everything that one looks at before a challenger becomes champion."""
    index = _between([(one.champion_ppm, one.challenger_ppm) for one in pairs])
    left, right = _ranked(pairs)
    bad = sum(one.bad for one in left)
    enough = min(bad, len(left) - bad) >= MINIMUM_OUTCOMES
    champion, challenger = (auc_ppm(one) if enough else None for one in (left, right))
    difference = None if champion is None or challenger is None else challenger - champion
    half = _half_width_ppm(left, right) if enough else None
    return ChallengerReport(
        count=len(pairs),
        agreement_ppm=share_ppm(sum(one.champion == one.challenger for one in pairs), len(pairs)),
        swaps=_swaps(pairs),
        psi_ppm=index,
        level=Level.NOT_ENOUGH if index is None else level_of(index, len(pairs)),
        known=len(left),
        bad=bad,
        champion_auc_ppm=champion,
        challenger_auc_ppm=challenger,
        difference_ppm=difference,
        difference_low_ppm=None if difference is None or half is None else difference - half,
        difference_high_ppm=None if difference is None or half is None else difference + half,
    )


def _swaps(pairs: Iterable[Pair]) -> tuple[Swap, ...]:
    every: Counter[tuple[Verdict, Verdict]] = Counter()
    known: Counter[tuple[Verdict, Verdict]] = Counter()
    bad: Counter[tuple[Verdict, Verdict]] = Counter()
    for one in pairs:
        key = (one.champion, one.challenger)
        every[key] += 1
        known[key] += one.bad is not None
        bad[key] += one.bad is True
    return tuple(
        Swap(champion=left, challenger=right, count=every[key], known=known[key], bad=bad[key])
        for left in VERDICTS
        for right in VERDICTS
        for key in ((left, right),)
    )


def _between(scored: Sequence[tuple[int, int]]) -> int | None:
    """PSI of the challenger's scores against the champion's, in groups of about a tenth."""
    if not scored:
        return None
    ordered = sorted(one for one, _ in scored)
    places = (len(ordered) * tenth // SCORE_GROUPS for tenth in range(1, SCORE_GROUPS))
    edges = sorted({ordered[place] for place in places})
    expected, actual = [0] * (len(edges) + 1), [0] * (len(edges) + 1)
    for one, other in scored:
        expected[sum(edge < one for edge in edges)] += 1
        actual[sum(edge < other for edge in edges)] += 1
    return psi_ppm(expected, actual)


def _ranked(pairs: Iterable[Pair]) -> tuple[list[Ranked], list[Ranked]]:
    left, right = [], []
    for one in pairs:
        if one.bad is None:
            continue
        left.append(Ranked(one.champion_ppm, one.bad))
        right.append(Ranked(one.challenger_ppm, one.bad))
    return left, right


def _half_width_ppm(left: Sequence[Ranked], right: Sequence[Ranked]) -> int | None:
    """Half of the interval of a difference of two AUCs on the same cases (DeLong 1988)."""
    variance = 0.0
    for of_bad in (True, False):
        one, other = (placements(ranked, of_bad=of_bad) for ranked in (left, right))
        moved = [second - first for first, second in zip(one, other, strict=True)]
        variance += covariance(moved, moved) / len(moved)
    return round(NORMAL_975 * math.sqrt(variance) * PPM) if variance > 0 else None
