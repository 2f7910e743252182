"""The books of a member: what it earned month by month, from its latents and its sector."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from puhui.contracts.party import CustomerKind, Party
from puhui.money import Money
from sandbox.domain.applicant import PARTY_FIELDS, Applicant
from sandbox.domain.economy.chance import MILLI, clipped, normal
from sandbox.domain.economy.member import Member
from sandbox.domain.economy.sectors import condition
from sandbox.domain.names import SIMULATED, firm_name, person_name
from sandbox.domain.places import prefecture_of, short_city
from sandbox.domain.providers.books import (
    MAX_HEADCOUNT,
    MONTHS,
    SALES_FOR_ONE_ELSE_FEN,
    SALES_FOR_ONE_FEN,
    Books,
    Month,
    months_before,
)
from sandbox.domain.providers.lies import Story
from sandbox.domain.synthetic_party import identity

KINDS: Final[Mapping[str, CustomerKind]] = MappingProxyType(
    {"E": "firm", "T": "firm", "S": "sole_proprietor", "F": "person", "C": "person"}
)
MONTHLY_YUAN: Final = {
    "E": (120_000, 900_000),
    "T": (100_000, 700_000),
    "S": (20_000, 160_000),
    "F": (5_000, 40_000),
    "C": (4_000, 15_000),
}
"""Sales a month, or the wages of a consumer; made up."""
TAX_PERMILLE: Final = {"E": 1_130, "T": 1_060, "S": 1_010, "F": 1_000, "C": 1_000}
YOUNG_PERCENT: Final = 15
FEN: Final = 100


def books_of(member: Member) -> Books:
    """Open the books of a member; every document is written from them."""
    rng = member.rng("trade")
    months = _months(member, rng)
    applicant = _applicant(member, rng, months)
    return Books(
        applicant=applicant,
        seed=f"{member.seed}|{member.segment}|{member.index}",
        as_of=member.observed_on,
        story=Story(banked_percent=clipped(97 + member.willingness // 200, 80, 100)),
        months=months,
        stress=member.stress("registration/1"),
        headcount=_headcount(member, rng, months),
    )


def _months(member: Member, rng: Random) -> tuple[Month, ...]:
    """Level, trend, season, noise, the sector's condition, and a setback where there was one."""
    count = rng.randint(13, MONTHS - 1) if rng.randrange(100) < YOUNG_PERCENT else MONTHS
    level = rng.randrange(*MONTHLY_YUAN[member.segment]) * FEN
    level = level * clipped(MILLI + member.ability // 5, 500, 1_800) // MILLI
    growth = 4 + member.ability * 9 // MILLI + normal(rng) * 8 // MILLI
    swing = clipped(12 - member.ability * 4 // MILLI + normal(rng) * 4 // MILLI, 3, 40)
    season = rng.randint(0, 30) if member.segment != "C" else 0
    season_from = rng.randrange(12)
    bought_percent = clipped(74 - member.ability * 4 // MILLI + normal(rng) * 4 // MILLI, 50, 92)
    months = []
    for back in range(count, 0, -1):
        first = months_before(member.observed_on, back)
        trend = clipped(100 - growth * (back - 1) // 12, 20, 220)
        in_season = (first.month + season_from) % 12 < 6
        factor = trend * (100 + (season if in_season else -season))
        factor = factor * (100 + normal(rng) * swing // MILLI) // 100
        factor = factor * (MILLI + _sector_effect(member, first)) // MILLI
        gross = max(level * factor // 10_000, FEN) * _kept_percent(member, back) // 100
        net = gross * MILLI // TAX_PERMILLE[member.segment]
        bought = gross * bought_percent // 100
        months.append(Month(first=first, net_fen=net, gross_fen=gross, bought_fen=bought))
    return tuple(months)


def _sector_effect(member: Member, month: date) -> int:
    """Sales move by a tenth for each standard deviation of the sector; wages by a fifth of it."""
    effect = condition(member.seed, member.section, month) // 10
    return effect // 5 if member.segment == "C" else effect


def _kept_percent(member: Member, back: int) -> int:
    """What a setback left of the sales of a month so many months ago."""
    hit = member.setback
    return 100 if hit is None or back > hit.months_ago else 100 - hit.loss_percent


def _headcount(member: Member, rng: Random, months: tuple[Month, ...]) -> int:
    if KINDS[member.segment] == "person":
        return 1
    one = SALES_FOR_ONE_FEN.get(member.section, SALES_FOR_ONE_ELSE_FEN)
    sales = sum(month.net_fen for month in months[-12:])
    return min(sales // one + rng.randint(1, 4), MAX_HEADCOUNT)


def _applicant(member: Member, rng: Random, months: tuple[Month, ...]) -> Applicant:
    """Who the member is on paper; marked as simulated wherever a name is read."""
    party = _party(member, rng)
    yearly = sum(month.gross_fen for month in months[-12:])
    return Applicant(
        applicant_id=f"economy-{member.segment}-{member.index:06d}",
        persona=member.persona.code,
        persona_name=member.persona.name,
        party=party,
        synthetic_fields=PARTY_FIELDS,
        industry_section=member.section,
        region_code=party.region_code,
        established_on=months[0].first - timedelta(days=_older_days(member, rng, months)),
        amount=Money(max(yearly // 5, 10_000_00)),
        term_months=12,
        repayment_method="EQUAL_INSTALLMENT",
        purpose="生产生活用款" if party.kind == "person" else "日常经营周转",
        invoices={},
    )


def _party(member: Member, rng: Random) -> Party:
    kind = KINDS[member.segment]
    person = kind == "person"
    who = identity(
        rng,
        seed=f"economy|{member.seed}|{member.segment}",
        index=member.index,
        county=member.county,
        kind="firm" if kind == "firm" else "sole_proprietor",
        as_of=member.observed_on,
    )
    name = firm_name(rng, short_city(member.county), member.section, kind)
    return Party(
        kind=kind,
        name=f"{person_name(rng)}{SIMULATED}" if person else name,
        uscc=None if person else who.uscc,
        legal_person_name=who.legal_person_name,
        legal_person_id=who.legal_person_id,
        phone=who.phone,
        address=who.address,
        region_code=prefecture_of(member.county),
        payout_account=who.payout_account,
    )


def _older_days(member: Member, rng: Random, months: tuple[Month, ...]) -> int:
    """A member with all months of books is older, and the able have lasted longer."""
    if len(months) < MONTHS:
        return rng.randrange(20, 90)
    return rng.randrange(100, 2_500) + clipped(700 + member.ability // 2, 0, 2_000)
