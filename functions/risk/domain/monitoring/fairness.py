"""Whether groups of people are treated alike: approval, prediction and outcome, group by group.

What a decision carries is the region, the kind of customer and the branch. Age band and gender
are in no record; a caller that may know them hands over a mapping from pseudonymous subject to
group. Groups are looked at here only and are never an input of a model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from puhui.china.regions import PROVINCES
from risk.domain.monitoring.outcome import Outcome
from risk.domain.monitoring.scored import ScoredDecision
from risk.domain.monitoring.thresholds import (
    FOUR_FIFTHS_PPM,
    MINIMUM_SLICE,
    PPM,
    share_ppm,
)

POOLED: Final = "其他（合并的小组）"
UNKNOWN: Final = "未知"
PROTECTED: Final = ("age_band", "gender", "region")
"""Features B18: groups that a fairness report is about, and that no model may read."""
ATTRIBUTE_NAMES: Final[Mapping[str, str]] = {
    "region": "地区（省）",
    "customer_kind": "客户类型",
    "branch": "机构",
    "age_band": "年龄段",
    "gender": "性别",
}
Groups = Mapping[str, Mapping[str, str]]
"""By attribute: the group of each pseudonymous customer id."""
GroupOf = Callable[[ScoredDecision], str]
CARRIED: Final[Mapping[str, GroupOf]] = {
    "branch": lambda decision: decision.branch_id,
    "customer_kind": lambda decision: decision.customer_kind,
    "region": lambda decision: PROVINCES.get(decision.region_code[:2], UNKNOWN),
}
"""What every decision says of its applicant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One group of one attribute."""

    attribute: str
    group: str
    count: int
    approved: int
    approval_ppm: int | None
    ratio_ppm: int | None
    """Its approval rate over that of the group with the highest."""
    below_four_fifths: bool
    mean_pd_ppm: int
    outcomes: int
    bad: int
    bad_rate_ppm: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """The slices of one attribute; none where fewer than two groups are large enough to show."""

    attribute: str
    attribute_zh: str
    slices: tuple[Slice, ...]
    pooled_groups: int
    """How many small groups are shown together as one, so that nobody is found in a table."""

    @property
    def lowest_ratio_ppm(self) -> int | None:
        """The worst ratio of approval rates."""
        return min(
            (one.ratio_ppm for one in self.slices if one.ratio_ppm is not None), default=None
        )


def fairness_of(
    decisions: Sequence[ScoredDecision],
    outcomes: Iterable[Outcome] = (),
    groups: Groups | None = None,
) -> tuple[Fairness, ...]:
    """Every attribute that the decisions carry, and those that the caller knows."""
    known = {one.application_id: one for one in outcomes}
    every = {**CARRIED, **{name: _told(told) for name, told in (groups or {}).items()}}
    return tuple(_attribute(name, every[name], decisions, known) for name in sorted(every))


def _told(groups: Mapping[str, str]) -> GroupOf:
    return lambda decision: groups.get(decision.customer_id, UNKNOWN)


def _attribute(
    name: str,
    group_of: GroupOf,
    decisions: Sequence[ScoredDecision],
    known: Mapping[str, Outcome],
) -> Fairness:
    by_group: dict[str, list[ScoredDecision]] = {}
    for one in decisions:
        by_group.setdefault(group_of(one), []).append(one)
    shown, pooled = _pooled(by_group)
    highest = max((_approved(found) * PPM // len(found) for found in shown.values()), default=0)
    slices = [_slice(name, group, found, known, highest) for group, found in sorted(shown.items())]
    return Fairness(
        attribute=name,
        attribute_zh=ATTRIBUTE_NAMES.get(name, name),
        slices=tuple(slices) if len(slices) > 1 else (),
        pooled_groups=pooled,
    )


def _pooled(
    by_group: Mapping[str, list[ScoredDecision]],
) -> tuple[dict[str, list[ScoredDecision]], int]:
    """Put small groups together until they are large enough; never one hidden group alone.

    A single hidden group could be computed from the total, so the smallest shown one joins it.
    """
    ordered = sorted(by_group.items(), key=lambda item: (len(item[1]), item[0]))
    pool: list[ScoredDecision] = []
    pooled = 0
    for _, found in ordered:
        if len(found) >= MINIMUM_SLICE and (not pool or len(pool) >= MINIMUM_SLICE):
            break
        pool += found
        pooled += 1
    shown = dict(ordered[pooled:])
    if len(pool) >= MINIMUM_SLICE:
        shown[POOLED] = pool
    return shown, pooled


def _slice(
    name: str,
    group: str,
    found: Sequence[ScoredDecision],
    known: Mapping[str, Outcome],
    highest_ppm: int,
) -> Slice:
    approved = _approved(found)
    rate = approved * PPM // len(found)
    ratio = share_ppm(rate, highest_ppm)
    scores = [one.pd_ppm for one in found]
    results = [known[one.application_id].bad for one in found if one.application_id in known]
    return Slice(
        attribute=name,
        group=group,
        count=len(found),
        approved=approved,
        approval_ppm=share_ppm(approved, len(found)),
        ratio_ppm=ratio,
        below_four_fifths=ratio is not None and ratio < FOUR_FIFTHS_PPM,
        mean_pd_ppm=(2 * sum(scores) + len(scores)) // (2 * len(scores)),
        outcomes=len(results),
        bad=sum(results),
        bad_rate_ppm=share_ppm(sum(results), len(results)),
    )


def _approved(found: Iterable[ScoredDecision]) -> int:
    return sum(one.verdict == "approve" for one in found)
