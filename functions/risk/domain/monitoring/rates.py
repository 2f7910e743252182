"""How often the machine decided alone, what it answered, and how often people said otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from puhui.contracts.risk import ReviewOutcome
from risk.domain.monitoring.scored import ScoredDecision
from risk.domain.monitoring.thresholds import share_ppm

ALL_POLICIES: Final = "all"
Reviewed = Mapping[str, ReviewOutcome]
"""What people decided on review, by decision id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Counts of one policy version; every rate is one of them divided by `count`."""

    policy: str
    """`{policy}@{version}`, or `all`."""
    count: int
    approved: int
    referred: int
    declined: int
    unscored: int
    """Answered without this model's score: a rule came first, or the policy calls another."""
    reviewed: int
    """Decided on again by a person, at the customer's request (PIPL art. 24)."""
    changed: int
    """Of those, decided otherwise than the machine."""
    waived: int
    """Decided with at least one rule that two people had excepted."""
    overridden: int
    """Changed on review, or decided with a waived rule; each decision counts once."""
    without_person: int
    """Neither referred, nor reviewed, nor decided with a waived rule."""

    @property
    def pass_through_ppm(self) -> int | None:
        """直通率: decisions without a person, of all."""
        return share_ppm(self.without_person, self.count)

    @property
    def override_ppm(self) -> int | None:
        """人工推翻率: decisions in which people wanted otherwise than the policy, of all."""
        return share_ppm(self.overridden, self.count)

    @property
    def approval_ppm(self) -> int | None:
        """通过率."""
        return share_ppm(self.approved, self.count)

    @property
    def refer_ppm(self) -> int | None:
        """转人工率."""
        return share_ppm(self.referred, self.count)

    @property
    def decline_ppm(self) -> int | None:
        """拒绝率."""
        return share_ppm(self.declined, self.count)


def rates_by_policy(decisions: Sequence[ScoredDecision], reviewed: Reviewed) -> tuple[Rates, ...]:
    """One line a policy version, by its name, and one over all of them at the end."""
    by_policy: dict[str, list[ScoredDecision]] = {}
    for one in decisions:
        by_policy.setdefault(f"{one.policy_id}@{one.policy_version}", []).append(one)
    lines = [rates(name, found, reviewed) for name, found in sorted(by_policy.items())]
    return (*lines, rates(ALL_POLICIES, decisions, reviewed)) if lines else ()


def rates(policy: str, decisions: Iterable[ScoredDecision], reviewed: Reviewed) -> Rates:
    """Count one group of decisions."""
    every = tuple(decisions)
    changed = {one.decision_id for one in every if reviewed.get(one.decision_id) == "changed"}
    waived = {one.decision_id for one in every if one.waived_count}
    return Rates(
        policy=policy,
        count=len(every),
        approved=sum(one.verdict == "approve" for one in every),
        referred=sum(one.verdict == "refer" for one in every),
        declined=sum(one.verdict == "decline" for one in every),
        unscored=sum(not one.decided for one in every),
        reviewed=sum(one.decision_id in reviewed for one in every),
        changed=len(changed),
        waived=len(waived),
        overridden=len(changed | waived),
        without_person=sum(_alone(one, reviewed) for one in every),
    )


def _alone(one: ScoredDecision, reviewed: Reviewed) -> bool:
    return one.verdict != "refer" and not one.waived_count and one.decision_id not in reviewed
