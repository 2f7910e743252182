"""A loan in arrears: how late it is, how its borrower answers, whether it is cured in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sandbox.domain.economy.chance import MILLI, chance_ppm, clipped, happens, normal
from sandbox.domain.economy.loans import Path, days_past_due
from sandbox.domain.economy.member import Member
from sandbox.domain.economy.outcomes import outcome_rng
from sandbox.domain.economy.sectors import condition

LATEST_DAYS: Final = 90
"""Cases of 1 to 90 days past due; later ones are for lawyers, not for a score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a collector's desk knows of an overdue loan beside the documents."""

    days_past_due: int
    open_instalments: int
    """Instalments unpaid on the day."""
    earlier_episodes: int
    """Instalments of the last twelve paid more than three days late."""
    days_since_last_payment: int | None
    answered_percent: int | None
    """Of the calls of the last 30 days; None before the first call."""
    promises_broken: int
    promises_kept: int
    own_phone_reached: bool | None


def case_of(member: Member, path: Path) -> Case | None:
    """The case on the day of observation; None for a loan that is not 1 to 90 days late."""
    late = days_past_due(path, member.observed_on)
    if not 1 <= late <= LATEST_DAYS:
        return None
    rng = member.rng("collection")
    day = member.observed_on
    paid = [one.paid_on for one in path if one.paid_on is not None and not one.open_on(day)]
    calls = rng.randint(0, 3 + late // 6)
    chance = chance_ppm(200 + member.willingness * 9 // 10 + normal(rng) * 8 // 10)
    answered = sum(happens(rng, chance) for _ in range(calls))
    promised = sum(rng.randrange(2) for _ in range(answered))
    keeps = chance_ppm(member.willingness * 6 // 10 + member.ability * 5 // 10 - 300)
    kept = sum(happens(rng, keeps) for _ in range(promised))
    return Case(
        days_past_due=late,
        open_instalments=sum(one.open_on(day) for one in path),
        earlier_episodes=sum(_was_late(one.days_past_due(day)) for one in path[-13:-1]),
        days_since_last_payment=(day - max(paid)).days if paid else None,
        answered_percent=answered * 100 // calls if calls else None,
        promises_broken=promised - kept,
        promises_kept=kept,
        own_phone_reached=None if calls == 0 else answered > 0 and rng.randrange(10) > 1,
    )


def not_cured(member: Member, case: Case, draw: str = "0") -> bool:
    """Is the loan still overdue 30 days later?"""
    rng = outcome_rng(member, "cure", draw)
    sector = condition(member.seed, member.section, member.observed_on)
    logit = (
        -2_000
        + clipped(case.days_past_due, 0, LATEST_DAYS) * 28
        + case.promises_broken * 120
        - (member.ability * 650 + member.willingness * 800 + sector * 500) // MILLI
    )
    if member.setback is not None:
        logit += 500
    return happens(rng, chance_ppm(logit))


def _was_late(days: int) -> bool:
    return days > 3
