"""What happens after the day of observation: drawn from latents, sector and chance, and last.

`draw` names the draw: another draw gives other outcomes of the same members, and no document
changes, because none of them takes it.
"""

from __future__ import annotations

from random import Random
from typing import Final

from sandbox.domain.economy.chance import MILLI, chance_ppm, happens, seeded
from sandbox.domain.economy.loans import BAD_DAYS, Path, path_after, reaches
from sandbox.domain.economy.member import Member
from sandbox.domain.economy.sectors import harvest, mean_condition

YEAR_MONTHS: Final = 12
HALF_MONTHS: Final = 6
BASE_LOGIT: Final = {"E": -4_100, "S": -3_900, "F": -4_150, "C": -3_850, "T": -4_200}
ABILITY, WILLINGNESS, SECTOR, WEATHER, NEIGHBOURS = 850, 850, 900, 550, 300
"""Weights in thousandths of log-odds for a standard deviation."""
BLOW_PPM: Final = 60_000
BLOW_LOGIT: Final = 1_900
"""Illness, divorce, fire, a customer's bankruptcy after the loan: nobody sees it come."""
SETBACK_LOGIT: Final = 700
CLOSING_LOGIT: Final = -4_700


def outcome_rng(member: Member, what: str, draw: str) -> Random:
    """The chance of one outcome of one draw."""
    return seeded(member.seed, member.segment, member.index, "outcome", what, draw)


def bad_in_a_year(member: Member, draw: str = "0") -> bool:
    """Is the loan 30 days past due at some time in the twelve months after?"""
    rng = outcome_rng(member, "bad", draw)
    logit = BASE_LOGIT[member.segment] + _tight(member, YEAR_MONTHS) + member.persona.bad_logit
    if member.segment == "F":
        weather = harvest(member.seed, member.county, member.observed_on.year)
        logit -= (weather * WEATHER + member.village_quality * NEIGHBOURS) // MILLI
    if happens(rng, BLOW_PPM):
        logit += BLOW_LOGIT
    if member.setback is not None:
        logit += SETBACK_LOGIT
    return happens(rng, chance_ppm(logit))


def fraud(member: Member, draw: str = "0") -> bool:
    """Is it confirmed as fraud, or is the first instalment never paid?"""
    return _permille(member, "fraud", draw, member.persona.fraud_permille)


def brokered(member: Member, draw: str = "0") -> bool:
    """Does a call back or a later case show that a broker filled in the application?"""
    return _permille(member, "broker", draw, member.persona.broker_permille)


def sixty_days_in_half_a_year(member: Member, path: Path, draw: str = "0") -> bool:
    """Is the loan 60 days past due at the end of one of the next six months?"""
    rng = outcome_rng(member, "path", draw)
    return reaches(member, path_after(member, path, rng), BAD_DAYS)


def distress(member: Member, path: Path, draw: str = "0") -> bool:
    """60 days past due, or business given up, or enforcement, within six months."""
    rng = outcome_rng(member, "closing", draw)
    setback = 0 if member.setback is None else member.setback.loss_percent * 30
    closing = CLOSING_LOGIT + _tight(member, HALF_MONTHS) + setback
    gives_up = happens(rng, chance_ppm(closing))
    return gives_up or sixty_days_in_half_a_year(member, path, draw)


def _tight(member: Member, months: int) -> int:
    """Latents and the sector's condition over the months after the day of observation."""
    sector = mean_condition(member.seed, member.section, member.observed_on, months)
    weighted = member.ability * ABILITY + member.willingness * WILLINGNESS + sector * SECTOR
    return -weighted // MILLI


def _permille(member: Member, what: str, draw: str, permille: int) -> bool:
    return happens(outcome_rng(member, what, draw), permille * MILLI)
